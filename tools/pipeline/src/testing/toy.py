"""A stage in small: it does what /data/orders.json says of it, and writes what it sees of its container."""

import json
import os
import signal
import sys
import time
from pathlib import Path

NAME = Path(sys.argv[0]).stem
given = dict(argument[2:].partition("=")[::2] for argument in sys.argv[1:])
orders = Path("/data/orders.json")
order = json.loads(orders.read_text()).get(NAME) if orders.exists() else None
output = Path(given["output"])


def say(level: str, message: str) -> None:
    """Log as stagekit does."""
    sys.stderr.write(json.dumps({"level": level, "message": message}) + "\n")
    sys.stderr.flush()


def writable(folder: str) -> bool:
    """Say whether a file can be written in `folder`."""
    try:
        Path(folder, ".probe").touch()
        Path(folder, ".probe").unlink()
    except OSError:
        return False
    return True


signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
if output.exists() and "force" not in given:
    say("info", "skipped: it is there")
    sys.exit()
say("info", "working: 50 %")
if order == "fail":
    say("error", "there is no voice")
    sys.exit(3)
if order == "wait":
    say("info", "waits")
    time.sleep(60)
seen = {
    "given": given,
    "read": Path(given["input"]).read_text(),
    "user": os.getuid(),
    "networks": [path.name for path in Path("/sys/class/net").iterdir()],
    "writable": [folder for folder in ("/", "/tmp", "/film", f"/data/{NAME}") if writable(folder)],  # noqa: S108
    "variables": {name: os.environ.get(name) for name in ("HF_TOKEN", "HF_HUB_OFFLINE")},
}
output.write_text(json.dumps(seen))
