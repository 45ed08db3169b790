FROM nximages-corpus/mount:quoted
RUN "--mount=type=bind,from=nximages-corpus/mount:inquotes,target=/x y" --mount='type=cache,target=/c' --network=none true
