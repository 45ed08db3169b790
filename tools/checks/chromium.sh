#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests: CHROMIUM, one that is installed, or Debian's package, which is
# installed where this runs as root.
#   CHROMIUM=$(tools/checks/chromium.sh) npx vitest run --project browser
set -euo pipefail

find_chromium() {
  local name
  for name in "${CHROMIUM-}" chromium chromium-browser google-chrome-stable google-chrome; do
    if [[ -n $name ]] && command -v "$name"; then return; fi
  done
  return 1
}

if find_chromium; then exit; fi
if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
  { apt-get update && apt-get install --yes --no-install-recommends chromium; } >&2
  find_chromium && exit
fi
echo "there is no Chromium for the browser tests (no-chromium)" >&2
echo "  mend: apt-get install chromium, or set CHROMIUM to the program of one" >&2
exit 1
