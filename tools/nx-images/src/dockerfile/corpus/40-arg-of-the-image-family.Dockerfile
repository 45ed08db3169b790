ARG REGISTRY=localhost:5999
ARG OWNER=nximages-corpus
ARG BUILDER=${REGISTRY}/${OWNER}/builder:3.11
ARG BASE_IMAGE=${REGISTRY}/${OWNER}/base-ml:${CUDA:+cuda}${CUDA:-cpu}
FROM ${BUILDER} AS deps
RUN --mount=type=bind,source=a.txt,target=/tmp/lock true
FROM scratch AS python
COPY --link --from=deps --chown=0:0 /bin /opt/venv
FROM ${BASE_IMAGE}
COPY --link --from=deps /bin /opt/venv
USER 1000
