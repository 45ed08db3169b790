FROM nximages-corpus/json:1
COPY ["a.txt", "with space/b.txt", "/to here/"]
SHELL ["/bin/sh", "-c"]
RUN ["/bin/sh"]
ENTRYPOINT ["/bin/sh"]
CMD [not json
VOLUME ["/data"]
