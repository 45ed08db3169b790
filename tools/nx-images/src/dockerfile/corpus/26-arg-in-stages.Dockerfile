ARG NAME=stagearg
FROM scratch AS none
ARG NAME=ignored-by-from
FROM nximages-corpus/${NAME}:1
ARG NAME
ARG OTHER=${NAME}/x A=1 B=$A
COPY a.txt /${OTHER}/$B/
