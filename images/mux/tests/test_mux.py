"""Real films go in; what comes out is judged by ffprobe and by hashes of packets."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from mux_films import PICTURE, SRT, ffmpeg, hashes, run, times

from stagekit.ffmpeg import probe

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]


def test_a_track_is_added_and_nothing_else_changes(film: Path, run_stage: RunStage) -> None:
    report = run(run_stage, film, "out.mkv", "--cues", "cues.json", "--title", "Deutsch (KI)")
    after = probe(film.parent / "out.mkv")
    expected = ["video", "audio", "audio", "subtitle", "subtitle", "attachment", "video"]
    assert [raw["codec_type"] for raw in after["streams"]] == expected
    old, new = hashes(film), hashes(film.parent / "out.mkv")
    assert new.pop("subtitle subrip ger") is not None
    assert new == old
    assert after["streams"][4]["tags"].items() >= {"language": "ger", "title": "Deutsch (KI)"}.items()
    assert [raw["disposition"]["default"] for raw in after["streams"][3:5]] == [1, 0], (
        "the film has a default"
    )
    assert after["streams"][6]["disposition"]["attached_pic"] == 1, "a cover isn't a video track"
    assert [chapter["tags"]["title"] for chapter in after["chapters"]] == ["One"]
    assert after["format"]["tags"]["title"] == "The Film"
    assert times(film.parent / "out.mkv", 4) == [(1.0, 1.0), (2.5, 0.75)]
    ffmpeg("-i", film.parent / "out.mkv", "-map", "0:4", "-c", "copy", film.parent / "back.srt")
    assert (film.parent / "back.srt").read_text().strip() == SRT.strip()
    ffmpeg("-dump_attachment:t:0", film.parent / "back.ttf", "-i", film.parent / "out.mkv", "-f", "null", "-")
    assert (film.parent / "back.ttf").read_bytes() == (film.parent / "font.ttf").read_bytes()
    assert report["cues"] == 2
    proofs = ["packets", "packets", "packets", "packets", "cues", "content", "packets"]
    assert [stream["proof"] for stream in report["streams"]] == proofs
    content = hashlib.sha256((film.parent / "font.ttf").read_bytes()).hexdigest()
    assert report["streams"][5]["sha256"] == content
    assert report["streams"][4].items() >= {"source": None, "how": "new", "sha256": None}.items()


DEFAULTS = [("yes", [0, 1]), ("no", [1, 0]), ("auto", [1, 0])]


@pytest.mark.parametrize(("choice", "marks"), DEFAULTS)
def test_default_mark(choice: str, marks: list[int], film: Path, run_stage: RunStage) -> None:
    run(run_stage, film, "out.mkv", "--default", choice)
    streams = [raw for raw in probe(film.parent / "out.mkv")["streams"] if raw["codec_type"] == "subtitle"]
    assert [raw["disposition"]["default"] for raw in streams] == marks


def test_mp4_refuses_what_it_cannot_hold(film: Path, assert_refused: Refuse) -> None:
    given = ("--input", film, "--subtitles", "new.srt", "--output", "out.mp4")
    assert_refused(2, "mp4 can't hold stream 4 (attachment, font.ttf) of", "mux", *given)


def test_mp4_without_what_it_cannot_hold(film: Path, run_stage: RunStage) -> None:
    report = run(run_stage, film, "out.mp4", "--drop-unsupported", "--language", "de", "--title", "KI")
    assert report["dropped"] == ["stream 4 (attachment, font.ttf)"]
    expected = ["video", "audio", "audio", "subtitle", "subtitle", "video"]
    assert [stream["kind"] for stream in report["streams"]] == expected
    old, new = hashes(film), hashes(film.parent / "out.mp4")
    for kind in ("video h264", "audio aac", "audio flac"):
        assert [v for k, v in new.items() if k.startswith(kind)] == [
            v for k, v in old.items() if k.startswith(kind)
        ]
    streams = probe(film.parent / "out.mp4")["streams"]
    assert [raw["codec_name"] for raw in streams[3:5]] == ["mov_text", "mov_text"]
    assert streams[4]["tags"]["language"] == "deu"
    assert times(film.parent / "out.mp4", 4) == [(1.0, 1.0), (2.5, 0.75)]
    assert times(film.parent / "out.mp4", 3) == times(film, 3)


def test_mp4_into_mkv_with_its_subtitles_and_chapters(film: Path, run_stage: RunStage) -> None:
    """mp4 keeps chapters in a text track, and its subtitles in a form that Matroska doesn't know."""
    run(run_stage, film, "first.mp4", "--drop-unsupported", "--language", "en")
    report = run(run_stage, film.parent / "first.mp4", "out.mkv", "--language", "fr")
    assert report["dropped"] == []
    assert report["chapters"] == 1
    kinds = [(stream["kind"], stream["how"], stream["language"]) for stream in report["streams"][3:]]
    assert kinds == [
        ("subtitle", "converted", "fre"),
        ("subtitle", "converted", "eng"),
        ("subtitle", "new", "fre"),
        ("video", "copied", None),
    ]


