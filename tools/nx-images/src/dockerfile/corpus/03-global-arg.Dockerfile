ARG NAME=global TAG=1.0
FROM nximages-corpus/${NAME}:$TAG
