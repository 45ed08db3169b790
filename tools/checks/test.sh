#!/usr/bin/env bash
# Runs the test suites one after the other, goes on after a failure, and ends with one line: N passed, N failed.
#   test.sh [long]     with "long" only the suites that rebuild the real family
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0
failed=0

# vitest prints "Tests  3 failed | 4 passed", pytest "3 failed, 4 passed in 5s", scripts "4 passed, 3 failed".
count() {
  sed 's/\x1b\[[0-9;]*m//g' "$2" | awk -v word="^$1" '
    /^ *Tests  / || /(passed|failed|error).* in [0-9.]+s/ || /^[0-9]+ passed, [0-9]+ failed/ {
      for (i = 2; i <= NF; i++) if ($i ~ word) sum += $(i - 1)
    }
    END { print sum + 0 }'
}

suite() {
  local name=$1 started=$SECONDS code=0 good bad
  shift
  echo "=== $name: $*"
  "$@" 2>&1 | tee "$logs/$name" || code=$?
  good=$(count passed "$logs/$name")
  bad=$(count failed "$logs/$name")
  # A suite that broke without a count is a failure; so is one that ran no test.
  if ((bad == 0)) && { ((code != 0)) || ((good == 0)); }; then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  echo "=== $name: $good passed, $bad failed, $((SECONDS - started)) s"
}

in_browser() { CHROMIUM=$(tools/checks/chromium.sh) npx vitest run --project browser; }

if [[ ${1-} == long ]]; then
  suite long npx vitest run --project long
else
  suite unit npx vitest run --project unit
  suite browser in_browser
  suite stagekit npx nx run shared-py:test --output-style=stream
  suite locks npx vitest run --project net
  suite engine npx vitest run --project engine
  suite start-engine tools/engine/engine-test.sh
  suite root tools/root/root-test.sh
  suite images npx nx run-many -t docker-test --parallel=2 --output-style=stream
  suite family npx vitest run --project family
fi

echo "$passed passed, $failed failed"
((failed == 0))
