FROM nximages-corpus/plain
COPY a.txt /a.txt
