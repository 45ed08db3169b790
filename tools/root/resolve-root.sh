#!/usr/bin/env bash
# Decides which root image this machine stands on, and prints its reference.
#
#   resolve-root.sh REFERENCE    REFERENCE is the pinned public root
#
# A setting NX_IMAGES_ARG_ROOT (environment or .env.local) comes first, then REFERENCE where it can be had. Else a root
# is made from Debian packages and recorded in .env.local as NX_IMAGES_ARG_ROOT and NX_IMAGES_ARG_BUILDER.
set -euo pipefail

PULL_SECONDS=${PULL_SECONDS:-180}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in say env-local; do
  # shellcheck source=/dev/null
  . "$here/../engine/lib/$part.sh"
done

main() {
  [[ $# == 1 ]] || die 'resolve-root.sh takes the pinned root' 'run: tools/root/resolve-root.sh REFERENCE'
  use_local_engine
  docker version >/dev/null 2>&1 || die 'no container engine answers' 'run: tools/engine/engine.sh start'
  local set_root made
  set_root=${NX_IMAGES_ARG_ROOT:-$(env_local_get NX_IMAGES_ARG_ROOT)}
  if have "${set_root:-$1}"; then
    echo "${set_root:-$1}"
    return 0
  fi
  if [[ -n $set_root && $set_root != cp-whisperx-app-root:* ]]; then
    die "NX_IMAGES_ARG_ROOT=$set_root can't be pulled: $why" \
      'set it to an image that this machine can pull, or unset it'
  fi
  say "root: $1 can't be pulled: $why"
  say 'root: it is made from Debian packages instead'
  made=$("$here/make-root.sh")
  env_local_set NX_IMAGES_ARG_ROOT "$made"
  env_local_set NX_IMAGES_ARG_BUILDER "$made"
  echo "$made"
}

# have IMAGE: whether the engine has it or can pull it within $PULL_SECONDS; else `why` says why not.
have() {
  local output
  ! docker image inspect "$1" >/dev/null 2>&1 || return 0
  # An image that is made here is nowhere to be pulled from.
  why='it is not in this engine'
  [[ $1 != cp-whisperx-app-root:* ]] || return 1
  say "root: pulling $1"
  output=$(mktemp)
  if within "$PULL_SECONDS" docker pull --quiet --platform linux/amd64 "$1" >"$output" 2>&1; then
    rm "$output"
    return 0
  fi
  why=$(tail -n 1 "$output")
  why=${why:-no answer within $PULL_SECONDS s}
  rm "$output"
  return 1
}

# within SECONDS COMMAND...: the command's exit code; not 0 when it took longer and was stopped.
within() {
  local tries=$(($1 * 10)) command
  shift
  "$@" &
  command=$!
  while kill -0 "$command" 2>/dev/null && ((tries-- > 0)); do sleep 0.1; done
  kill "$command" 2>/dev/null || true
  wait "$command"
}

main "$@"
