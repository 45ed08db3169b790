#!/usr/bin/env bash
# Tests of the root image's scripts on the real engine: root-test.sh (two to three minutes; root on Debian).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in env-local test; do
  # shellcheck source=/dev/null
  . "$here/../engine/lib/$part.sh"
done
use_local_engine
scratch=$(mktemp -d)
BAD=cp-whisperx-app-root-test:bad
trap 'clean' EXIT

clean() {
  [[ -z ${registry-} ]] || kill "$registry"
  docker image rm --force "$BAD" "${public-$BAD}" >/dev/null 2>&1 || true
  rm -rf "$scratch"
}

# variant INSTRUCTIONS: an image like the root, changed.
variant() {
  printf 'FROM %s\n%s\n' "$root" "$1" | docker buildx build --quiet --provenance=false --tag "$BAD" - >/dev/null
}

# answer COMMAND...: what it says, and its exit code.
answer() { "$@" 2>&1 && echo 'exit 0' || echo "exit $?"; }

# unmet WHAT INSTRUCTIONS SENTENCES: check-root says these sentences of the changed image, and no other.
unmet() {
  variant "$2"
  equal "check-root: $1" "$(answer "$here/check-root.sh" "$BAD" | sed 's/; mend:.*//')" "$3"$'\nexit 1'
}

echo 'make-root'
root=$("$here/make-root.sh" --fresh)
equal 'the reference ends in a hash' "$(grep -cE '^cp-whisperx-app-root:sha256-[0-9a-f]{64}$' <<<"$root")" 1
equal 'made a second time it has the same hash' "$("$here/make-root.sh" --fresh 2>/dev/null)" "$root"
equal 'made before, it is found again without a word' "$(answer "$here/make-root.sh")" "$root"$'\nexit 0'
has 'apt works in it' \
  "$(docker run --rm "$root" sh -c 'apt-get update && apt-get install -y tzdata && ls /usr/share/zoneinfo/UTC' 2>&1)" \
  /usr/share/zoneinfo/UTC

echo 'check-root'
equal 'the made root' "$(answer "$here/check-root.sh" "$root")" "root: $root meets the contract"$'\nexit 0'
variant 'RUN rm /usr/bin/python /usr/bin/python3 && mkdir /opt/py
RUN ln -s /usr/bin/python3.11 /opt/py/python3 && ln -s python3 /opt/py/python
ENV PATH=/opt/py:/usr/bin:/bin'
equal 'Python elsewhere on PATH' "$(answer "$here/check-root.sh" "$BAD")" "root: $BAD meets the contract"$'\nexit 0'
no_python3='not met: python3 on PATH is not Python 3.11'
no_python='not met: python on PATH is not Python 3.11'
no_venv='not met: "python3 -m venv" makes no environment with pip'
unmet 'no Python' 'RUN rm /usr/bin/python /usr/bin/python3' "$no_python3"$'\n'"$no_python"$'\n'"$no_venv"
unmet 'no name python' 'RUN rm /usr/bin/python' "$no_python"
unmet 'another Python first on PATH' \
  'RUN ln -s /bin/false /usr/local/bin/python' "$no_python"
unmet 'no venv' 'RUN rm -r /usr/lib/python3.11/ensurepip' "$no_venv"
unmet 'no CA certificates' 'RUN rm /etc/ssl/certs/ca-certificates.crt' \
  'not met: there are no CA certificates at /etc/ssl/certs/ca-certificates.crt'
unmet 'uid 1000 taken' 'RUN useradd --uid 1000 somebody' 'not met: uid 1000 is taken'
unmet 'another Debian' 'RUN sed -i s/12/13/ /etc/os-release' 'not met: it is not Debian 12'
unmet 'no apt-get' 'RUN rm /usr/bin/apt-get' 'not met: apt-get is not on PATH'
tar --create --file "$scratch/empty.tar" --files-from /dev/null
docker import "$scratch/empty.tar" "$BAD" >/dev/null
has 'an empty image' "$(answer "$here/check-root.sh" "$BAD")" 'not met: it has no shell at /bin/sh; mend: '
docker import --platform linux/arm64 "$scratch/empty.tar" "$BAD" >/dev/null
has 'another platform' "$(answer "$here/check-root.sh" "$BAD")" 'not met: it is for linux/arm64; mend: docker pull '
has 'an image that is nowhere' "$(answer "$here/check-root.sh" 127.0.0.1:1/nothing:1)" "can't be pulled"

echo 'resolve-root'
export ENV_LOCAL=$scratch/env.local
unset NX_IMAGES_ARG_ROOT NX_IMAGES_ARG_BUILDER
echo 'OTHER=kept' >"$ENV_LOCAL"
cd "$scratch"
download() { apt-get download docker-registry >/dev/null 2>&1; }
download || { apt-get update >/dev/null && download; }
dpkg -x docker-registry_*.deb .
port=$((20000 + $$ % 10000))
cat >config.yml <<END
version: 0.1
storage: { filesystem: { rootdirectory: $scratch/data } }
http: { addr: 127.0.0.1:$port }
END
usr/bin/docker-registry serve config.yml >registry.log 2>&1 &
registry=$!
public=127.0.0.1:$port/root:1
docker tag "$root" "$public"
for _ in {1..50}; do
  if docker push --quiet "$public" >/dev/null 2>&1; then break; fi
  sleep 0.2
done
docker image rm "$public" >/dev/null
equal 'a root that can be pulled' "$("$here/resolve-root.sh" "$public" 2>/dev/null)" "$public"
equal 'it is in the engine then' "$(docker image inspect --format '{{.Os}}' "$public")" linux
kill "$registry" && wait "$registry" 2>/dev/null || registry=''
equal 'a root that is in the engine needs no registry' \
  "$(answer "$here/resolve-root.sh" "$public")" "$public"$'\nexit 0'
equal 'and .env.local stays as it is' "$(cat "$ENV_LOCAL")" 'OTHER=kept'
docker image rm "$public" >/dev/null
has "one that can't be had is named" "$(answer "$here/resolve-root.sh" "$public")" "root: $public can't be pulled: "
equal 'the root made here is recorded' "$(cat "$ENV_LOCAL")" \
  $'OTHER=kept\nNX_IMAGES_ARG_ROOT='"$root"$'\nNX_IMAGES_ARG_BUILDER='"$root"
equal 'and used from then on without a word' "$(answer "$here/resolve-root.sh" "$public")" "$root"$'\nexit 0'
export NX_IMAGES_ARG_ROOT=$public
has "a setting that can't be had is an error" "$(answer "$here/resolve-root.sh" "$root")" \
  "error: NX_IMAGES_ARG_ROOT=$public can't be pulled: "

finish
