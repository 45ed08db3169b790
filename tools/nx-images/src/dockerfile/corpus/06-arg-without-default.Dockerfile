ARG NAME
ARG TAG
FROM nximages-corpus/${NAME}:${TAG:-none}
# --build-arg NAME=nodefault
