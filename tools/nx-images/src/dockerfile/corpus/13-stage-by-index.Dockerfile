FROM nximages-corpus/index:0
FROM nximages-corpus/index:unneeded
FROM scratch
COPY --from=0 /bin/sh /
