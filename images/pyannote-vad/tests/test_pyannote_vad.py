"""Voices go in; speech comes out where it was spoken. No network."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from vad_segments import Segments, matches, times

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Detect = Callable[..., list[list[float]]]
Said = dict[str, list[dict[str, Any]]]


def test_segments_are_where_the_speech_is(detect: Detect, voices: Path, said: Said) -> None:
    assert matches(detect(voices), times(said["voices.wav"]))


WRONG: dict[str, Callable[[Segments], Segments]] = {
    "empty": lambda spoken: [],
    "all of it is speech": lambda spoken: [[0.0, spoken[-1][1] + 1]],
    "shifted": lambda spoken: [[start + 0.3, end + 0.3] for start, end in spoken],
    "one segment lost": lambda spoken: spoken[:-1],
    "one cut in two": lambda spoken: [[spoken[0][0], 2.0], [2.0, spoken[0][1]], *spoken[1:]],
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_segments_would_be_seen(mistake: str, said: Said) -> None:
    spoken = times(said["voices.wav"])
    assert matches(spoken, spoken)
    assert not matches(WRONG[mistake](spoken), spoken)


def test_silence_is_no_speech(quick: Detect, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(160_000), 16_000, subtype="PCM_16")
    assert quick(tmp_path / "silence.wav") == []


def test_token_is_shown_nowhere(detect: Detect, run_stage: RunStage, voices: Path, tmp_path: Path) -> None:
    """Neither in the files of a run that went well, nor in the traceback of one that didn't."""
    (tmp_path / "token").write_text("hf_fromfile")
    detect(voices, "--token-file", tmp_path / "token", HF_TOKEN="hf_fromenvironment")
    written = "".join(path.read_text() for path in tmp_path.glob("*.json"))
    assert "hf_from" not in written
    given = ["--input", voices, "--output", "x.json", "--model", "nobody/nothing", "--debug"]
    offline = {"HF_HUB_OFFLINE": "1", "HF_TOKEN": "hf_fromenvironment"}  # or it retries for half a minute
    for source in (["--token-file", tmp_path / "token"], []):
        failed = run_stage("pyannote-vad", *given, *source, **offline)
        assert failed.returncode == 3
        assert "Traceback" in failed.stderr
        assert "hf_from" not in failed.stdout + failed.stderr


REFUSALS: Mapping[str, tuple[int, str, tuple[str, ...]]] = {
    "no such folder": (3, "model folder /nowhere doesn't exist", ("--model", "/nowhere")),
    "folder without a model": (3, "lacks pytorch_model.bin", ("--model", "{data}/models/align")),
    "another file": (
        3,
        "it must be the file that pyannote publishes",
        ("--model", "{data}/audio/voices.wav"),
    ),
    "a model of voices": (
        2,
        "give a segmentation --model",
        ("--model", "{data}/models/diarization/embedding.bin"),
    ),
    "name, no network": (
        3,
        "none given); without a network give a file or folder as --model",
        ("--model", "some/model"),
    ),
    "no such token file": (3, "token file notok can't be read", ("--token-file", "notok")),
    "no token in the file": (3, "holds no token", ("--token-file", "/usr/bin/env")),
    "no such segments": (2, "--segments is no file: none.json", ("--segments", "none.json")),
    "other JSON": (2, "is no Speech: duration: Field required", ("--segments", "{data}/audio/times.json")),
    "out of range": (2, "--onset (PYANNOTE_VAD_ONSET)", ("--onset", "1.5")),
    "ends above": (2, "--offset 0.6 > --onset 0.4", ("--onset", "0.4", "--offset", "0.6")),
    "no GPU": (3, "no usable GPU: torch sees none", ("--device", "cuda")),
    "no wav": (2, "isn't a wav file", ("--input", "/app/pyannote-vad.py")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, test_data: Path, voices: Path, model: Path, assert_refused: Refuse) -> None:
    code, text, arguments = REFUSALS[case]
    given = [argument.format(data=test_data) for argument in arguments]
    offline = {"HF_HUB_OFFLINE": "1"}
    wanted = ["--input", voices, "--output", "speech.json", "--model", model, *given]
    assert_refused(code, text, "pyannote-vad", *wanted, **offline)


def test_segments_of_another_audio_are_refused(
    voices: Path, model: Path, heard: Callable[..., Path], assert_refused: Refuse
) -> None:
    given = ["--input", voices, "--output", "speech.json", "--model", model]
    other = heard((1.0, 2.0), duration=20.0)
    assert_refused(2, "is of 20.0 s of audio, but", "pyannote-vad", *given, "--segments", other)


@pytest.mark.parametrize("option", ["--help", "--schema"])
def test_help_is_quick(option: str, run_stage: RunStage) -> None:
    """No torch for a page of text."""
    done = run_stage("pyannote-vad", option, PYTHONPROFILEIMPORTTIME="1")
    assert ("--padding" if option == "--help" else '"segments"') in done.stdout
    imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "stagekit.stage" in imported
    assert not imported & {"torch", "numpy", "pyannote", "pyannote.audio"}


def test_selftest(run_stage: RunStage, locked: Callable[[str], str]) -> None:
    done = run_stage("pyannote-vad", "selftest", "--json")
    assert done.returncode == 0, done.stdout
    facts = json.loads(done.stdout)["facts"]
    assert facts["pyannote.audio"] == locked("pyannote.audio")
    assert facts["libcudnn.so.9"] == "loads"
