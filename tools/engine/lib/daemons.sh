# shellcheck shell=bash
# One private engine: containerd and dockerd with everything of theirs below $ENGINE_HOME.

SOCKET=$ENGINE_HOME/run/docker.sock

# private_runs: whether this home's engine answers.
private_runs() { [[ -S $SOCKET && -n $(server_version "unix://$SOCKET") ]]; }

# start_daemons: returns when the engine answers.
start_daemons() {
  stop_daemons
  mkdir -p "$ENGINE_HOME"/{run,log,containerd,docker}
  add_network
  write_containerd_config >"$ENGINE_HOME/containerd.toml"
  write_dockerd_config >"$ENGINE_HOME/daemon.json"
  launch containerd --config "$ENGINE_HOME/containerd.toml"
  wait_for containerd test -S "$ENGINE_HOME/run/containerd.sock"
  launch dockerd --config-file "$ENGINE_HOME/daemon.json"
  wait_for dockerd private_runs
}

# launch PROGRAM ARGUMENT...: a process that outlives this shell; its log and pid file have its name.
launch() {
  PATH=$PROGRAMS/usr/sbin:$PROGRAMS/usr/bin:$PATH setsid nohup "$@" </dev/null >>"$ENGINE_HOME/log/$1.log" 2>&1 9>&- &
  echo $! >"$ENGINE_HOME/run/$1.id"
}

# wait_for PROGRAM CONDITION...: up to 60 s; stops at once, with the program's last words, when it has ended.
wait_for() {
  local program=$1 tries
  shift
  for ((tries = 0; tries < 600; tries++)); do
    if "$@"; then return 0; fi
    kill -0 "$(cat "$ENGINE_HOME/run/$program.id")" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 5 "$ENGINE_HOME/log/$program.log" >&2
  stop_daemons
  die "$program did not start" "read $ENGINE_HOME/log/$program.log, or install Docker >= 23 with buildx"
}

# pid_of PROGRAM: the pid of this home's PROGRAM while it runs. A pid that another process got since is not it.
pid_of() {
  local pid
  pid=$(cat "$ENGINE_HOME/run/$1.id") || return 0
  tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF " $ENGINE_HOME/" || return 0
  echo "$pid"
} 2>/dev/null

# stop_daemons: dockerd first, which stops its containers; then what is still mounted, and the network.
stop_daemons() {
  local program pid tries mount
  for program in dockerd containerd; do
    pid=$(pid_of "$program")
    [[ -n $pid ]] || continue
    kill "$pid"
    for ((tries = 0; tries < 600; tries++)); do
      [[ -n $(pid_of "$program") ]] || break
      sleep 0.1
    done
    [[ -z $(pid_of "$program") ]] || kill -KILL "$pid"
  done
  while read -r mount; do umount "$mount"; done \
    < <(awk -v home="$ENGINE_HOME/" 'index($2, home) == 1 { print $2 }' /proc/mounts | sort -r)
  remove_network
  rm -rf "$ENGINE_HOME/run"
}

write_containerd_config() {
  cat <<END
version = 2
root = "$ENGINE_HOME/containerd"
state = "$ENGINE_HOME/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "$ENGINE_HOME/run/containerd.sock"
END
}

# Without "iptables" dockerd leaves alone the chains of another engine of this machine; network.sh has our rules.
write_dockerd_config() {
  local containerd_store=true
  [[ $ENGINE_STORE == containerd ]] || containerd_store=false
  cat <<END
{
  "hosts": ["unix://$SOCKET"],
  "data-root": "$ENGINE_HOME/docker",
  "exec-root": "$ENGINE_HOME/run/docker",
  "pidfile": "$ENGINE_HOME/run/docker.pid",
  "containerd": "$ENGINE_HOME/run/containerd.sock",
  "bridge": "$BRIDGE",
  "default-address-pools": [{ "base": "$NETWORK.$((NETWORK_BLOCK + 8)).0/21", "size": 27 }],
  "iptables": false,
  "ip6tables": false,
  "builder": {
    "gc": { "defaultReservedSpace": "40GB", "defaultMaxUsedSpace": "80GB", "defaultMinFreeSpace": "2GB" }
  },
  "features": { "containerd-snapshotter": $containerd_store }
}
END
}
