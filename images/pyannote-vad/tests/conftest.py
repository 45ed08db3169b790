"""The stage with the model of the test data, and what silero-vad would tell it."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import soundfile
from vad_segments import Segments, speech

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Detect = Callable[..., list[list[float]]]

SURE = ("--onset", "0.8", "--offset", "0.6")
"""The test data's model half hears voices in digital silence after speech; a film has none."""


@pytest.fixture
def model(test_data: Path) -> Path:
    return test_data / "models" / "diarization" / "segmentation.bin"


@pytest.fixture
def voices(test_data: Path) -> Path:
    """Return four sentences of about 3 s, a second of silence around each."""
    return test_data / "audio" / "voices.wav"


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
