ARG HOST=localhost:5999
FROM ${HOST}/nximages-corpus/port AS hosted
FROM localhost:5999/nximages-corpus/port:tag
COPY --from=hosted /bin/sh /
