"""Films are made, put through the stage, and looked into."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stagekit.ffmpeg import probe

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]

SRT = "1\n00:00:01,000 --> 00:00:02,000\n<i>Hello</i> there\n\n2\n00:00:02,500 --> 00:00:03,250\nBye.\n"
PICTURE = ["-f", "lavfi", "-i", "testsrc=duration=4:size=160x120:rate=25"]
TONES = [part for hertz in (400, 800) for part in ("-f", "lavfi", "-i", f"sine=frequency={hertz}:duration=4")]


def ffmpeg(*arguments: object) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


def hashes(path: Path) -> dict[str, str]:
    """Return the MD5 of all packets of each picture, sound and subtitle, by kind, codec and language."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-map", "0:v?", "-map", "0:a?", "-map", "0:s?", "-c", "copy",
         "-f", "streamhash", "-hash", "md5", "-"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = re.findall(r"=(\w+)$", done.stdout, re.MULTILINE)
    streams = sorted(
        (raw for raw in probe(path)["streams"] if raw["codec_type"] in ("video", "audio", "subtitle")),
        key=lambda raw: (["video", "audio", "subtitle"].index(raw["codec_type"]), raw["index"]),
    )
    names = [
        f"{raw['codec_type']} {raw['codec_name']} {raw.get('tags', {}).get('language')}" for raw in streams
    ]
    return dict(zip(names, found, strict=True))


def times(path: Path, stream: int) -> list[tuple[float, float]]:
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-select_streams", str(stream), "-show_packets", path],
        check=True, capture_output=True,
    )  # fmt: skip
    return [
        (float(packet["pts_time"]), float(packet["duration_time"]))
        for packet in json.loads(done.stdout)["packets"]
        if int(packet["size"]) > 2
    ]


def run(run_stage: RunStage, film: Path, output: str, *arguments: object) -> dict[str, Any]:
    """Run the stage with new.srt beside `film` and return its report."""
    given = ("--input", film, "--subtitles", film.parent / "new.srt", "--output", output)
    done = run_stage("mux", *given, *arguments)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    report: dict[str, Any] = json.loads((film.parent / output).with_suffix(".mux.json").read_text())
    return report
