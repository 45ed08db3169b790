FROM nximages-corpus/heredoc:1
RUN <<EOF
FROM nximages-corpus/not-a-stage
EOF
COPY <<first.txt <<-"second.txt" /files/
one $HOME
first.txt
	FROM nximages-corpus/not-a-stage-either
	second.txt
RUN cat <<'A B' && cat 3<<-C
x
A B
		C
ADD <<EOF /empty
EOF
