"""The stage with the small models of the test data, and what they know by heart."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Translate = Callable[..., dict[str, Any]]


@pytest.fixture
def known(test_data: Path) -> Callable[[str], list[dict[str, str]]]:
    """Return a function from a model of the test data to all that it translates."""
    listed = json.loads((test_data / "models" / "translations.json").read_text())
    return lambda model: list(listed[f"translate-{model}"])


@pytest.fixture
def translate(run_stage: RunStage, test_data: Path, tmp_path: Path) -> Translate:
    """Return a function that runs the stage on a transcript and gives what it wrote."""

    def call(given: dict[str, Any], model: str, *arguments: object) -> dict[str, Any]:
        (tmp_path / "in.json").write_text(json.dumps(given))
        folder = test_data / "models" / f"translate-{model}"
        files = ["--input", "in.json", "--output", "out.json", "--model", folder]
        done = run_stage("second-pass", *files, *arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        found: dict[str, Any] = json.loads((tmp_path / "out.json").read_text())
        return found

    return call
