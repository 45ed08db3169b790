#!/usr/bin/env bash
# Prints where osv-scanner is: on PATH in this version, or built once into .cache, by the ordinary Go proxy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=v2.6.0
go=go1.27.3
program=$(command -v osv-scanner || true)
if [[ -z $program ]] || ! "$program" --version 2>/dev/null | grep -qx "osv-scanner version: ${version#v}"; then
  program=$PWD/.cache/osv-scanner-$version/osv-scanner
fi
if [[ ! -x $program ]]; then
  echo "building osv-scanner $version into ${program%/*}, once" >&2
  scratch=$(mktemp -d -p "$(mkdir -p .cache && echo .cache)")
  trap 'rm -rf "$scratch"' EXIT
  GOBIN=$PWD/$scratch CGO_ENABLED=0 GOTOOLCHAIN=$go tools/checks/with-go.sh go install -trimpath -ldflags='-s -w' \
    "github.com/google/osv-scanner/v2/cmd/osv-scanner@$version" >&2
  mkdir -p "${program%/*}"
  mv "$scratch/osv-scanner" "$program"
fi
echo "$program"
