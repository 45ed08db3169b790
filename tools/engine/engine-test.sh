#!/usr/bin/env bash
# Tests of engine.sh: a second engine beside the one in use, from fresh programs: engine-test.sh (half a minute; root on
# Debian). It leaves the engine in use, and .env.local, as they are.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in env-local test; do
  # shellcheck source=/dev/null
  . "$here/lib/$part.sh"
done
use_local_engine
scratch=$(mktemp -d /tmp/engine-test.XXXXXX)
export ENGINE_PREFIX=$scratch/prefix ENGINE_HOME=$scratch/home ENV_LOCAL=$scratch/env.local
socket=unix://$ENGINE_HOME/run/docker.sock
trap '"$here/engine.sh" remove; rm -rf "$scratch"' EXIT

engine() { "$here/engine.sh" "$@" 2>&1; }
second() { docker --host "$socket" "$@"; }
# system: what apt and dpkg know.
system() { (dpkg-query --show && find /etc/apt /var/lib/apt/lists -printf '%p %T@\n' | sort) | sha256sum; }
# traces BLOCK: processes, mounts, addresses and firewall rules of the second engine.
traces() (
  programs=$(echo "$ENGINE_PREFIX"/bin-*)
  libraries=$programs/usr/lib/x86_64-linux-gnu
  export PATH="$PATH:$programs/usr/sbin" LD_LIBRARY_PATH="$libraries"
  [[ ! -d $libraries/xtables ]] || export XTABLES_LIBDIR="$libraries/xtables"
  grep --text --files-with-matches --fixed-strings "$ENGINE_HOME/" /proc/[0-9]*/cmdline /proc/mounts 2>/dev/null
  ip -4 -oneline addr show to "172.29.$1.0/20"
  (iptables --list-rules && iptables --table nat --list-rules) | grep -F "172.29.$1.0/20"
)
before=$(system)

echo 'a good engine'
: >"$ENV_LOCAL"
has 'is used' "$(engine start)" "engine: Docker $(docker version --format '{{.Server.Version}}') answers"
has 'has a status' "$(engine status)" 'engine: Docker '
equal 'nothing is recorded' "$(cat "$ENV_LOCAL")" ''
equal 'nothing is made' "$(ls "$scratch")" env.local
has "one that doesn't answer is named" "$(DOCKER_HOST=unix:///nowhere engine start || true)" \
  'DOCKER_HOST=unix:///nowhere'
has 'no engine, and not root' \
  "$(DOCKER_HOST='' setpriv --reuid 65534 --clear-groups bash "$here/engine.sh" start 2>&1 || true)" \
  'this can get one only as root on Debian or Ubuntu'

# A file system of this machine's own programs, so that nothing needs to be pulled.
mapfile -t libraries < <(ldd /bin/bash /bin/ls | grep -o '/[^ ):]*\.so[^ )]*' | sort -u)
tar --create --file "$scratch/tiny.tar" --dereference --absolute-names /bin/bash /bin/ls "${libraries[@]}"
# shellcheck disable=SC2016 # apt's placeholder
mirror=$(apt-get indextargets --no-release-info --format '$(SITE)' | head -n 1 | sed -E 's#^https?://##; s#/.*##')
request="HEAD / HTTP/1.0\\r\\nHost: $mirror\\r\\n\\r\\n"
fetch="exec 3<>/dev/tcp/$mirror/80; printf '$request' >&3; read -r line <&3; echo \$line"

for store in containerd overlay2; do
  echo "a private engine with $store"
  export ENGINE_PRIVATE=1 ENGINE_STORE=$store
  has 'starts' "$(engine start)" "runs at $socket"
  has 'starts once' "$(engine start)" "runs at $socket"
  equal 'says where it is' "$(engine env)" "DOCKER_HOST=$socket"
  equal 'keeps images so' "$(second info --format '{{.Driver}}')" "${store/containerd/overlayfs}"
  has 'keeps what builds made, up to that' "$(second buildx inspect)" 'Max Used Space: 80GiB'
  block=$(cat "$ENGINE_HOME/network")
  subnet=172.29.$block.0/20
  has 'has a firewall rule of its own' "$(traces "$block")" \
    "-A POSTROUTING -s $subnet ! -d $subnet -j MASQUERADE"
  second import "$scratch/tiny.tar" "test:$store" >/dev/null
  has 'docker run reaches the network, by name' "$(second run --rm "test:$store" /bin/bash -c "$fetch" 2>&1)" HTTP/
  has 'RUN does too' "$(printf 'FROM test:%s\nSHELL ["/bin/bash", "-c"]\nRUN %s\n' "$store" "$fetch" |
    DOCKER_HOST=$socket docker buildx build --no-cache --progress plain - 2>&1)" ' HTTP/'
  second network create apart >/dev/null
  has 'so does a network of its own' "$(second run --rm --network apart "test:$store" /bin/bash -c "$fetch" 2>&1)" HTTP/
  equal 'without a network there is none' "$(second run --rm --network none "test:$store" /bin/ls /sys/class/net)" lo
  engine stop
  equal 'env says nothing when it is stopped' "$(engine env)" ''
  has 'status says so' "$(engine status || echo 'exit 1')" $'engine: none answers at '"$socket"$'\nexit 1'
  engine start >/dev/null
  equal 'its images stay' "$(second images --filter reference=test --format '{{.Repository}}:{{.Tag}}')" "test:$store"
  has 'its network works after a restart' \
    "$(second run --rm --init --network apart "test:$store" /bin/bash -c "$fetch" 2>&1)" HTTP/
  engine remove
  equal 'nothing of it is left' "$(find "$ENGINE_HOME" 2>/dev/null; traces "$block")" ''
done
equal "the system's packages and lists are as they were" "$(system)" "$before"
equal 'nothing is recorded' "$(cat "$ENV_LOCAL")" ''

echo 'the only engine'
export DOCKER_HOST=unix://$ENGINE_HOME/run/docker.sock
export ENGINE_PRIVATE=
printf 'OTHER=kept\nDOCKER_HOST=%s\n' "$DOCKER_HOST" >"$ENV_LOCAL"
unset DOCKER_HOST
has 'is started again where .env.local names it' "$(engine start)" "runs at $socket"
equal 'and stays recorded' "$(cat "$ENV_LOCAL")" $'OTHER=kept\nDOCKER_HOST='"$socket"
engine remove
equal 'until it is removed' "$(cat "$ENV_LOCAL")" 'OTHER=kept'

finish
