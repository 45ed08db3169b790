#!/usr/bin/env bash
# Checks that an image can be the root of the chain, or its builder.
#
#   check-root.sh IMAGE    one line for each point that is not met; exit code 1 where there is one
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in say env-local; do
  # shellcheck source=/dev/null
  . "$here/../engine/lib/$part.sh"
done

# The contract. A point is three lines: what must succeed in the image, what is wrong where it doesn't, what mends it.
CONTRACT=$(
  cat <<'END'
. /etc/os-release && [ "$ID $VERSION_ID" = "debian 12" ]
it is not Debian 12
use a bookworm variant of the image
command -v apt-get
apt-get is not on PATH
use an image made from Debian 12 that keeps apt
python3 -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))"
python3 on PATH is not Python 3.11
put Python 3.11 on PATH as python3 (ENV PATH=..., or a link in /usr/local/bin)
python -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))"
python on PATH is not Python 3.11
put Python 3.11 on PATH as python (ENV PATH=..., or a link in /usr/local/bin)
python3 -m venv /tmp/venv && /tmp/venv/bin/pip --version
"python3 -m venv" makes no environment with pip
add the package python3-venv, or a Python that has ensurepip
[ -s /etc/ssl/certs/ca-certificates.crt ]
there are no CA certificates at /etc/ssl/certs/ca-certificates.crt
add the package ca-certificates
! cut -d: -f3 /etc/passwd | grep -qx 1000
uid 1000 is taken
remove that user (userdel), or use an image that leaves uid 1000 free
END
)

main() {
  [[ $# == 1 ]] || die 'check-root.sh takes one image' 'run: tools/root/check-root.sh IMAGE'
  use_local_engine
  docker version >/dev/null 2>&1 || die 'no container engine answers' 'run: tools/engine/engine.sh start'
  need_image "$1"
  local unmet
  unmet=$(unmet_points "$1")
  [[ -z $unmet ]] || { say "$unmet"; exit 1; }
  say "root: $1 meets the contract"
}

need_image() {
  local output
  ! docker image inspect "$1" >/dev/null 2>&1 || return 0
  say "root: pulling $1"
  output=$(docker pull --quiet --platform linux/amd64 "$1" 2>&1) ||
    die "$1 is not in this engine and can't be pulled: ${output##*$'\n'}" 'name another image, or pull it first'
}

# unmet_points IMAGE: a line for each point that the image does not meet.
unmet_points() {
  local platform script command what mend unmet code=0
  platform=$(docker image inspect --format '{{.Os}}/{{.Architecture}}' "$1")
  if [[ $platform != linux/amd64 ]]; then
    echo "not met: it is for $platform; mend: docker pull --platform linux/amd64 $1"
    return 0
  fi
  # One container tries all points, without a network, and names those that fail.
  script=$(
    while read -r command && read -r what && read -r mend; do
      echo "( $command ) >/dev/null 2>&1 || echo 'not met: $what; mend: $mend'"
    done <<<"$CONTRACT"
    echo 'echo checked'
  )
  unmet=$(docker run --rm --network none --user 0 --platform linux/amd64 --workdir / \
    --entrypoint /bin/sh "$1" -c "$script" 2>&1) || code=$?
  if [[ $code == 126 || $code == 127 || ($code == 0 && ${unmet##*$'\n'} != checked) ]]; then
    echo 'not met: it has no shell at /bin/sh; mend: use an image made from Debian 12'
  elif [[ $code != 0 ]]; then
    die "$1 can't be run: ${unmet##*$'\n'}" 'mend the engine, or use another image'
  else
    sed '$d' <<<"$unmet"
  fi
}

main "$@"
