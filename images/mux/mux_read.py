"""What ffmpeg and ffprobe read in a file, to compare it by."""

import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stagekit.errors import InvalidInput
from stagekit.ffmpeg import run_ffmpeg
from stagekit.logs import Progress

Cues = list[tuple[int, int]]
"""Start and end of each, in milliseconds."""


def srt_cues(path: Path) -> Cues:
    """Return the times of the cues that ffmpeg reads in an SRT file; none where it is blank.

    Raises:
        InvalidInput: it has text, but no cues.

    """
    text = path.read_text(encoding="utf-8", errors="replace")
    if not text.strip("\ufeff \r\n\t"):
        return []
    cues = cue_times(path, ["-f", "srt"], "s:0")
    if not cues or "-->" not in text:
        raise InvalidInput(f"{path} isn't an SRT file: it has text but no cues")
    return cues


def hashes(path: Path, streams: Sequence[int], seconds: float, *, decode: bool) -> dict[int, str]:
    """Return the SHA-256 of all packets of each stream, by its index; with `decode` of all frames."""
    if not streams:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "hashes"
        maps = [part for stream in streams for part in ("-map", f"0:{stream}")]
        how = ["-fps_mode", "passthrough"] if decode else ["-c", "copy"]
        run_ffmpeg(
            ["-i", f"file:{path}", *maps, *how, "-f", "streamhash", "-hash", "sha256", f"file:{listed}"],
            seconds,
            Progress("decoding to compare" if decode else "comparing").update,
        )
        found = re.findall(r"^(\d+),.*?=(\w+)$", listed.read_text(), re.MULTILINE)
    return {streams[int(place)]: value for place, value in found}


def contents(path: Path) -> dict[int, str]:
    """Return the SHA-256 of each attached file, by the index of its stream."""
    shown = _ffprobe(
        ["-show_entries", "stream=index,codec_type,extradata_hash", "-show_data_hash", "sha256"], path
    )
    return {
        raw["index"]: raw["extradata_hash"].removeprefix("SHA256:")
        for raw in shown["streams"]
        if raw.get("codec_type") == "attachment" and "extradata_hash" in raw
    }


def count_packets(path: Path, stream: int) -> int:
    """Return how many packets a stream has, without those with which mp4 fills the time between subtitles."""
    shown = _ffprobe(["-select_streams", str(stream), "-show_entries", "packet=size"], path)
    return sum(int(packet["size"]) > 2 for packet in shown["packets"])


def count_pictures(path: Path, stream: int) -> int:
    """Return how many pictures a stream decodes to: interlaced ones have other numbers of packets."""
    shown = _ffprobe(
        ["-count_frames", "-select_streams", str(stream), "-show_entries", "stream=nb_read_frames"], path
    )
    return int(shown["streams"][0]["nb_read_frames"])


def cue_times(path: Path, form: Sequence[str], stream: str) -> Cues:
    """Return start and end, in milliseconds, of each packet that isn't empty."""
    entries = "packet=pts_time,duration_time,size"
    shown = _ffprobe(["-select_streams", stream, "-show_entries", entries], path, form)
    return [
        (
            round(float(packet["pts_time"]) * 1000),
            round((float(packet["pts_time"]) + float(packet["duration_time"])) * 1000),
        )
        for packet in shown["packets"]
        if int(packet["size"]) > 2 or form
    ]


def _ffprobe(shown: Sequence[str], path: Path, form: Sequence[str] = ()) -> dict[str, Any]:
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", *shown, *form, "-i", f"file:{path}"],
        check=False, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise InvalidInput(f"ffprobe can't read {path}: {last}")
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts
