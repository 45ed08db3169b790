# escape=`
FROM nximages-corpus/crlf:`
1 AS win
RUN <<EOF
true
EOF
FROM win
