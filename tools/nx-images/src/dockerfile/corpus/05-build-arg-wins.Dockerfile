ARG TAG=default
ARG FULL=nximages-corpus/argument:${TAG}
FROM ${FULL}
# --build-arg TAG=given
