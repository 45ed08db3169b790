"""A transcript goes in; the files that come out are read by pysubs2, pysrt and ffmpeg."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pysubs2
import pytest
from subtitle_files import directed, srt_text, vtt_text

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]

TEXTS = [
    "The ship leaves at noon.",
    "Nobody told me about it, so I am late again, as I was yesterday, of course.",
    "La la la.",
]


def transcript(texts: list[str], language: str = "en") -> dict[str, Any]:
    segments = [
        {"start": 4 * place + 1.0, "end": 4 * place + 3.5, "text": text} for place, text in enumerate(texts)
    ]
    return {
        "language": language,
        "spoken": language,
        "duration": 4.0 * len(texts) + 1,
        "words": "none",
        "segments": segments,
    }


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "transcript.json"
    path.write_text(json.dumps(transcript(TEXTS)))
    song = {"start": 8.0, "end": 13.0, "score": 0.9, "reasons": []}
    (tmp_path / "songs.json").write_text(json.dumps({"duration": 13, "segments": [song]}))
    return path


def read(path: Path) -> list[tuple[int, int, str]]:
    return [(event.start, event.end, event.text) for event in pysubs2.load(str(path))]


def heard_by_ffmpeg(path: Path) -> list[str]:
    """Return the text of each cue as ffmpeg hands it to libass."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-f", "ass", "-"], check=True, capture_output=True, text=True
    )
    return [line.split(",", 9)[9] for line in done.stdout.splitlines() if line.startswith("Dialogue:")]


def test_three_files_say_the_same(given: Path, tmp_path: Path, run_stage: RunStage) -> None:
    done = run_stage("subtitle-gen", "--input", given, "--output", "s.srt", "--songs", "songs.json")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    cues = json.loads((tmp_path / "s.cues.json").read_text())
    assert cues["language"] == "en"
    expected = []
    for cue in cues["cues"]:
        text = "\\N".join(cue["lines"])
        expected.append(
            (
                round(cue["start"] * 1000),
                round(cue["end"] * 1000),
                f"{{\\i1}}{text}{{\\i0}}" if cue["song"] else text,
            )
        )
    assert expected[0] == (1000, 3500, "The ship leaves at noon.")
    assert expected[-1] == (9000, 11500, "{\\i1}♪ La la la. ♪{\\i0}")
    assert read(tmp_path / "s.srt") == expected
    assert read(tmp_path / "s.vtt") == expected
    for name in ("s.srt", "s.vtt"):
        assert heard_by_ffmpeg(tmp_path / name) == [text for _, _, text in expected]
        shown = subprocess.run(
            ["ffprobe", "-v", "error", "-of", "json", "-show_packets", tmp_path / name],
            check=True,
            capture_output=True,
        )
        packets = json.loads(shown.stdout)["packets"]
        starts = [[float(packet[name]) for name in ("pts_time", "duration_time")] for packet in packets]
        expected_starts = [[start / 1000, (end - start) / 1000] for start, end, _ in expected]
        assert np.allclose(starts, expected_starts)


ODD = [
    "a <i>b</i> < b > c <3",
    "one {\\an8} two {y:i} }",
    "this --> that",
    "C:\\Night \\hour",
    "&lt;b&gt; & AT&amp;T",
    "12",
    "00:00:01,000 --> 00:00:02,000",
]


def test_players_show_text_literally(tmp_path: Path, run_stage: RunStage) -> None:
    (tmp_path / "odd.json").write_text(json.dumps(transcript(ODD)))
    done = run_stage("subtitle-gen", "--input", "odd.json", "--output", "odd.srt")
    assert done.returncode == 0, done.stderr
    cues = json.loads((tmp_path / "odd.cues.json").read_text())["cues"]
    assert [" ".join(cue["lines"]) for cue in cues] == ODD
    braces = str.maketrans("{}", "\u2774\u2775")
    expected = [text.translate(braces) for text in ODD]
    for name in ("odd.srt", "odd.vtt"):
        heard = [
            text.replace("\u2060", "").replace("&amp;", "&") for text in heard_by_ffmpeg(tmp_path / name)
        ]
        assert heard == [text.replace("&amp;", "&") for text in expected], name
    assert len(read(tmp_path / "odd.srt")) == len(ODD) + 1, (
        "pysubs2 alone takes the last for a time, arrow or not"
    )
    assert [text for _, _, text in read(tmp_path / "odd.vtt")][4] == "&amp;lt;b&amp;gt; &amp; AT&amp;amp;T"


def test_control_characters_are_left_out(tmp_path: Path, run_stage: RunStage) -> None:
    """Written through, a zero ends the file for some readers, and mux refuses it."""
    (tmp_path / "odd.json").write_text(json.dumps(transcript(["one\u0000 \u001b[31mtwo\u0085three"])))
    assert run_stage("subtitle-gen", "--input", "odd.json", "--output", "odd.srt").returncode == 0
    for name in ("odd.srt", "odd.vtt"):
        assert [text for _, _, text in read(tmp_path / name)] == ["one [31mtwo three"], name


