FROM nximages-corpus/twice:1 AS same
FROM nximages-corpus/twice:2 AS same
FROM same
COPY --from=same /bin/sh /copy
