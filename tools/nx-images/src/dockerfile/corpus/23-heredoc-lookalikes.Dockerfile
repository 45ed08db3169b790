FROM nximages-corpus/lookalike:1
ENV A="<<EOF"
RUN ["/bin/sh", "<<EOF"]
RUN echo "quoted <<EOF" '<<EOF' \<<EOF && true
LABEL doc="<<NOT"
CMD cat <<EOF
