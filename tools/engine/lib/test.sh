# shellcheck shell=bash
# A test script: each case prints a line, `finish` the sum; it ends with exit code 1 where a case failed.

passed=0 failed=0

# equal WHAT ACTUAL EXPECTED: the two texts are the same.
equal() { if [[ $2 == "$3" ]]; then pass "$1"; else fail "$@"; fi; }

# has WHAT ACTUAL EXPECTED: the second text is part of the first.
has() { if [[ $2 == *"$3"* ]]; then pass "$1"; else fail "$@"; fi; }

pass() {
  passed=$((passed + 1))
  echo "ok      $1"
}

fail() {
  failed=$((failed + 1))
  printf 'FAILED  %s\n  got      %s\n  expected %s\n' "$1" "$2" "$3"
}

finish() {
  echo "$passed passed, $failed failed"
  [[ $failed == 0 ]]
}
