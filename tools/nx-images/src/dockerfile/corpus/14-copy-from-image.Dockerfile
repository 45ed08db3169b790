FROM scratch
COPY --from=nximages-corpus/copied:1 /bin/sh /one
COPY --from=nximages-corpus/copied /bin/sh /two