def test_without_escapes_players_would_not() -> None:
    """What the escapes are there for: the raw texts do lose something in ffmpeg."""
    assert srt_text("<i>") != "<i>"
    assert vtt_text("a --> <b>") == "a --&gt; &lt;b&gt;"


DIRECTIONS = [
    ("Hello there.", False),
    ("שלום", False),
    ("שלום.", True),
    ("הוא גר ב-Paris עכשיו", True),
    ("مرحبا، كيف حالك؟", True),
    ("I said שלום.", False),
    ("- שלום", True),
]


@pytest.mark.parametrize(("line", "embedded"), DIRECTIONS)
def test_direction_is_marked_where_it_matters(line: str, embedded: bool) -> None:
    assert directed(line) == (f"\u202b{line}\u202c" if embedded else line)


@pytest.mark.parametrize("marked", [True, False])
def test_drawn_full_stop_of_hebrew_is_on_the_left(marked: bool, tmp_path: Path) -> None:
    """Without the marks libass draws it on the right, which is why they are there."""
    line = directed("שלום עולם.") if marked else "שלום עולם."
    (tmp_path / "he.srt").write_text(f"1\n00:00:00,000 --> 00:00:02,000\n{line}\n")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=black:duration=1:size=640x360", "-vf",
         "subtitles=he.srt", "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "picture"],
        check=True, cwd=tmp_path,
    )  # fmt: skip
    lit = (np.fromfile(tmp_path / "picture", dtype=np.uint8).reshape(360, 640) > 128).any(axis=0)
    (columns,) = np.nonzero(lit)
    letters = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    dot, letter = (0, -1) if marked else (-1, 0)
    assert len(letters[dot]) <= 3 < len(letters[letter])


def test_files_are_marked_and_cues_are_not(tmp_path: Path, run_stage: RunStage) -> None:
    (tmp_path / "he.json").write_text(json.dumps(transcript(["שלום לכולם."], "he")))
    assert run_stage("subtitle-gen", "--input", "he.json", "--output", "he.srt").returncode == 0
    assert read(tmp_path / "he.srt")[0][2] == "\u202bשלום לכולם.\u202c"  # noqa: RUF001
    assert json.loads((tmp_path / "he.cues.json").read_text())["cues"][0]["lines"] == ["שלום לכולם."]


def test_settings_reach_the_cues(given: Path, tmp_path: Path, run_stage: RunStage) -> None:
    told = json.loads(given.read_text())
    for place, segment in enumerate(told["segments"]):
        segment["speaker"] = f"SPEAKER_0{place % 2}"
    given.write_text(json.dumps(told))
    limits = ("--line-length", "20", "--lines", "1", "--speaker-names", "SPEAKER_00=Ann", "--shortest", "0")
    done = run_stage("subtitle-gen", "--input", given, "--output", "s.srt", *limits)
    assert done.returncode == 0, done.stderr
    lines = [cue["lines"] for cue in json.loads((tmp_path / "s.cues.json").read_text())["cues"]]
    assert lines[0] == ["Ann: The ship leaves"]
    assert all(len(cue) == 1 and len(cue[0]) <= 20 for cue in lines)


def test_nothing_said_gives_empty_files(tmp_path: Path, run_stage: RunStage) -> None:
    (tmp_path / "mute.json").write_text(json.dumps(transcript([])))
    assert run_stage("subtitle-gen", "--input", "mute.json", "--output", "mute.srt").returncode == 0
    assert (tmp_path / "mute.srt").read_text().strip() == ""
    assert (tmp_path / "mute.vtt").read_text().strip() == "WEBVTT"


REFUSALS = {
    "no transcript": (2, "is no Transcript", ("--input", "songs.json")),
    "no songs": (2, "is no Songs", ("--songs", "transcript.json")),
    "songs missing": (2, "--songs is no file", ("--songs", "none.json")),
    "shorter than longest": (2, "--shortest 9.0 > --longest 7.0", ("--shortest", "9")),
    "no line": (2, "--line-length (SUBTITLE_GEN_LINE_LENGTH)", ("--line-length", "0")),
    "one file": (2, "--vtt and --output are one file", ("--vtt", "s.srt")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, given: Path, assert_refused: Refuse) -> None:
    code, text, arguments = REFUSALS[case]
    assert_refused(code, text, "subtitle-gen", "--input", given, "--output", "s.srt", *arguments)


def test_help_schema_and_selftest(run_stage: RunStage, locked: Callable[[str], str]) -> None:
    assert "--speaker-names" in run_stage("subtitle-gen", "--help").stdout
    assert json.loads(run_stage("subtitle-gen", "--schema").stdout)["title"] == "Subtitles"
    facts = json.loads(run_stage("subtitle-gen", "selftest", "--json").stdout)["facts"]
    assert (facts["pysubs2"], facts["pysrt"]) == (locked("pysubs2"), locked("pysrt"))
