# shellcheck shell=bash
# The private engine's network: a bridge and a /20 of its own, so that it can run beside another engine. The firewall
# rules name that /20 alone, and go when the engine stops.

# choose_network: BRIDGE and NETWORK (the first two numbers), NETWORK_BLOCK (the third). The first /20 that no route of
# this machine touches is taken, and kept, because dockerd remembers the addresses of its networks.
choose_network() {
  local hash tries
  hash=$(printf %s "$ENGINE_HOME" | sha256sum)
  BRIDGE=cpw-${hash:0:8}
  NETWORK=172.29
  if [[ -f $ENGINE_HOME/network ]]; then
    NETWORK_BLOCK=$(cat "$ENGINE_HOME/network")
    return 0
  fi
  NETWORK_BLOCK=$((16#${hash:0:1} * 16))
  for ((tries = 0; tries < 16; tries++)); do
    network_is_taken || break
    NETWORK_BLOCK=$(((NETWORK_BLOCK + 16) % 256))
  done
  echo "$NETWORK_BLOCK" >"$ENGINE_HOME/network"
}

network_is_taken() {
  local subnet=$NETWORK.$NETWORK_BLOCK.0/20
  [[ -n $(ip -4 route show root "$subnet") ]] || ip -4 route show match "$subnet" | grep -qv '^default'
}

add_network() {
  choose_network
  ip link add "$BRIDGE" type bridge
  ip addr add "$NETWORK.$NETWORK_BLOCK.1/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
  firewall_rules | while read -r table chain rule; do
    # shellcheck disable=SC2086 # a rule is words
    iptables -w -t "$table" -I "$chain" $rule
  done
}

# remove_network: takes away what add_network and dockerd made; nothing where there is nothing.
remove_network() {
  [[ -f $ENGINE_HOME/network ]] || return 0
  choose_network
  firewall_rules | while read -r table chain rule; do
    # shellcheck disable=SC2086 # a rule is words
    iptables -w -t "$table" -D "$chain" $rule 2>/dev/null || true # gone already after a restart of the machine
  done
  ip -4 -o addr show to "$NETWORK.$NETWORK_BLOCK.0/20" | while read -r _ bridge _; do ip link delete "$bridge"; done
  ip link delete "$BRIDGE" 2>/dev/null || true # it has no address yet where a start was cut off
}

# firewall_rules: table, chain and rule, a line each: out to anywhere, in only what was asked for.
firewall_rules() {
  local subnet=$NETWORK.$NETWORK_BLOCK.0/20
  cat <<END
nat POSTROUTING -s $subnet ! -d $subnet -j MASQUERADE
filter FORWARD -s $subnet -j ACCEPT
filter FORWARD -d $subnet -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
END
}
