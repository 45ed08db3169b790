# escape=`
ARG NAME=back`
tick
FROM nximages-corpus/${NAME}:1
COPY `
  a.txt `
  C:\dir\
