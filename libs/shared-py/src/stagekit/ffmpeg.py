"""ffmpeg and ffprobe as functions: argument lists in, progress while at work, last words on failure."""

import json
import logging
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from stagekit.errors import InvalidInput, Missing, OutputFailed, WorkFailed

log = logging.getLogger(__name__)

_LAST_LINES = 3

_UNWRITTEN = re.compile(
    r"Error writing trailer|Error closing file|av_interleaved_write_frame"
    r"|No space left on device|Disk quota exceeded"
)
"""What ffmpeg says of an output that isn't whole: with only its last bytes missing it ends with 0."""


def run_ffmpeg(arguments: Sequence[str], seconds: float, on_progress: Callable[[float], None]) -> None:
    """Run ffmpeg with `arguments` (inputs, options, output), overwriting the output.

    `on_progress` gets the share done, 0 to 1, of the expected `seconds` of output. What ffmpeg complains of
    while it succeeds (a damaged packet) is logged as a warning.

    Raises:
        Missing: ffmpeg isn't on PATH.
        OutputFailed: it could not write all of its output, whatever code it ended with.
        WorkFailed: it failed, with the last lines it said.

    """
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error", "-nostats", "-progress", "pipe:1"]
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": complaints, "text": True}
        try:
            process = subprocess.Popen([*command, *arguments], **pipes)
        except FileNotFoundError as error:
            raise Missing("ffmpeg isn't on PATH; install it") from error
        with process:
            try:
                _follow(process, seconds, on_progress)
            except BaseException:
                process.kill()
                process.wait()
                raise
        complaints.seek(0)
        everything = complaints.read()
        said = "; ".join(everything.splitlines()[-_LAST_LINES:])
    if _UNWRITTEN.search(everything):
        raise OutputFailed(f"ffmpeg could not write its output: {said}")
    if process.returncode != 0:
        raise WorkFailed(f"ffmpeg failed with {process.returncode}: {said}")
    if said:
        log.warning("ffmpeg said: %s", said)


def _follow(process: "subprocess.Popen[str]", seconds: float, on_progress: Callable[[float], None]) -> None:
    """Read `-progress` lines until ffmpeg closes them; out_time_us is in microseconds, or N/A at first."""
    for line in process.stdout or ():
        name, _, value = line.strip().partition("=")
        if name == "out_time_us" and value.isdigit() and seconds > 0:
            on_progress(int(value) / 1e6 / seconds)


def probe(path: Path) -> dict[str, Any]:
    """Return what ffprobe knows of `path`: its `format`, `streams` and `chapters`.

    Raises:
        Missing: ffprobe isn't on PATH.
        InvalidInput: the file is no media that it can read.

    """
    shown = ["-show_format", "-show_streams", "-show_chapters"]
    try:
        done = subprocess.run(
            ["ffprobe", "-v", "error", "-of", "json", *shown, "-i", f"file:{path}"],
            check=False, capture_output=True, text=True, errors="replace",
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Missing("ffprobe isn't on PATH; install ffmpeg") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise InvalidInput(f"{path} isn't a video or audio file that ffprobe can read: {last}")
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def ffmpeg_version() -> str:
    """Return the version that `ffmpeg -version` begins with.

    Raises:
        Missing: ffmpeg isn't on PATH or doesn't start.

    """
    try:
        done = subprocess.run(["ffmpeg", "-version"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(f"ffmpeg doesn't run: {error}") from error
    return done.stdout.split()[2]
