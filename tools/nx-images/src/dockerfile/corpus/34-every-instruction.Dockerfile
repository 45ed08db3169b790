FROM nximages-corpus/every:1
MAINTAINER someone
ENV A 1 and more
ENV B=2 C="3 4" D=5\ 6
LABEL k=v "quoted key"="quoted value"
EXPOSE 80/tcp 443
HEALTHCHECK --interval=5m --retries=3 CMD true || exit 1
HEALTHCHECK NONE
STOPSIGNAL SIGTERM
USER 1000:1000
WORKDIR /work dir
ADD --chown=1000:1000 --chmod=644 --link a.txt /added
VOLUME /one /two
CMD true
