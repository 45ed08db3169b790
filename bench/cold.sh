#!/usr/bin/env bash
# What each image costs when the engine has nothing: seconds, bytes from the network, bytes of disk.
#   bench/cold.sh           asks for an engine without the family and without build cache (see below)
#   bench/cold.sh --write   also notes download and disk in each image's size.json, which a cold build announces
# To empty the engine: docker image prune -a && docker buildx prune -a
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mapfile -t images < <(printf '%s\n' base-cpu base-cuda base-ml images/*/Dockerfile | sed 's#images/\(.*\)/Dockerfile#\1#' | awk '!seen[$0]++')
interface=$(ip route show default | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") { print $(i + 1); exit } }')
received() { cat "/sys/class/net/$interface/statistics/rx_bytes"; }
used() { df --output=used -B1 "$data" | tail -n 1; }

# shellcheck source=/dev/null
if [[ -f .env.local ]]; then set -a && . ./.env.local && set +a; fi
data=$(docker info --format '{{.DockerRootDir}}')
if docker images --format '{{.Repository}}' | grep -q cp-whisperx-app-base; then
  echo "the engine has images of the family: nothing would be cold" >&2
  exit 1
fi

rm -rf .nx/cache dist/images
mkdir -p dist
printf '%-14s %9s %13s %10s\n' image seconds 'download MB' 'disk MB'
for image in "${images[@]}"; do
  sync
  read -r net0 disk0 time0 <<<"$(received) $(used) $(date +%s%N)"
  npx nx run "$image:docker-build" --output-style=stream >"dist/cold-$image.log" 2>&1 || {
    tail -n 20 "dist/cold-$image.log" >&2
    exit 1
  }
  seconds=$((($(date +%s%N) - time0) / 1000000))
  sync
  net=$(($(received) - net0)) disk=$(($(used) - disk0))
  printf '%-14s %9s %13s %10s\n' "$image" "$((seconds / 1000)).$((seconds / 100 % 10))" $((net / 1000000)) $((disk / 1000000))
  if [[ ${1-} == --write ]]; then
    printf '{ "download": %s, "disk": %s }\n' $((net / 1000000 * 1000000)) $((disk / 1000000 * 1000000)) >"images/$image/size.json"
  fi
done
