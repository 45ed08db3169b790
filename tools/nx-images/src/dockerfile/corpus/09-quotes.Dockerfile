ARG NAME="quo"'tes'
ARG TAG='${NAME}'
FROM "nximages-corpus/${NAME}:1"
