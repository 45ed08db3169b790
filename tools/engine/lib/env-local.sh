# shellcheck shell=bash
# .env.local at the repository root: git-ignored settings of this machine, which Nx reads too.
# ENV_LOCAL names another file.

ENV_LOCAL="${ENV_LOCAL:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)/.env.local}"

# env_local_get KEY: the value of KEY, or nothing.
env_local_get() {
  [[ -f $ENV_LOCAL ]] || return 0
  sed -n "s|^$1=||p" "$ENV_LOCAL" | tail -n 1
}

# env_local_set KEY [VALUE]: makes the file say KEY=VALUE, or without VALUE nothing about KEY. Other lines stay as they
# are; a reader sees the old file or the new one; a file that already says so is not written.
env_local_set() {
  local key=$1 value=${2-} next
  [[ $(env_local_get "$key") != "$value" ]] || return 0
  [[ -f $ENV_LOCAL ]] || : >"$ENV_LOCAL"
  next=$(mktemp "$ENV_LOCAL.XXXXXX")
  cp -p "$ENV_LOCAL" "$next"
  {
    awk -v start="$key=" 'index($0, start) != 1' "$ENV_LOCAL"
    [[ -z $value ]] || printf '%s=%s\n' "$key" "$value"
  } >"$next"
  mv "$next" "$ENV_LOCAL"
}

# use_local_engine: docker in this shell talks to the engine that Nx talks to.
use_local_engine() {
  local host
  [[ -z ${DOCKER_HOST-} ]] || return 0
  host=$(env_local_get DOCKER_HOST)
  [[ -z $host ]] || export DOCKER_HOST="$host"
}
