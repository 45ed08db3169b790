FROM nximages-corpus/flags:1
COPY --link=false --chown="1000:1000" --exclude=*.md --exclude=*.log -- a.txt /a.txt
RUN --network=default -- true
