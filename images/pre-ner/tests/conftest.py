"""The stage with the small model of the test data."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def find(run_stage: RunStage, test_data: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that runs the stage on metadata and gives the JSON."""

    def run(metadata: dict[str, Any], *arguments: object) -> dict[str, Any]:
        (tmp_path / "t.json").write_text(json.dumps(metadata), encoding="utf-8")
        model = ["--model", test_data / "models" / "spacy-en"]
        done = run_stage("pre-ner", "--input", "t.json", "--output", "e.json", *model, *arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        found: dict[str, Any] = json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))
        return found

    return run
