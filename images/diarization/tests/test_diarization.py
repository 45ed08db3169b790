"""Two voices go in; the turns come out when they were spoken. No network, no token."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Said = dict[str, list[dict[str, Any]]]

TOLERANCE_SECONDS = 0.3


@pytest.fixture
def diarize(run_stage: RunStage, test_data: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that diarizes a wav with the pipeline of the test data and gives the JSON."""

    def call(wav: Path, *arguments: object, **environment: str) -> dict[str, Any]:
        given = [
            "--input",
            wav,
            "--output",
            "who.json",
            "--model",
            test_data / "models" / "diarization",
            *arguments,
        ]
        done = run_stage("diarization", *given, **environment)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        found: dict[str, Any] = json.loads((tmp_path / "who.json").read_text())
        return found

    return call


def stretches(segments: list[dict[str, Any]]) -> list[list[float]]:
    """Return the times, in seconds, when anyone speaks: overlapping and touching turns are one."""
    joined: list[list[float]] = []
    for segment in sorted(segments, key=lambda turn: float(turn["start"])):
        if joined and segment["start"] - joined[-1][1] < TOLERANCE_SECONDS:
            joined[-1][1] = max(joined[-1][1], segment["end"])
        else:
            joined.append([segment["start"], segment["end"]])
    return joined


def matches(segments: list[dict[str, Any]], spoken: list[dict[str, Any]]) -> bool:
    """Say whether speech is found where it was spoken, each edge within the tolerance."""
    found = stretches(segments)
    expected = [[sentence["start"], sentence["end"]] for sentence in spoken]
    return len(found) == len(expected) and bool(
        np.abs(np.subtract(found, expected)).max() <= TOLERANCE_SECONDS
    )


def test_turns_are_where_the_speech_is(
    diarize: Callable[..., dict[str, Any]], test_data: Path, said: Said
) -> None:
    found = diarize(test_data / "audio" / "voices.wav")
    assert matches(found["segments"], said["voices.wav"]), found
    starts = [segment["start"] for segment in found["segments"]]
    assert starts == sorted(starts)
    assert all(0 <= turn["start"] < turn["end"] <= found["duration"] for turn in found["segments"])
    assert found["speakers"] == list(dict.fromkeys(turn["speaker"] for turn in found["segments"]))
    assert found["speakers"][0] == "SPEAKER_00"


