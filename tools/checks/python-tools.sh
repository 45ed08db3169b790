#!/usr/bin/env bash
# Makes .cache/checks, an environment with the pinned Python tools, and prints its bin folder. Fast when it is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

lock=tools/checks/requirements.lock
venv=.cache/checks
mkdir -p .cache
# Tasks that run side by side ask for the tools at once.
if command -v flock >/dev/null; then exec 9>.cache/checks.lock && flock 9; fi
if ! cmp -s "$lock" "$venv/made-from.lock"; then
  if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    echo "python3 with venv is missing; install it: apt-get install python3-venv (or Python from your system)" >&2
    exit 1
  fi
  echo "installing the Python tools into $venv" >&2
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock" >&2
  cp "$lock" "$venv/made-from.lock"
fi
echo "$PWD/$venv/bin"
