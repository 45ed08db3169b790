#!/usr/bin/env bash
# Checks the workflows with actionlint, which is built once into .cache where it is not on PATH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=v1.7.12
program=$(command -v actionlint || echo "$PWD/.cache/actionlint-$version/actionlint")
if [[ ! -x $program ]]; then
  GOBIN=$(dirname "$program") CGO_ENABLED=0 tools/checks/with-go.sh go install -trimpath -ldflags='-s -w' \
    "github.com/rhysd/actionlint/cmd/actionlint@$version"
fi
"$program" -shellcheck "$(tools/checks/python-tools.sh)/shellcheck" .github/workflows/*.yml
