ARG REGISTRY
ARG OWNER=nximages-corpus
ARG BASE=${REGISTRY:-localhost:5999}/${OWNER:-nobody}/nested
ARG VARIANT=${UNSET:-${ALSO_UNSET:-slim}}
FROM ${BASE:-x}:${VARIANT}