LATE = {
    "picture a second late": ("late.mkv", ["-itsoffset", "1"], []),
    "all a second late": ("late.mkv", [], ["-output_ts_offset", "1"]),
    "transport stream, begins at 1.4 s": ("late.ts", [], []),
    "B-frames and negative times": ("late.mp4", [], ["-bf", "3"]),
    "frames without times": ("late.avi", [], ["-c:v", "mpeg4", "-bf", "2", "-c:a", "mp3"]),
}


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
@pytest.mark.parametrize("case", LATE)
def test_times_are_those_of_the_sound(case: str, suffix: str, folder: Path, run_stage: RunStage) -> None:
    """A burst of sound 2.5 s into what demux makes of the film is still where the second subtitle is."""
    name, before, after = LATE[case]
    burst = ["-f", "lavfi", "-i", "aevalsrc='if(between(t,2.5,2.7),0.8*sin(4400*t),0)':d=4:s=44100"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]
    ffmpeg(*before, *PICTURE, *burst, *codecs, *after, folder / name)
    report = run(run_stage, folder / name, f"out{suffix}")
    ffmpeg("-i", folder / f"out{suffix}", "-map", "0:a", "-ac", "1", "-ar", "16000", "-af",
           "aresample=async=1:first_pts=0", "-f", "s16le", folder / "sound.raw")  # fmt: skip
    loud = np.flatnonzero(np.abs(np.fromfile(folder / "sound.raw", dtype=np.int16)) > 8000)
    begins = float(probe(folder / f"out{suffix}")["format"]["start_time"])
    second = times(folder / f"out{suffix}", report["streams"][-1]["index"])[1][0] - begins
    assert loud[0] / 16000 == pytest.approx(second, abs=0.06)
    assert {stream["proof"] for stream in report["streams"][:-1]} == {
        "decoded" if "ts" in name else "packets"
    }


def test_without_cues_the_film_is_copied(film: Path, run_stage: RunStage) -> None:
    """A film in which nobody speaks."""
    (film.parent / "new.srt").write_text("\n")
    report = run(run_stage, film, "out.mkv")
    assert (report["cues"], len(report["streams"])) == (0, 6)
    assert hashes(film.parent / "out.mkv") == hashes(film)


REFUSALS = {
    "suffix": (2, "its suffix must be .mkv or .mp4", ("--output", "out.avi")),
    "no SRT": (2, "isn't an SRT file", ("--subtitles", "chapters.txt")),
    "language": (2, "language xx isn't known", ("--language", "xx")),
    "no cues": (2, "is no Subtitles", ("--cues", "new.srt")),
    "no film": (2, "isn't a video or audio file", ("--input", "font.ttf")),
    "no fonts": (3, "--fonts nofonts is no folder", ("--fonts", "nofonts")),
    "over the film": (2, "--output and --input are one file", ("--output", "film.mkv")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, film: Path, assert_refused: Refuse) -> None:
    code, text, arguments = REFUSALS[case]
    given = ("--input", film, "--subtitles", "new.srt", "--output", "out.mkv", *arguments)
    assert_refused(code, text, "mux", *given)


def test_help_schema_and_selftest(run_stage: RunStage) -> None:
    assert "--drop-unsupported" in run_stage("mux", "--help").stdout
    assert json.loads(run_stage("mux", "--schema").stdout)["title"] == "Report"
    assert json.loads(run_stage("mux", "selftest", "--json").stdout)["facts"]["ffmpeg"][0].isdigit()
