FROM nximages-corpus/unneeded:a AS a
FROM nximages-corpus/unneeded:b AS b
COPY --from=a /bin/sh /copy
FROM nximages-corpus/unneeded:c AS c
FROM nximages-corpus/unneeded:d
COPY --from=c /bin/sh /copy
