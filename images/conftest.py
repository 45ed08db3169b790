"""What the tests inside the images share. They run in the image itself; see tools/test-data/README.md."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]

SHARED = [
    path
    for path in sorted(Path(__file__).parent.glob("*/tests/*.py"))
    if not path.name.startswith(("test_", "conftest."))
]
"""Modules that tests import by name, for what they share; --import-mode=importlib doesn't find them."""
if len({path.stem for path in SHARED}) < len(SHARED):
    names = sorted(path.name for path in SHARED)
    twice = {name for name in names if names.count(name) > 1}
    raise pytest.UsageError(
        f"two images have a module {', '.join(sorted(twice))} for their tests: name one after its stage"
    )
sys.path.extend(sorted({str(path.parent) for path in SHARED}))
pytest.register_assert_rewrite(*(path.stem for path in SHARED))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes `requested` one run for each package that its image's requirements.in names."""
    if "requested" in metafunc.fixturenames:
        lines = (
            Path(str(metafunc.module.__file__))
            .parents[1]
            .joinpath("requirements.in")
            .read_text()
            .splitlines()
        )
        names = [re.split(r"[\s\[<>=!~;]", line.strip())[0].lower() for line in lines]
        metafunc.parametrize("requested", [name for name in names if name and not name.startswith("#")])


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Return the folder that tools/test-data made."""
    return Path(__file__).parents[2] / "test-data"


@pytest.fixture
def said(test_data: Path) -> dict[str, list[dict[str, Any]]]:
    """Return who says what from when to when, in seconds, for each wav file of the test data."""
    times: dict[str, list[dict[str, Any]]] = json.loads((test_data / "audio" / "times.json").read_text())
    return times


@pytest.fixture
def run_stage(tmp_path: Path) -> RunStage:
    """Return a function that runs a stage as the image's entrypoint does, in an empty folder."""

    def run(stage: str, *arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, f"/app/{stage}.py", *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, **environment},
        )

    return run


@pytest.fixture
def locked() -> Callable[[str], str]:
    """Return a function that tells at which version the locks of all images have a package."""
    locks = "".join(lock.read_text() for lock in sorted(Path(__file__).parent.glob("*/requirements.lock")))

    def version(package: str) -> str:
        name = re.sub(r"[-_.]+", "-", package).lower()
        found = re.findall(rf"^{re.escape(name)}==(\S+)", locks, re.MULTILINE)
        assert found, f"no lock has {package}"
        return str(found[0])

    return version


@pytest.fixture
def assert_refused(run_stage: RunStage, tmp_path: Path) -> Callable[..., None]:
    """Return a function that runs a stage and wants its exit code, one line with the text, and no file."""

    def refused(code: int, text: str, stage: str, *arguments: object, **environment: str) -> None:
        before = set(tmp_path.rglob("*"))
        done = run_stage(stage, *arguments, **environment)
        assert done.returncode == code, done.stderr
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert text in done.stderr
        assert set(tmp_path.rglob("*")) == before

    return refused
