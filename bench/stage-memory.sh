#!/usr/bin/env bash
# How much memory and time a stage takes for long audio, in its image as it is in the engine.
#   bench/stage-memory.sh STAGE [OPTION…]       HOURS=3 MEMORY=4g by default
#   bench/stage-memory.sh silero-vad
#   bench/stage-memory.sh pyannote-vad --model /test-data/models/diarization/segmentation.bin
# The audio: the test data's voices (17 s) and 10 s of faint noise, over and over. Asks for .cache/test-data.
# Prints, after the stage's own lines, one line of JSON: seconds of audio and of work; the most bytes of memory
# that the stage's process held (resident), and that the container's cgroup counted (with the file cache).
# A stage that needs more than MEMORY is killed: no such line, and exit code 137.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ $# -lt 1 || $1 == -* || ! -f images/$1/Dockerfile ]]; then
  sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
stage=$1 && shift
image=rajiup/cp-whisperx-app-$(sed -n '1s/^# image: //p' "images/$stage/Dockerfile")
memory=${MEMORY:-4g}

# shellcheck source=/dev/null
if [[ -f .env.local ]]; then set -a && . ./.env.local && set +a; fi
docker run --rm -i --network none --memory "$memory" --memory-swap "$memory" \
  --user 0 --read-only --tmpfs /tmp:exec -v /audio -v "$PWD/.cache/test-data:/test-data:ro" \
  --entrypoint python "$image" - "$stage" "${HOURS:-3}" "$@" <<'PYTHON'
import json, resource, subprocess, sys, time
from pathlib import Path

import numpy as np
import soundfile

stage, hours, options = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
voices, rate = soundfile.read("/test-data/audio/voices.wav", dtype="int16")
pause = np.random.default_rng(0).normal(0, 30, 10 * rate).astype(np.int16)
once, left = np.concatenate([voices, pause]), round(hours * 3600 * rate)
with soundfile.SoundFile("/audio/long.wav", "w", rate, 1, "PCM_16") as wav:
    while left > 0:
        wav.write(once[:left])
        left -= len(once)
start = time.monotonic()
done = subprocess.run(
    [sys.executable, f"/app/{stage}.py", "--input", "/audio/long.wav", "--output", "/audio/out.json", *options]
)
if done.returncode:
    sys.exit(137 if done.returncode == -9 else done.returncode)
counted = Path("/sys/fs/cgroup/memory.peak")
old = Path("/sys/fs/cgroup/memory/memory.max_usage_in_bytes")
counted = counted if counted.exists() else old
print(json.dumps({
    "stage": stage,
    "audio_seconds": hours * 3600,
    "seconds": round(time.monotonic() - start, 1),
    "peak_resident_bytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    "peak_cgroup_bytes": int(counted.read_text()) if counted.exists() else None,
    "segments": len(json.loads(Path("/audio/out.json").read_text()).get("segments", [])),
}))
PYTHON
