ARG PIN
FROM nximages-corpus/tiny:1@${PIN}
