FROM nximages-corpus/eof:1
RUN true