
# escape=`
FROM nximages-corpus/late:\
1
