ARG TAG=arg
FROM nximages-corpus/env:${TAG} AS a
ENV TAG=env
FROM nximages-corpus/env:${TAG}-second
COPY --from=a /bin/sh /
