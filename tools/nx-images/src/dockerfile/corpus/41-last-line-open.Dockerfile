FROM nximages-corpus/open:1 AS a
FROM a
RUN true \
