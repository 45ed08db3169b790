FROM nximages-corpus/onbuild:files AS files
FROM nximages-corpus/onbuild:base AS base
ONBUILD COPY --from=files /bin/sh /triggered
ONBUILD RUN <<EOF
true
EOF
FROM base