WRONG: dict[str, Callable[[list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "empty": lambda spoken: [],
    "all of it is speech": lambda spoken: [{"start": 0.0, "end": spoken[-1]["end"] + 1}],
    "shifted": lambda spoken: [{"start": turn["start"] + 0.5, "end": turn["end"] + 0.5} for turn in spoken],
    "one turn lost": lambda spoken: spoken[:-1],
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_turns_would_be_seen(mistake: str, said: Said) -> None:
    assert matches(said["voices.wav"], said["voices.wav"])
    assert not matches(WRONG[mistake](said["voices.wav"]), said["voices.wav"])


def speaker_of(sentence: dict[str, Any], segments: list[dict[str, Any]]) -> str:
    """Return who has the most of a sentence's time."""
    seconds: dict[str, float] = {}
    for turn in segments:
        shared = min(turn["end"], sentence["end"]) - max(turn["start"], sentence["start"])
        seconds[turn["speaker"]] = seconds.get(turn["speaker"], 0) + max(shared, 0)
    return max(seconds, key=lambda speaker: seconds[speaker])


ALTERNATING = ["SPEAKER_00", "SPEAKER_01", "SPEAKER_00", "SPEAKER_01"]


@pytest.mark.parametrize(("count", "speakers"), [(1, ["SPEAKER_00"] * 4), (2, ALTERNATING)])
def test_two_voices_are_two_speakers(
    count: int, speakers: list[str], diarize: Callable[..., dict[str, Any]], test_data: Path, said: Said
) -> None:
    """One speaker for all, or a new one for each turn, would be wrong for two; the limits are kept."""
    wav = test_data / "audio" / "voices.wav"
    found = diarize(wav, "--min-speakers", count, "--max-speakers", count)
    assert [speaker_of(sentence, found["segments"]) for sentence in said["voices.wav"]] == speakers
    assert len(found["speakers"]) == count
    assert matches(found["segments"], said["voices.wav"])


def test_silence_has_no_speakers(diarize: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(160_000), 16_000, subtype="PCM_16")
    found = diarize(tmp_path / "silence.wav")
    assert (found["speakers"], found["segments"]) == ([], [])


@pytest.fixture
def speech(test_data: Path, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes where somebody speaks in voices.wav, as a finder of speech does."""

    def write(sentences: list[dict[str, Any]], duration: float | None = None) -> Path:
        whole = soundfile.info(test_data / "audio" / "voices.wav").frames / 16_000
        segments = [{"start": one["start"], "end": one["end"]} for one in sentences]
        content = {"duration": duration or whole, "segments": segments}
        (tmp_path / "speech.json").write_text(json.dumps(content))
        return tmp_path / "speech.json"

    return write


def test_only_speech_has_turns(
    diarize: Callable[..., dict[str, Any]],
    speech: Callable[..., Path],
    test_data: Path,
    tmp_path: Path,
    said: Said,
) -> None:
    """Of four sentences the middle two are given: only they have turns, none over their edges."""
    wav, given = test_data / "audio" / "voices.wav", said["voices.wav"][1:3]
    path = speech(given)
    found = diarize(wav, "--speech", path, "--min-speakers", 2, "--max-speakers", 2)
    assert matches(found["segments"], given), found
    for turn in found["segments"]:
        assert any(one["start"] - 0.001 <= turn["start"] < turn["end"] <= one["end"] + 0.001 for one in given)
    manifest = json.loads((tmp_path / "who.json.manifest.json").read_text())
    assert [Path(record["path"]) for record in manifest["inputs"]] == [wav, path]


def test_no_speech_needs_no_model(
    run_stage: RunStage, speech: Callable[..., Path], test_data: Path, tmp_path: Path
) -> None:
    wav = test_data / "audio" / "voices.wav"
    given = ["--input", wav, "--output", "who.json", "--model", "nobody/nothing", "--speech", speech([])]
    done = run_stage("diarization", *given)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "who.json").read_text())
    assert (found["speakers"], found["segments"]) == ([], [])


def test_token_is_shown_nowhere(
    diarize: Callable[..., dict[str, Any]], run_stage: RunStage, test_data: Path, tmp_path: Path
) -> None:
    """Neither in the files of a run that went well, nor in the traceback of one that didn't."""
    (tmp_path / "token").write_text("hf_fromfile")
    diarize(
        test_data / "audio" / "voices.wav", "--token-file", tmp_path / "token", HF_TOKEN="hf_fromenvironment"
    )
    written = "".join(path.read_text() for path in tmp_path.glob("*.json"))
    assert "hf_from" not in written
    wav = test_data / "audio" / "voices.wav"
    given = ["--input", wav, "--output", "x.json", "--model", "nobody/nothing", "--debug"]
    offline = {"HF_HUB_OFFLINE": "1", "HF_TOKEN": "hf_fromenvironment"}  # or it retries for half a minute
    for source in (["--token-file", tmp_path / "token"], []):
        failed = run_stage("diarization", *given, *source, **offline)
        assert failed.returncode == 3
        assert "Traceback" in failed.stderr
        assert "hf_from" not in failed.stdout + failed.stderr


REFUSALS = {
    "no such folder": (3, "model folder /nowhere doesn't exist", ("--model", "/nowhere")),
    "folder without a pipeline": (3, "lacks config.yaml", ("--model", "{data}/models/align")),
    "name, no network": (
        3,
        "none given); without a network give a folder as --model",
        ("--model", "some/pipeline"),
    ),
    "no such token file": (3, "token file notok can't be read", ("--token-file", "notok")),
    "no token in the file": (3, "holds no token", ("--token-file", "/usr/bin/env")),
    "more than at most": (
        2,
        "--min-speakers 3 > --max-speakers 2",
        ("--min-speakers", "3", "--max-speakers", "2"),
    ),
    "speech of another audio": (2, "is of 3.0 s of audio, but", ("--speech", "{other}")),
    "speech that is none": (2, "is no Speech", ("--speech", "{data}/audio/times.json")),
    "no such speech": (2, "--speech is no file: nowhere", ("--speech", "nowhere")),
    "too few to cluster": (2, "--max-embeddings (DIARIZATION_MAX_EMBEDDINGS)", ("--max-embeddings", "9")),
    "another kind of pipeline": (2, "is a VoiceActivityDetection; give one of", ("--model", "{vad}")),
    "no GPU": (3, "no usable GPU: torch sees none", ("--device", "cuda")),
    "no wav": (2, "isn't a wav file", ("--input", "/app/diarization.py")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(
    case: str, test_data: Path, tmp_path: Path, speech: Callable[..., Path], assert_refused: Refuse
) -> None:
    code, text, arguments = REFUSALS[case]
    other, weights = speech([], 3.0), test_data / "models" / "diarization" / "segmentation.bin"
    name = "pyannote.audio.pipelines.VoiceActivityDetection"
    (tmp_path / "vad").mkdir()
    (tmp_path / "vad" / "config.yaml").write_text(
        json.dumps({"pipeline": {"name": name, "params": {"segmentation": str(weights)}}})
    )
    given = [argument.format(data=test_data, other=other, vad=tmp_path / "vad") for argument in arguments]
    wav, model = test_data / "audio" / "voices.wav", test_data / "models" / "diarization"
    assert_refused(
        code, text, "diarization", "--input", wav, "--output", "who.json", "--model", model, *given
    )


def test_selftest(run_stage: RunStage, locked: Callable[[str], str]) -> None:
    done = run_stage("diarization", "selftest", "--json")
    assert done.returncode == 0, done.stdout
    facts = json.loads(done.stdout)["facts"]
    assert facts["pyannote.audio"] == locked("pyannote.audio")
    assert facts["libcudnn.so.9"] == "loads"
