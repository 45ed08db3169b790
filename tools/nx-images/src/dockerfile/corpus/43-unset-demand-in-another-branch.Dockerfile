ARG MODE=cpu
ARG TAG="${MODE:?say cpu or cuda}"
FROM nximages-corpus/demand:${TAG} AS cpu
FROM nximages-corpus/demand:cuda AS cuda
FROM ${MODE}
