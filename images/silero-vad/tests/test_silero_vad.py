"""Voices, tones and silence go in; speech comes out where it was spoken. No network, no GPU."""

import importlib.util
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Detect = Callable[..., list[list[float]]]
Said = dict[str, list[dict[str, Any]]]
Segments = list[list[float]]

TOLERANCE_SECONDS = 0.2


@pytest.fixture
def detect(run_stage: RunStage, tmp_path: Path) -> Detect:
    """Return a function that runs the stage and gives [start, end] of each segment, in order."""

    def call(wav: Path, *arguments: object) -> Segments:
        done = run_stage("silero-vad", "--input", wav, "--output", "speech.json", *arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        found = json.loads((tmp_path / "speech.json").read_text())
        assert found["duration"] == soundfile.info(wav).frames / 16_000
        segments = [[segment["start"], segment["end"]] for segment in found["segments"]]
        edges = [0.0, *(edge for segment in segments for edge in segment), found["duration"]]
        assert edges == sorted(edges), "in order, without overlap, inside the audio"
        return segments

    return call


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the stage as a module: a name with a hyphen can't be imported."""
    monkeypatch.syspath_prepend("/app")
    spec = importlib.util.spec_from_file_location("silero_vad_stage", "/app/silero-vad.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def voices(test_data: Path) -> Path:
    """Return four sentences of about 3 s, a second of silence around each."""
    return test_data / "audio" / "voices.wav"


def matches(found: Segments, spoken: Segments) -> bool:
    """Say whether speech is found where it was spoken, each edge within the tolerance."""
    return len(found) == len(spoken) and bool(np.abs(np.subtract(found, spoken)).max() <= TOLERANCE_SECONDS)


def times(sentences: list[dict[str, Any]]) -> Segments:
    return [[sentence["start"], sentence["end"]] for sentence in sentences]


@pytest.mark.parametrize("name", ["speech.wav", "voices.wav"])
def test_segments_are_where_the_speech_is(name: str, detect: Detect, test_data: Path, said: Said) -> None:
    assert matches(detect(test_data / "audio" / name), times(said[name]))


WRONG: dict[str, Callable[[Segments], Segments]] = {
    "empty": lambda spoken: [],
    "all of it is speech": lambda spoken: [[0.0, spoken[-1][1] + 1]],
    "shifted": lambda spoken: [[start + 0.3, end + 0.3] for start, end in spoken],
    "times in samples": lambda spoken: [[start * 16_000, end * 16_000] for start, end in spoken],
    "pauses for speech": lambda spoken: [[a[1], b[0]] for a, b in pairwise(spoken)],
    "one segment lost": lambda spoken: spoken[:-1],
    "one twice": lambda spoken: [spoken[0], *spoken],
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_segments_would_be_seen(mistake: str, said: Said) -> None:
    spoken = times(said["voices.wav"])
    assert matches(spoken, spoken)
    assert not matches(WRONG[mistake](spoken), spoken)


def sine(hertz: int) -> NDArray[np.float64]:
    samples: NDArray[np.float64] = 0.5 * np.sin(2 * np.pi * hertz * np.arange(80_000) / 16_000)
    return samples


NO_SPEECH = {
    "silence": np.zeros(80_000),
    "a sine": sine(440),
    "a chord": (sine(220) + sine(277) + sine(330)) / 3,
    "noise": np.random.default_rng(0).normal(0, 0.1, 80_000),
    "one sample": np.zeros(1),
}


@pytest.mark.parametrize("what", NO_SPEECH)
def test_what_is_loud_is_not_yet_speech(what: str, detect: Detect, tmp_path: Path) -> None:
    """Loudness would find speech in all but silence."""
    soundfile.write(tmp_path / "a.wav", NO_SPEECH[what], 16_000, subtype="PCM_16")
    assert detect(tmp_path / "a.wav") == []


BREATH = ("--merge-gap", "0")
"""Without merging, the first sentence is two segments: 0.13 s of pause after `Good morning`."""

SETTINGS: dict[str, tuple[tuple[str, ...], Callable[[Segments, Segments], bool]]] = {
    "the pause in a sentence": (BREATH, lambda found, plain: len(found) == 5),
    "a pause too short to count": (
        (*BREATH, "--min-silence", "0.5"),
        lambda found, plain: matches(found, plain),
    ),
    "no pause counts": (
        (*BREATH, "--min-silence", "2"),
        lambda found, plain: matches(found, [[plain[0][0], 16.865]]),
    ),
    "pauses are merged away": (
        ("--merge-gap", "1.5"),
        lambda found, plain: matches(found, [[plain[0][0], plain[-1][1]]]),
    ),
    "merging stops at the longest": (
        ("--merge-gap", "1.5", "--max-segment", "8"),
        lambda found, plain: matches(found, [[plain[0][0], plain[1][1]], [plain[2][0], plain[3][1]]]),
    ),
    "short speech is dropped": (("--min-speech", "2.9"), lambda found, plain: matches(found, plain[1::2])),
    "wider": (
        ("--speech-pad", "0.23"),
        lambda found, plain: bool(
            np.allclose(np.subtract(found, plain), [[-0.2, 0.2]] * len(plain), atol=0.002)
        ),
    ),
    "cut where it is long": (
        ("--max-segment", "1.5"),
        lambda found, plain: (
            len(found) > 8
            and max(end - start for start, end in found) <= 1.5
            and sum(end - start for start, end in found) > 0.9 * sum(end - start for start, end in plain)
        ),
    ),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_do_what_they_say(case: str, detect: Detect, voices: Path) -> None:
    arguments, holds = SETTINGS[case]
    plain = detect(voices)
    found = detect(voices, *arguments)
    assert holds(found, plain), found
    assert not holds(plain, plain) or case == "a pause too short to count", "the setting changes something"


def test_a_higher_threshold_finds_less(detect: Detect, voices: Path, tmp_path: Path) -> None:
    """Faint voices: the model isn't sure of all of them."""
    faint = tmp_path / "faint.wav"
    soundfile.write(faint, soundfile.read(voices)[0] * 0.003, 16_000, subtype="FLOAT")
    seconds = [
        sum(end - start for start, end in detect(faint, "--threshold", level)) for level in (0.2, 0.5, 0.9)
    ]
    assert seconds[0] > 1.2 * seconds[1] > 1.44 * seconds[2], seconds


def test_a_long_file_is_heard_as_one(detect: Detect, stage: ModuleType, voices: Path, tmp_path: Path) -> None:
    """67 s: the block ends at 60 s, in a sentence. What silero finds in all samples at once is found here."""
    import torch
    from silero_vad import get_speech_timestamps, load_silero_vad

    samples = np.tile(soundfile.read(voices, dtype="float32")[0], 4)
    soundfile.write(tmp_path / "long.wav", samples, 16_000, subtype="PCM_16")
    assert len(samples) > stage.BLOCK_SECONDS * 16_000

    def whole(part: NDArray[np.float32], start: float) -> Segments:
        found = get_speech_timestamps(torch.from_numpy(part), load_silero_vad())
        return [[round(start + segment[side] / 16_000, 3) for side in ("start", "end")] for segment in found]

    expected = whole(samples, 0.0)
    assert any(start < 59.9 and end > 60.1 for start, end in expected), "speech at the edge"
    assert detect(tmp_path / "long.wav", *BREATH) == expected
    cut = int(stage.BLOCK_SECONDS * 16_000)
    assert whole(samples[:cut], 0.0) + whole(samples[cut:], stage.BLOCK_SECONDS) != expected


def test_memory_does_not_grow_with_the_film(stage: ModuleType, tmp_path: Path) -> None:
    """Ten minutes are 38 MB as floats; a block is 3.8 MB, and the model hears every frame once."""
    soundfile.write(tmp_path / "long.wav", np.zeros(600 * 16_000, np.int16), 16_000)
    heard = 0
    tracemalloc.start()
    for frame in stage.frames(tmp_path / "long.wav"):
        assert len(frame) == stage.FRAME
        heard += 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert heard == 600 * 16_000 / stage.FRAME
    assert peak < 12_000_000


REFUSALS = {
    "no wav": (2, "isn't a wav file", ("--input", "/app/silero-vad.py")),
    "certain": (2, "--threshold (SILERO_VAD_THRESHOLD)", ("--threshold", "1")),
    "negative": (2, "--speech-pad (SILERO_VAD_SPEECH_PAD)", ("--speech-pad", "-1")),
    "no length": (2, "--max-segment (SILERO_VAD_MAX_SEGMENT)", ("--max-segment", "0")),
    "no room": (
        2,
        "leaves no room for twice the --speech-pad",
        ("--max-segment", "1", "--speech-pad", "0.5"),
    ),
    "no GPU": (3, "no usable GPU: torch sees none", ("--device", "cuda")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, voices: Path, assert_refused: Refuse) -> None:
    code, text, arguments = REFUSALS[case]
    assert_refused(code, text, "silero-vad", "--input", voices, "--output", "speech.json", *arguments)


@pytest.mark.parametrize("option", ["--help", "--schema"])
def test_help_is_quick(option: str, run_stage: RunStage) -> None:
    """No torch for a page of text."""
    done = run_stage("silero-vad", option, PYTHONPROFILEIMPORTTIME="1")
    assert ("--merge-gap" if option == "--help" else '"segments"') in done.stdout
    imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "stagekit.stage" in imported
    assert not imported & {"torch", "numpy", "silero_vad"}


def test_selftest(run_stage: RunStage, locked: Callable[[str], str]) -> None:
    done = run_stage("silero-vad", "selftest", "--json")
    assert done.returncode == 0, done.stdout
    facts = json.loads(done.stdout)["facts"]
    assert facts["silero-vad"] == locked("silero-vad")
    assert facts["model"] == "loads"
    assert facts["libcudnn.so.9"] == "loads"
