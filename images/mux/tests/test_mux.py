"""Real films go in; what comes out is judged by ffprobe, by hashes of packets, and by pixels."""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mux_check import checked
from mux_languages import container_tag
from mux_plan import Plan, planned
from mux_read import srt_cues

from stagekit.errors import WorkFailed
from stagekit.ffmpeg import probe

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]

SRT = "1\n00:00:01,000 --> 00:00:02,000\n<i>Hello</i> there\n\n2\n00:00:02,500 --> 00:00:03,250\nBye.\n"
OLD = "1\n00:00:00,500 --> 00:00:01,500\nGuten Tag\n"
CHAPTERS = ";FFMETADATA1\ntitle=The Film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=One\n"
PICTURE = ["-f", "lavfi", "-i", "testsrc=duration=4:size=160x120:rate=25"]
TONES = [part for hertz in (400, 800) for part in ("-f", "lavfi", "-i", f"sine=frequency={hertz}:duration=4")]


def ffmpeg(*arguments: object) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the parts of films."""
    (tmp_path / "new.srt").write_text(SRT)
    (tmp_path / "old.srt").write_text(OLD)
    (tmp_path / "chapters.txt").write_text(CHAPTERS)
    (tmp_path / "font.ttf").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "cues.json").write_text(json.dumps({"language": "de", "cues": []}))
    return tmp_path


@pytest.fixture
def film(folder: Path) -> Path:
    """Make a film: picture, two kinds of sound, a default subtitle, a chapter, a font, a cover picture."""
    ffmpeg("-f", "lavfi", "-i", "testsrc=duration=1:size=64x64", "-frames:v", "1", folder / "cover.jpg")
    files = ["-i", folder / "old.srt", "-i", folder / "chapters.txt"]
    maps = ["-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map_metadata", "4"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a:0", "aac", "-c:a:1", "flac", "-c:s", "srt"]
    tags = [
        "-metadata:s:a:0",
        "language=eng",
        "-metadata:s:a:1",
        "language=hin",
        "-metadata:s:s:0",
        "language=fre",
    ]
    attach = ["-attach", folder / "font.ttf", "-metadata:s:t:0", "mimetype=font/ttf"]
    attach += ["-attach", folder / "cover.jpg", "-metadata:s:t:1", "mimetype=image/jpeg"]
    ffmpeg(
        *PICTURE,
        *TONES,
        *files,
        *maps,
        *codecs,
        *tags,
        "-disposition:s:0",
        "default",
        *attach,
        folder / "film.mkv",
    )
    return folder / "film.mkv"


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


def test_without_cues_the_film_is_copied(film: Path, run_stage: RunStage) -> None:
    """A film in which nobody speaks."""
    (film.parent / "new.srt").write_text("\n")
    report = run(run_stage, film, "out.mkv")
    assert (report["cues"], len(report["streams"])) == (0, 6)
    assert hashes(film.parent / "out.mkv") == hashes(film)


WHISPER = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr "
    "bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn "
    "yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su "
    "yue"
)


def test_all_languages_of_whisper_have_a_tag() -> None:
    tags = [container_tag(code, "matroska") for code in WHISPER.split()]
    assert len(set(tags)) == 100
    assert all(re.fullmatch("[a-z]{3}", tag) for tag in tags)


TAGS = [
    ("de", "matroska", "ger"),
    ("de", "mp4", "deu"),
    ("zh", "matroska", "chi"),
    ("hi", "mp4", "hin"),
    ("yue", "mp4", "yue"),
]


@pytest.mark.parametrize(("code", "container", "tag"), TAGS)
def test_tags(code: str, container: str, tag: str) -> None:
    assert container_tag(code, container) == tag


def test_text_tracks_of_chapters_are_no_loss_but_other_data_is() -> None:
    streams = [
        {"index": 0, "codec_type": "video", "codec_name": "h264"},
        {"index": 1, "codec_type": "data", "codec_name": "bin_data", "codec_tag_string": "text"},
        {"index": 2, "codec_type": "data", "codec_name": "unknown", "codec_tag_string": "tmcd"},
        {"index": 3, "codec_type": "subtitle", "codec_name": "hdmv_pgs_subtitle"},
    ]
    for container, dropped in (("matroska", [2]), ("mp4", [2, 3])):
        plan = planned(streams, container, burn=False, subtitled=True, holds=lambda _: True)
        assert [int(text.split()[1]) for text in plan.dropped] == dropped


MADE = [
    "-map",
    "0:v:0",
    "-map",
    "0:a",
    "-map",
    "0:s",
    "-map",
    "1:0",
    "-c",
    "copy",
    "-metadata:s:s:1",
    "language=ger",
]
WRONG: dict[str, tuple[list[str], str]] = {
    "subtitles shifted": (
        ["-itsoffset", "0.5", "-i", "new.srt", *MADE],
        "the cue at 1.000 s stands at 1.500 s",
    ),
    "a cue lost": (["-i", "one.srt", *MADE], "has 1 of 2 cues"),
    "sound encoded anew": (
        ["-i", "new.srt", *MADE, "-c:a:0", "aac"],
        "isn't the same",
    ),
    "sounds swapped": (
        ["-i", "new.srt", "-map", "0:v:0", "-map", "0:a:1", "-map", "0:a:0", *MADE[4:]],
        "isn't the same",
    ),
    "picture encoded anew": (["-i", "new.srt", *MADE, "-c:v", "libx264"], "isn't the same"),
    "a stream lost": (["-i", "new.srt", "-map", "0:v:0", "-map", "0:a:0", *MADE[4:]], "where"),
    "chapters lost": (["-i", "new.srt", *MADE, "-map_chapters", "-1"], "0 of 1 chapters"),
    "another language": (["-i", "new.srt", *MADE, "-metadata:s:s:1", "language=eng"], "eng instead of ger"),
    "the old subtitles instead": (["-i", "old.srt", *MADE], "has 1 of 2 cues"),
}


@pytest.mark.parametrize("mistake", ["none", *WRONG])
def test_wrong_films_would_be_seen(mistake: str, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(film.parent)
    (film.parent / "one.srt").write_text(SRT.split("\n\n")[0] + "\n")
    arguments, fault = WRONG.get(mistake, (["-i", "new.srt", *MADE], ""))
    ffmpeg("-i", film, *arguments, "made.mkv")
    whole = planned(probe(film)["streams"], "matroska", burn=False, subtitled=True, holds=lambda _: True)
    plan = Plan(
        "matroska", [track for track in whole.tracks if track.kind != "attachment" and not track.cover], []
    )
    cues = srt_cues(film.parent / "new.srt")
    if mistake == "none":
        assert len(checked(film, Path("made.mkv"), plan, cues, "ger", 4)) == 5
    else:
        with pytest.raises(WorkFailed, match=re.escape(fault)):
            checked(film, Path("made.mkv"), plan, cues, "ger", 4)


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
