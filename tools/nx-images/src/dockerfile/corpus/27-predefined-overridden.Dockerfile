ARG TARGETARCH=mine
FROM nximages-corpus/predefined:${TARGETARCH}-${BUILDARCH}-${TARGETSTAGE} AS last
