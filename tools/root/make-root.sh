#!/usr/bin/env bash
# Makes a root image from Debian packages, for machines that can't pull one: Debian 12, its Python 3.11 with venv and
# pip, CA certificates, apt on this machine's own mirror. Prints its reference.
#
#   make-root.sh           prints the root that this script made earlier from the same mirrors, or makes one
#   make-root.sh --fresh   makes it anew, with today's packages; then set NX_IMAGES_ARG_ROOT in .env.local to it
#
# The reference ends in the SHA-256 of the file system as a tar. The tar is a function of the packages: the same
# packages give the same reference, whenever and wherever it is made.
set -euo pipefail

RELEASE=bookworm
NAME=cp-whisperx-app-root
SET_ANOTHER='set NX_IMAGES_ARG_ROOT and NX_IMAGES_ARG_BUILDER in .env.local to a root image that this machine can pull'

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in say env-local apt-sources; do
  # shellcheck source=/dev/null
  . "$here/../engine/lib/$part.sh"
done

main() {
  [[ -z ${1-} || $1 == --fresh ]] || die "make-root.sh does not know '$1'" 'run: tools/root/make-root.sh [--fresh]'
  use_local_engine
  docker version >/dev/null 2>&1 || die 'no container engine answers' 'run: tools/engine/engine.sh start'
  local sources recipe made
  sources=$(debian_sources)
  # A second tag finds again what this script made from these mirrors.
  recipe=$NAME:recipe-$(cat "${BASH_SOURCE[0]}" - <<<"$sources" | sha256sum | cut -c 1-12)
  made=$(docker image inspect --format '{{join .RepoTags "\n"}}' "$recipe" 2>/dev/null |
    grep -F "$NAME:sha256-") || true
  if [[ -z $made || ${1-} == --fresh ]]; then
    need_mmdebstrap
    scratch=$(mktemp -d)
    trap 'rm -rf --one-file-system "$scratch"' EXIT
    make_tree "$scratch" <<<"$sources"
    make_tar "$scratch"
    made=$NAME:sha256-$(sha256sum "$scratch/root.tar" | cut -d ' ' -f 1)
    docker image inspect "$made" >/dev/null 2>&1 || import "$scratch/root.tar" "$made"
    docker tag "$made" "$recipe"
  fi
  echo "$made"
}

# import TAR REFERENCE: the tar as an image of the engine.
import() {
  say "root: handing $(du -m "$1" | cut -f 1) MB to the engine"
  docker import --platform linux/amd64 --message "Debian $RELEASE packages" \
    --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'ENV LANG=C.UTF-8' \
    --change 'CMD ["python3"]' "$1" "$2" >/dev/null
}

# debian_sources: the sources.list of the image. It names no keys: those that every Debian trusts will do.
debian_sources() {
  local sources=''
  # shellcheck source=/dev/null
  if [[ $(. /etc/os-release 2>/dev/null && echo "$ID") == debian ]]; then
    sources=$(package_sources "$RELEASE" | grep ' main$' | sed 's/ \[[^]]*\]//') || true
  fi
  [[ -n $sources ]] || die 'a root image can be made only where apt has a Debian mirror' "$SET_ANOTHER"
  echo "$sources"
}

need_mmdebstrap() {
  [[ $(id -u) == 0 && $(dpkg --print-architecture) == amd64 ]] ||
    die 'a root image can be made only by root on amd64' "$SET_ANOTHER"
  command -v mmdebstrap >/dev/null || {
    say 'root: installing mmdebstrap'
    (apt-get update && apt-get install --yes --no-install-recommends mmdebstrap) >/dev/null
  }
}

# make_tree FOLDER <SOURCES: the file system in FOLDER/root.
make_tree() {
  say 'root: making it from Debian packages (about half a minute)'
  # SOURCE_DATE_EPOCH only dates the accounts in /etc/shadow: the day of Debian 12's release. The hook with
  # usr-is-merged stands for the package usrmerge, which needs the whole of Perl.
  SOURCE_DATE_EPOCH=1686355200 mmdebstrap --quiet --variant=apt --format=directory \
    --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --include=usr-is-merged,ca-certificates,python3,python3-venv,python-is-python3 \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
    "$RELEASE" "$1/root" - >"$1/log" 2>&1 || {
    tail -n 5 "$1/log" >&2
    die 'mmdebstrap could not make the root image' 'make "apt-get update" work, then run this again'
  }
  # A layer that installs packages keeps neither them nor apt's caches.
  cat >"$1/root/etc/apt/apt.conf.d/99image" <<'END'
Acquire::Languages "none";
APT::Keep-Downloaded-Packages "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
END
}

# make_tar FOLDER: FOLDER/root.tar from FOLDER/root, without what says when or where it was made.
make_tar() {
  local root=$1/root newest
  # What was written just now gets the time of the newest file that came from a package.
  newest=$(find "$root" -type f ! -newer "$1" -printf '%T@\n' | sort -n | tail -n 1)
  find "$root"/var/{log,cache} -type f -delete
  find "$root/var/lib" -name '*-old' -delete
  # Byte code that Debian's own scripts left when they ran: its bytes differ from run to run.
  find "$root/usr/share/python3" -name __pycache__ -prune -exec rm -r {} +
  : >"$root/etc/machine-id"
  rm -f "$root/etc/resolv.conf" "$root/etc/hostname"
  tar --create --file "$1/root.tar" --directory "$root" --sort=name --numeric-owner --format=posix \
    --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime --mtime="@${newest%.*}" --clamp-mtime \
    --exclude='./dev/*' .
}

main "$@"
