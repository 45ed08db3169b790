# a comment first
FROM \
# a comment inside

    nximages-corpus/continued\
:1 \
	AS \
  # an indented comment inside
  base
RUN true && \

    true \
    # the last comment
    && true
FROM base
