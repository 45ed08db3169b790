FROM --platform=$BUILDPLATFORM nximages-corpus/platform:${TARGETARCH}-${TARGETOS} AS tools
FROM --platform=${TARGETOS}/${TARGETARCH} nximages-corpus/platform:target
COPY --from=tools /bin/sh /
