"""Voices go in; speech comes out where it was spoken, and only where it was looked for. No network."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import soundfile

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Detect = Callable[..., list[list[float]]]
Said = dict[str, list[dict[str, Any]]]
Segments = list[list[float]]

TOLERANCE_SECONDS = 0.2
SURE = ("--onset", "0.8", "--offset", "0.6")
"""The test data's model half hears voices in digital silence after speech; a film has none."""


@pytest.fixture
def model(test_data: Path) -> Path:
    return test_data / "models" / "diarization" / "segmentation.bin"


@pytest.fixture
def voices(test_data: Path) -> Path:
    """Return four sentences of about 3 s, a second of silence around each."""
    return test_data / "audio" / "voices.wav"


def speech(path: Path, wav: Path) -> Segments:
    """Return [start, end] of each segment in the stage's output, which are in order and inside the audio."""
    found = json.loads(path.read_text())
    assert found["duration"] == soundfile.info(wav).frames / 16_000
    segments = [[segment["start"], segment["end"]] for segment in found["segments"]]
    edges = [0.0, *(edge for segment in segments for edge in segment), found["duration"]]
    assert edges == sorted(edges), "in order, without overlap, inside the audio"
    return segments


@pytest.fixture
def detect(run_stage: RunStage, model: Path, tmp_path: Path) -> Detect:
    """Return a function that runs the stage as users do, and gives its segments."""

    def call(wav: Path, *arguments: object, **environment: str) -> Segments:
        given = ["--input", wav, "--output", "speech.json", "--model", model, *SURE, *arguments]
        done = run_stage("pyannote-vad", *given, **environment)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        return speech(tmp_path / "speech.json", wav)

    return call


@pytest.fixture(scope="module")
def stage() -> Iterator[ModuleType]:
    """Return the stage as a module: a name with a hyphen can't be imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend("/app")
        spec = importlib.util.spec_from_file_location("pyannote_vad_stage", "/app/pyannote-vad.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        yield module


@pytest.fixture
def quick(stage: ModuleType, model: Path, tmp_path: Path) -> Detect:
    """Return what `detect` does, but in this process: torch takes seconds to import."""

    def call(wav: Path, *arguments: object) -> Segments:
        output = tmp_path / "speech.json"
        given = ["--input", wav, "--output", output, "--model", model, *SURE, *arguments]
        with pytest.MonkeyPatch.context() as patch:  # stagekit's main takes the process's signals and logs
            patch.setattr("signal.signal", lambda number, handler: None)
            patch.setattr("stagekit.logs.configure", lambda stage, form, debug: None)
            assert stage.main(stage.STAGE, [*map(str, given)]) == 0
        return speech(output, wav)

    return call


@pytest.fixture
def heard(voices: Path, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes segments as silero-vad would."""

    def write(*segments: tuple[float, float], duration: float | None = None) -> Path:
        path = tmp_path / "silero.json"
        spans = [{"start": start, "end": end} for start, end in segments]
        seconds = duration or soundfile.info(voices).frames / 16_000
        path.write_text(json.dumps({"duration": seconds, "segments": spans}))
        return path

    return write


def matches(found: Segments, spoken: Segments) -> bool:
    """Say whether speech is found where it was spoken, each edge within the tolerance."""
    return len(found) == len(spoken) and bool(
        np.abs(np.subtract(found, spoken)).max(initial=0) <= TOLERANCE_SECONDS
    )


def times(sentences: list[dict[str, Any]]) -> Segments:
    return [[sentence["start"], sentence["end"]] for sentence in sentences]


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


REFINED: dict[str, tuple[list[tuple[float, float]], str, list[tuple[float, float]]]] = {
    "rough ones are refined": ([(4.8, 8.5), (12.6, 16.2)], "0.1", [(5.04, 8.18), (12.97, 15.87)]),
    "a part of a sentence": ([(6.0, 7.0)], "0", [(6.0, 7.0)]),
    "and around it": ([(6.0, 7.0)], "0.5", [(5.5, 7.5)]),
    "up to its edges and beyond": ([(6.0, 7.0)], "2.5", [(3.5, 4.04), (5.04, 8.18), (9.18, 9.5)]),
    "two that touch by padding are one": ([(5.5, 6.0), (7.0, 7.5)], "0.5", [(5.04, 8.0)]),
    "out of order": ([(12.6, 16.2), (4.8, 8.5)], "0.1", [(5.04, 8.18), (12.97, 15.87)]),
    "none of it is speech": ([(4.3, 4.8)], "0", []),
    "nobody spoke": ([], "1", []),
    "beyond the end": ([(15.0, 17.0)], "0.1", [(14.9, 15.87)]),
}


