#!/usr/bin/env bash
# Prints the path of a registry program (github.com/distribution/distribution), which the tests start:
# the machine's own where there is one on PATH, else that of the package `docker-registry`, unpacked into a folder of
# its own. Nothing is installed into the system.
#
# Settings, by environment:
#   REGISTRY_PREFIX  folder of the program ($ENGINE_PREFIX/registry, or /var/lib/cp-whisperx-engine/registry)
set -euo pipefail

REGISTRY_PREFIX=${REGISTRY_PREFIX:-${ENGINE_PREFIX:-/var/lib/cp-whisperx-engine}/registry}
PACKAGE=docker-registry

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=/dev/null
. "$here/../engine/lib/say.sh"

program=$REGISTRY_PREFIX/usr/bin/docker-registry

main() {
  local name
  for name in docker-registry registry; do
    if is_registry "$name"; then
      command -v "$name"
      return
    fi
  done
  if [[ ! -x $program ]]; then get_program >&2; fi
  echo "$program"
}

# is_registry NAME: whether there is such a program, and it is a registry.
is_registry() { command -v "$1" >/dev/null && [[ $("$1" --version 2>/dev/null) == *distribution* ]]; }

# get_program: makes $program. One run at a time does so; the others wait and find it there.
get_program() {
  command -v dpkg-deb apt-get | grep -q apt-get ||
    die 'there is no registry program, and this can get one only on Debian or Ubuntu' \
      'put docker-registry (github.com/distribution/distribution) on PATH'
  mkdir -p "$REGISTRY_PREFIX" || die "$REGISTRY_PREFIX can not be made" 'set REGISTRY_PREFIX to a folder of yours'
  exec 9>"$REGISTRY_PREFIX/lock"
  flock 9
  [[ ! -x $program ]] || return 0
  local part=$REGISTRY_PREFIX/new.part
  rm -rf "$part"
  mkdir -p "$part"
  say "registry: getting the package $PACKAGE from this machine's package mirror"
  # A bare machine has no list of packages yet.
  download "$part" || { apt-get update && download "$part"; } || give_up "$part"
  dpkg-deb --extract "$part"/*.deb "$part"
  is_registry "$part/usr/bin/docker-registry" || give_up "$part"
  rm -rf "${REGISTRY_PREFIX:?}/usr"
  mv "$part/usr" "$REGISTRY_PREFIX/usr"
  rm -rf "$part"
}

# download FOLDER: leaves the package in FOLDER. As root, apt would tell that its own user may not write there.
download() (cd "$1" && apt-get --quiet --option APT::Sandbox::User=root download "$PACKAGE")

# give_up FOLDER
give_up() {
  rm -rf "$1"
  die "the package $PACKAGE could not be fetched" \
    'make "apt-get update" work, or put docker-registry (github.com/distribution/distribution) on PATH'
}

main
