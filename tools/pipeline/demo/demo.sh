#!/usr/bin/env bash
# A film of two synthetic voices and a song through the whole pipeline, with small models and without a network: TMDB is
# a stand-in beside it. IMAGE_BASE_CPU names the image that makes the film and runs the stand-in.
#   demo.sh WORK [OPTION…]      options are those of pipeline:run
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(realpath -m "${1:?usage: demo.sh WORK [OPTION…]}")
shift
data=$root/.cache/test-data
film="$work/Letters.to.Mumbai.2021.mkv"
name=cp-whisperx-demo-$$

mkdir -p "$work"
if [[ ! -f $film ]]; then
  docker run --rm --network none --user "$(id -u):$(id -g)" -v "$data:/test-data:ro" -v "$work:/data" --entrypoint ffmpeg \
    "$IMAGE_BASE_CPU" -v error -y -f lavfi -i "testsrc2=size=640x360:rate=25" -i /test-data/audio/film.wav \
    -shortest -c:v libx264 -preset ultrafast -crf 30 -pix_fmt yuv420p -c:a aac -b:a 128k -metadata:s:a:0 language=eng \
    -bitexact "/data/.film.part.mkv"
  mv "$work/.film.part.mkv" "$film"
fi

trap 'docker rm --force "$name" >/dev/null 2>&1; docker network rm "$name" >/dev/null 2>&1 || true' EXIT
docker network create --internal "$name" >/dev/null
docker run --detach --rm --name "$name" --network "$name" --network-alias tmdb --read-only --user 1000:1000 \
  -v "$root/images/tmdb/tests/tmdb_server.py:/tmdb_server.py:ro" -v "$here/movies.json:/movies.json:ro" --entrypoint python \
  "$IMAGE_BASE_CPU" /tmdb_server.py --host 0.0.0.0 --port 8080 --movies /movies.json --token demonstration >/dev/null

cd "$root"
TMDB_TOKEN=demonstration npx nx run pipeline:run --input "$film" --work "$work" --config "$here/settings.toml" \
  --models "$data/models" --offline --network "$name" "$@"