@pytest.mark.parametrize("case", REFINED)
def test_segments_are_refined(case: str, quick: Detect, voices: Path, heard: Callable[..., Path]) -> None:
    """To give back what came in, or to listen everywhere, is wrong in every case but few."""
    segments, padding, expected = REFINED[case]
    found = quick(voices, "--segments", heard(*segments), "--padding", padding)
    assert matches(found, [list(edges) for edges in expected]), found


SETTINGS: dict[str, tuple[tuple[str, ...], Callable[[Segments], Segments]]] = {
    "pauses are filled": (("--min-silence", "1.5"), lambda plain: [[plain[0][0], plain[-1][1]]]),
    "short speech is dropped": (("--min-speech", "2.95"), lambda plain: [*plain[:2], plain[3]]),
    "fewer windows at once": (("--batch-size", "3"), lambda plain: plain),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_do_what_they_say(case: str, quick: Detect, voices: Path) -> None:
    arguments, expected = SETTINGS[case]
    assert matches(quick(voices, *arguments), expected(quick(voices)))


def test_lower_thresholds_find_more(quick: Detect, voices: Path) -> None:
    def seconds(onset: str, offset: str) -> float:
        return sum(end - start for start, end in quick(voices, "--onset", onset, "--offset", offset))

    strict, usual, late, lax = (
        seconds(*levels) for levels in (("0.99", "0.99"), ("0.8", "0.8"), ("0.8", "0.3"), ("0.3", "0.3"))
    )
    assert strict < usual < late <= lax


def test_silence_is_no_speech(quick: Detect, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(160_000), 16_000, subtype="PCM_16")
    assert quick(tmp_path / "silence.wav") == []


def test_what_was_heard_is_an_input(
    quick: Detect, voices: Path, heard: Callable[..., Path], tmp_path: Path
) -> None:
    """Other segments: the stage works again, and isn't skipped."""
    first = quick(voices, "--segments", heard((4.8, 8.5)))
    second = quick(voices, "--segments", heard((8.9, 12.2)))
    assert (round(first[0][0]), round(second[0][0])) == (5, 9)
    inputs = json.loads((tmp_path / "speech.json.manifest.json").read_text())["inputs"]
    assert [Path(record["path"]).name for record in inputs] == ["voices.wav", "silero.json"]


@pytest.fixture
def powerset(model: Path, tmp_path: Path) -> Path:
    """Make a folder with a model that gives, as segmentation-3.0 does, one class for each set of voices.

    From the test data's: {} has score 0; {a} what voice a has; {a, b} what both have. So the likeliest set is
    that of the voices whose own score is above 0.5, of two at most.
    """
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications

    content = torch.load(model, map_location="cpu", weights_only=False)
    weights: dict[str, Any] = content["state_dict"]
    pairs = [(0, 1), (0, 2), (1, 2)]
    for name in ("classifier.weight", "classifier.bias"):
        voices = weights[name]
        both = torch.stack([voices[one] + voices[other] for one, other in pairs])
        weights[name] = torch.cat([torch.zeros_like(voices[:1]), voices, both])
    content["pyannote.audio"]["specifications"] = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=5.0,
        classes=["speaker#1", "speaker#2", "speaker#3"],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    folder = tmp_path / "powerset"
    folder.mkdir()
    torch.save(content, folder / "pytorch_model.bin")
    return folder


def test_powerset_model_by_folder(quick: Detect, powerset: Path, voices: Path, said: Said) -> None:
    """Its classes aren't voices: the highest of the raw scores would be speech, or silence, everywhere."""
    found = quick(voices, "--model", powerset)
    assert matches(found, times(said["voices.wav"])), found


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
