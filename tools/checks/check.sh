#!/usr/bin/env bash
# Every check that needs no engine. Runs them all, then says which failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tools=$(tools/checks/python-tools.sh)
config=libs/shared-py/pyproject.toml
mapfile -t shell < <(git ls-files '*.sh' .ci/run libs/installer/install 'images/*/system/install')
failed=()

check() {
  local name=$1
  shift
  if output=$("$@" 2>&1); then
    echo "ok      $name"
  else
    echo "FAILED  $name: $*"
    echo "$output" | tail -n 60
    failed+=("$name")
  fi
}

check sync npx nx sync:check
check types npx nx run-many -t typecheck build
check eslint npx nx run-many -t lint
check eslint-root npx eslint ./*.mjs ./*.ts bench
check prettier npx prettier --check .
check knip npx knip
check ruff "$tools/ruff" check --config "$config" libs images tools
check ruff-format "$tools/ruff" format --check --config "$config" libs images tools
check mypy-stagekit "$tools/mypy" --config-file "$config" libs/shared-py/src libs/shared-py/tests
for folder in images/*/; do
  mapfile -t scripts < <(git ls-files --cached --others --exclude-standard -- "$folder*.py")
  ((${#scripts[@]})) || continue
  check "mypy-$(basename "$folder")" env "MYPYPATH=$folder" "$tools/mypy" --config-file "$config" "${scripts[@]}"
done
check mypy-conftest "$tools/mypy" --config-file "$config" images/conftest.py
check actionlint tools/checks/actionlint.sh
check shellcheck "$tools/shellcheck" "${shell[@]}"

if ((${#failed[@]})); then
  echo "failed: ${failed[*]}"
  exit 1
fi
