ARG BASE=scratch
FROM ${BASE} AS empty
FROM nximages-corpus/variable:1 AS unneeded
FROM empty
COPY a.txt /
