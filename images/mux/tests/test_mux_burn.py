"""Burned subtitles are judged by pixels; the rest of the film by hashes and times."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from mux_films import PICTURE, SRT, TONES, ffmpeg, hashes, run, times

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]


def brightness(path: Path, seconds: float) -> float:
    """Return the brightest pixel, 0 to 255, of the picture at a time."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-ss", str(seconds), "-frames:v", "1", "-pix_fmt", "gray",
         "-f", "rawvideo", "-"],
        check=True, capture_output=True,
    )  # fmt: skip
    return float(np.frombuffer(done.stdout, dtype=np.uint8).max())


BURNS = {"plain": "new.srt", "a name full of signs": "it's [a], b:c;d=e\\ %1.srt"}


@pytest.mark.parametrize("case", BURNS)
def test_burned_text_is_in_the_picture(case: str, folder: Path, run_stage: RunStage) -> None:
    black = ["-f", "lavfi", "-i", "color=black:duration=4:size=320x240:rate=25"]
    ffmpeg(*black, *TONES, "-map", "0", "-map", "1", "-c:v", "libx264", "-c:a", "aac", folder / "black.mkv")
    (folder / BURNS[case]).write_text(SRT)
    report = run(
        run_stage, folder / "black.mkv", "out.mkv", "--mode", "burn", "--preset", "ultrafast",
        "--subtitles", folder / BURNS[case],
    )  # fmt: skip
    lights = [
        brightness(folder / "out.mkv", seconds) > 128 for seconds in (0.5, 1.1, 1.9, 2.2, 2.6, 3.1, 3.5)
    ]
    assert lights == [False, True, True, False, True, True, False]
    assert [(s["kind"], s["how"]) for s in report["streams"]] == [("video", "encoded"), ("audio", "copied")]
    sound = [key for key in hashes(folder / "black.mkv") if key.startswith("audio")]
    assert [hashes(folder / "out.mkv")[key] for key in sound] == [
        hashes(folder / "black.mkv")[k] for k in sound
    ]


def test_burned_frames_keep_their_own_times(folder: Path, run_stage: RunStage) -> None:
    """Frames that aren't equally far apart: encoding at a fixed rate would double and drop some."""
    uneven = ["-vf", "select='not(mod(n,3))+lt(n,20)'", "-fps_mode", "vfr", "-c:v", "libx264"]
    ffmpeg(*PICTURE, *TONES, "-map", "0", "-map", "1", *uneven, "-preset", "ultrafast", folder / "vfr.mkv")
    run(run_stage, folder / "vfr.mkv", "out.mkv", "--mode", "burn", "--preset", "ultrafast")
    before, after = (sorted(start for start, _ in times(folder / name, 0)) for name in ("vfr.mkv", "out.mkv"))
    assert len(before) == len(after) == 47
    assert np.allclose(np.diff(before), np.diff(after), atol=0.002)


def test_burning_needs_a_font(film: Path, assert_refused: Refuse, run_stage: RunStage) -> None:
    (film.parent / "new.srt").write_text(SRT.replace("Bye.", "नमस्ते"))
    given = ("--input", film, "--subtitles", "new.srt", "--output", "out.mkv", "--mode", "burn")
    assert_refused(3, "no font here has DEVANAGARI letters", "mux", *given)
    fonts = ("--fonts", "/usr/share/fonts/truetype/dejavu", "--preset", "ultrafast")
    assert run_stage("mux", *given, *fonts).returncode == 0, "a folder of fonts is the user's to choose"
