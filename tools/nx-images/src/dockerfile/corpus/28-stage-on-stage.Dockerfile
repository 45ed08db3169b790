FROM nximages-corpus/chain:1 AS a
ENV DIR=/from-a
FROM a AS b
ARG SUB=sub
FROM b AS c
COPY a.txt ${DIR}/${SUB}/
FROM c
