"""The stage with the small model of the test data, and documents of other stages for it."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Transcribe = Callable[..., dict[str, Any]]


@pytest.fixture
def transcribe(run_stage: RunStage, test_data: Path, tmp_path: Path) -> Transcribe:
    """Return a function that transcribes a wav of the test data with tiny.en and gives the JSON."""

    def call(wav: Path, *arguments: object) -> dict[str, Any]:
        model = test_data / "models" / "whisper-tiny.en"
        done = run_stage("asr", "--input", wav, "--output", "asr.json", "--model", model, *arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        transcript: dict[str, Any] = json.loads((tmp_path / "asr.json").read_text())
        return transcript

    return call


@pytest.fixture(scope="module")
def stage() -> Iterator[ModuleType]:
    """Return the stage as a module; `asr` is the folder of these tests for pytest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend("/app")
        spec = importlib.util.spec_from_file_location("asr_stage", "/app/asr.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        import torch

        patch.setattr("os.sched_getaffinity", lambda _: {0})  # threads wait for each other on busy cores
        torch.set_num_threads(1)
        yield module


@pytest.fixture
def quick(stage: ModuleType, test_data: Path, tmp_path: Path) -> Transcribe:
    """Return what `transcribe` does, but in this process: torch takes seconds to import."""

    def call(wav: Path, *arguments: object) -> dict[str, Any]:
        model, output = test_data / "models" / "whisper-tiny.en", tmp_path / "asr.json"
        given = ["--input", wav, "--output", output, "--model", model, *arguments]
        with pytest.MonkeyPatch.context() as patch:  # stagekit's main takes the process's signals and logs
            patch.setattr("signal.signal", lambda number, handler: None)
            patch.setattr("stagekit.logs.configure", lambda stage, form, debug: None)
            assert stage.main(stage.STAGE, [*map(str, given)]) == 0
        transcript: dict[str, Any] = json.loads(output.read_text())
        return transcript

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a document of another stage."""

    def call(name: str, **content: object) -> Path:
        (tmp_path / name).write_text(json.dumps(content))
        return tmp_path / name

    return call
