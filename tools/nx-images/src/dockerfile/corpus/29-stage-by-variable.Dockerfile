ARG WHICH=two
FROM nximages-corpus/which:1 AS one
FROM nximages-corpus/which:2 AS two
FROM ${WHICH}
