"""A film goes in; what comes out is judged by ffprobe and by the samples, not by demux itself."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]

SECONDS = 3.0
CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1500
title=Arrival
[CHAPTER]
TIMEBASE=1/1000
START=1500
END=3000
title=Departure
"""


def ffmpeg(*arguments: object) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


def tone(hertz: int) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=frequency={hertz}:sample_rate=48000:duration={SECONDS}"]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Make a film with English (400 Hz, stereo) and Hindi (800 Hz, default) sound, and two chapters."""
    (tmp_path / "chapters.txt").write_text(CHAPTERS)
    path = tmp_path / "film.mkv"
    picture = ["-f", "lavfi", "-i", f"testsrc=duration={SECONDS}:size=160x120:rate=25"]
    streams = ["-map", "0:v", "-map", "1:a", "-map", "2:a", "-map_metadata", "3", "-ac:a:0", "2"]
    tags = [
        "-metadata:s:a:0",
        "language=eng",
        "-metadata:s:a:1",
        "language=hin",
        "-metadata:s:a:1",
        "title=Stereo",
    ]
    default = ["-disposition:a:0", "0", "-disposition:a:1", "default"]
    ffmpeg(*picture, *tone(400), *tone(800), "-i", tmp_path / "chapters.txt", *streams, *tags, *default, path)
    return path


def read(path: Path) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """Return what ffprobe says of the only stream of `path`, and its samples, shape (samples,)."""
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", path], check=True, capture_output=True
    )
    (stream,) = json.loads(shown.stdout)["streams"]
    return stream, soundfile.read(path)[0]


def pitch(samples: NDArray[np.float64]) -> float:
    """Return the loudest frequency in hertz."""
    return float(np.abs(np.fft.rfft(samples)).argmax() * 16_000 / len(samples))


def test_wav_is_16_khz_mono_pcm_of_the_film_s_length(film: Path, tmp_path: Path, run_stage: RunStage) -> None:
    done = run_stage("demux", "--input", film, "--output", "a.wav")
    assert (done.returncode, done.stdout) == (0, "")
    stream, samples = read(tmp_path / "a.wav")
    assert stream["codec_name"] == "pcm_s16le"
    assert stream["sample_rate"] == "16000"
    assert stream["channels"] == 1
    assert float(stream["duration"]) == pytest.approx(SECONDS, abs=0.1)
    assert np.abs(samples).max() > 0.05, "silence of the right length is no audio"


def test_metadata(film: Path, tmp_path: Path, run_stage: RunStage) -> None:
    assert run_stage("demux", "--input", film, "--output", "a.wav").returncode == 0
    found = json.loads((tmp_path / "a.metadata.json").read_text())
    assert found["source"] == "film.mkv"
    assert "matroska" in found["container"]
    assert found["duration"] == pytest.approx(SECONDS, abs=0.1)
    assert found["languages"] == ["eng", "hin"]
    assert found["audio_index"] == 2
    assert [stream["kind"] for stream in found["streams"]] == ["video", "audio", "audio"]
    assert found["streams"][0].items() >= {"width": 160, "height": 120, "channels": None}.items()
    assert found["streams"][1].items() >= {"language": "eng", "channels": 2, "sample_rate": 48_000}.items()
    assert found["streams"][2].items() >= {"language": "hin", "default": True, "title": "Stereo"}.items()
    assert found["chapters"] == [
        {"start": 0.0, "end": 1.5, "title": "Arrival"},
        {"start": 1.5, "end": 3.0, "title": "Departure"},
    ]


CHOICES = [
    ((), 800),
    (("--audio-stream", "0"), 400),
    (("--audio-stream", "1"), 800),
    (("--language", "eng"), 400),
    (("--language", "hin"), 800),
]


@pytest.mark.parametrize(("choice", "hertz"), CHOICES)
def test_choice_of_stream(
    choice: tuple[str, ...], hertz: int, film: Path, tmp_path: Path, run_stage: RunStage
) -> None:
    """Taking the first audio stream whatever was asked would give 400 Hz everywhere."""
    assert run_stage("demux", "--input", film, "--output", "a.wav", *choice).returncode == 0
    assert pitch(read(tmp_path / "a.wav")[1]) == pytest.approx(hertz, abs=5)


def test_times_of_the_wav_are_those_of_the_film(tmp_path: Path, run_stage: RunStage) -> None:
    """Sound that begins a second after the picture: a plain extraction would shift every subtitle by that."""
    late = tmp_path / "late.mkv"
    picture = ["-f", "lavfi", "-i", "testsrc=duration=4:size=64x48:rate=25"]
    ffmpeg(*picture, "-itsoffset", "1", *tone(400), "-map", "0:v", "-map", "1:a", late)
    assert run_stage("demux", "--input", late, "--output", "a.wav").returncode == 0
    _, samples = read(tmp_path / "a.wav")
    first = int(np.flatnonzero(np.abs(samples) > 0.02)[0]) / 16_000
    assert first == pytest.approx(1.0, abs=0.05)


def test_same_input_gives_the_same_bytes(film: Path, tmp_path: Path, run_stage: RunStage) -> None:
    for name in ("a", "b"):
        assert run_stage("demux", "--input", film, "--output", f"{name}.wav").returncode == 0
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert (tmp_path / "a.metadata.json").read_bytes() == (tmp_path / "b.metadata.json").read_bytes()


def test_no_audio_is_said(tmp_path: Path, assert_refused: Refuse) -> None:
    mute = tmp_path / "mute.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=duration=1:size=64x48:rate=10", mute)
    assert_refused(2, "has no audio stream; it has: video", "demux", "--input", mute, "--output", "a.wav")


REFUSALS = [
    (
        2,
        "has no such audio stream (--audio-stream, --language); it has 0: eng, 1: hin",
        ("--language", "fra"),
    ),
    (2, "it has 0: eng, 1: hin", ("--audio-stream", "2")),
    (2, "--metadata and --output are one file", ("--metadata", "{folder}/a.wav")),
    (2, "--metadata and --input are one file", ("--metadata", "{folder}/film.mkv")),
    (2, "the manifest and --metadata are one file", ("--metadata", "{folder}/a.wav.manifest.json")),
    (5, "/app can't be written by user", ("--output", "/app/a.wav")),
]


@pytest.mark.parametrize(("code", "text", "arguments"), REFUSALS)
def test_refusals(
    code: int, text: str, arguments: tuple[str, ...], film: Path, assert_refused: Refuse
) -> None:
    given = [argument.format(folder=film.parent) for argument in arguments]
    before = film.read_bytes()
    assert_refused(code, text, "demux", "--input", film, "--output", "a.wav", *given)
    assert film.read_bytes() == before


def test_truncated_film_is_said(film: Path, assert_refused: Refuse) -> None:
    film.write_bytes(film.read_bytes()[:40])
    assert_refused(2, "isn't a video or audio file", "demux", "--input", film, "--output", "a.wav")


def test_help_and_selftest(run_stage: RunStage) -> None:
    assert "--audio-stream" in run_stage("demux", "--help").stdout
    facts = json.loads(run_stage("demux", "selftest", "--json").stdout)
    assert facts["ok"]
    assert facts["facts"]["ffmpeg"][0].isdigit()
