#!/usr/bin/env bash
# A container engine for this repository: the machine's own where it is good enough, else a private one.
#
#   engine.sh start    makes sure that an engine answers
#   engine.sh stop     stops the private one; its images stay
#   engine.sh remove   stops the private one and deletes its images; the unpacked programs stay
#   engine.sh status   one line; exit code 0 when an engine answers
#   engine.sh env      DOCKER_HOST=... while the private one runs, else nothing
#
# A private engine is recorded as DOCKER_HOST in .env.local at the repository root, which Nx reads.
# Settings, by environment:
#   ENGINE_PREFIX   folder of the programs, which all private engines share (/var/lib/cp-whisperx-engine)
#   ENGINE_HOME     folder of a private engine's data, sockets and logs (the same)
#   ENGINE_STORE    containerd (default) or overlay2: how it keeps images
#   ENGINE_PRIVATE  1: a private engine even beside a good one, not recorded in .env.local (for tests)
set -euo pipefail

ENGINE_PREFIX=${ENGINE_PREFIX:-/var/lib/cp-whisperx-engine}
ENGINE_HOME=${ENGINE_HOME:-$ENGINE_PREFIX}
ENGINE_STORE=${ENGINE_STORE:-containerd}
ENGINE_PRIVATE=${ENGINE_PRIVATE:-}
OLDEST_SERVER=23 # the first with BuildKit as its builder

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in say env-local apt-sources packages network daemons; do
  # shellcheck source=/dev/null
  . "$here/lib/$part.sh"
done

start() {
  local version
  [[ -n $ENGINE_PRIVATE ]] || use_local_engine
  version=$(server_version)
  if [[ -n $ENGINE_PRIVATE ]]; then
    start_private
  elif [[ -n $version && ${version%%.*} -ge $OLDEST_SERVER ]]; then
    if ! docker buildx version >/dev/null 2>&1; then
      need_programs "the docker command has no buildx"
      install_client
    fi
    say "engine: Docker $version answers${DOCKER_HOST:+ at $DOCKER_HOST}"
  elif [[ -n ${DOCKER_HOST-} && $DOCKER_HOST != "unix://$SOCKET" ]]; then
    die "no engine of version $OLDEST_SERVER or newer answers at DOCKER_HOST=$DOCKER_HOST" \
      'start that engine, or take DOCKER_HOST out of the environment and of .env.local'
  else
    start_private
  fi
}

start_private() {
  [[ $ENGINE_STORE =~ ^(containerd|overlay2)$ ]] ||
    die "ENGINE_STORE=$ENGINE_STORE is unknown" 'set containerd or overlay2'
  # A socket's path has at most 107 characters.
  ((${#ENGINE_HOME} <= 60)) || die "ENGINE_HOME=$ENGINE_HOME is longer than 60 characters" 'choose a shorter path'
  need_programs "no container engine of version $OLDEST_SERVER or newer answers"
  install_client
  mkdir -p "$ENGINE_HOME"
  private_runs || start_daemons
  [[ -n $ENGINE_PRIVATE ]] || env_local_set DOCKER_HOST "unix://$SOCKET"
  say "engine: Docker $(server_version "unix://$SOCKET") runs at unix://$SOCKET"
}

# server_version [HOST]: the version of the engine that answers at HOST (default: where docker looks), or nothing.
server_version() { docker ${1:+--host "$1"} version --format '{{.Server.Version}}' 2>/dev/null || true; }

# need_programs REASON: PROGRAMS is the folder of the engine's programs, got where there is none, and on PATH.
need_programs() {
  # shellcheck source=/dev/null
  DISTRO=$(. /etc/os-release 2>/dev/null && echo "$ID") || DISTRO=''
  [[ $DISTRO =~ ^(debian|ubuntu)$ && $(id -u) == 0 ]] ||
    die "$1, and this can get one only as root on Debian or Ubuntu" \
      "install Docker >= $OLDEST_SERVER with buildx (on macOS and Windows: Docker Desktop), then run this again"
  wait_for_turn
  [[ -n $(programs_folder) ]] || get_programs
  use_programs
}

# wait_for_turn: one run of this script at a time changes an engine.
wait_for_turn() {
  mkdir -p "$ENGINE_PREFIX"
  exec 9>"$ENGINE_PREFIX/lock"
  flock 9
}

# use_programs: PROGRAMS is their folder; what the machine has itself comes first on PATH.
use_programs() {
  PROGRAMS=$(programs_folder)
  PATH=$PATH:$PROGRAMS/usr/sbin:$PROGRAMS/usr/bin
  LD_LIBRARY_PATH=$PROGRAMS/usr/lib/$(uname -m)-linux-gnu
  [[ ! -d $LD_LIBRARY_PATH/xtables ]] || export XTABLES_LIBDIR="$LD_LIBRARY_PATH/xtables"
  export PATH LD_LIBRARY_PATH
}

# install_client: the commands `docker` and `docker buildx`, each only where there is none.
install_client() {
  local plugins=${HOME:-/root}/.docker/cli-plugins
  [[ $(command -v docker) != "$PROGRAMS"/* ]] || ln -sf "$PROGRAMS/usr/bin/docker" /usr/local/bin/docker
  if ! docker buildx version >/dev/null 2>&1; then
    mkdir -p "$plugins"
    ln -sf "$(find "$PROGRAMS" -type f -perm -u+x -name docker-buildx)" "$plugins/docker-buildx"
  fi
}

stop() {
  [[ -d $ENGINE_HOME ]] || return 0
  wait_for_turn
  use_programs
  stop_daemons
  [[ $(env_local_get DOCKER_HOST) != "unix://$SOCKET" ]] || env_local_set DOCKER_HOST
}

remove() {
  stop
  rm -rf "${ENGINE_HOME:?}"/{docker,containerd,log,network,daemon.json,containerd.toml}
  [[ $ENGINE_HOME == "$ENGINE_PREFIX" ]] || rmdir "$ENGINE_HOME" 2>/dev/null || true
}

status() {
  local version
  if [[ -n $ENGINE_PRIVATE ]]; then export DOCKER_HOST="unix://$SOCKET"; else use_local_engine; fi
  version=$(server_version)
  if [[ -z $version ]]; then
    echo "engine: none answers${DOCKER_HOST:+ at $DOCKER_HOST}"
    return 1
  fi
  echo "engine: Docker $version answers${DOCKER_HOST:+ at $DOCKER_HOST}"
}

env_lines() { if private_runs; then echo "DOCKER_HOST=unix://$SOCKET"; fi; }

case ${1-} in
  start | stop | remove | status) "$1" ;;
  env) env_lines ;;
  *) die "engine.sh does not know '${1-}'" 'run: tools/engine/engine.sh start|stop|remove|status|env' ;;
esac
