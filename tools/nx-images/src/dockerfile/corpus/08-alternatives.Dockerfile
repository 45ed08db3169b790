ARG EMPTY=
ARG SET=yes
FROM nximages-corpus/alternatives:${EMPTY-a}b${EMPTY:-c}d${EMPTY+e}f${EMPTY:+g}h${SET:+i}j${SET?k}l${SET:?m}
