FROM nximages-corpus/mount:stage AS tools
FROM nximages-corpus/mount:base
RUN --mount=type=bind,from=nximages-corpus/mount:image,target=/i --mount=from=tools,source=/bin,dst=/t,ro \
    --mount=type=cache,target=/root/.cache,id=pip,sharing=locked --mount=type=tmpfs,target=/tmp,size=1m \
    --mount=type=secret,id=token,required=false,target=/run/secrets/token true
