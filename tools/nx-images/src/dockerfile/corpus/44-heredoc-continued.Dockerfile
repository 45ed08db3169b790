FROM nximages-corpus/continued-heredoc:1
RUN true && \
    cat <<one <<two \
    && true
# not a comment \
one
FROM nximages-corpus/inside
two
COPY --from=nximages-corpus/continued-heredoc:2 /bin/sh /
