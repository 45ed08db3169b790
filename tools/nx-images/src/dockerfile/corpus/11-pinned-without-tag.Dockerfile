ARG PIN
FROM nximages-corpus/tiny@${PIN} AS pinned
FROM scratch
COPY --from=pinned /bin/sh /sh
