"""What is done and unchanged isn't done again; any change of what it was made from is seen and named."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run

import stagekit.manifest

GOOD = ("--input", "in.txt", "--output", "out.json", "--count", "n.json", "--also", "also.txt")


@pytest.fixture
def done(run: Run) -> Run:
    """Run the stage once."""
    Path("also.txt").write_text("x")
    assert run(*GOOD).code == 0
    return run


def written() -> int:
    """Return when out.json was made: every run that works puts a new file there."""
    return Path("out.json").stat().st_ino


def test_nothing_changed(done: Run) -> None:
    before, manifest = written(), Path("out.json.manifest.json").read_bytes()
    outcome = done(*GOOD, "--log-format", "json", "--debug")
    assert outcome.code == 0
    assert "skipped: out.json is there, and nothing it was made from has changed" in outcome.err
    assert written() == before
    assert Path("out.json.manifest.json").read_bytes() == manifest


Change = Callable[[], object]
CHANGES: dict[str, tuple[Change, tuple[str, ...], str]] = {
    "the input": (lambda: Path("in.txt").write_text("b"), (), "in.txt is another"),
    "another input": (lambda: Path("also.txt").write_text("y"), (), "also.txt is another"),
    "a setting": (lambda: None, ("--times", "2"), "--times was 1, is 2"),
    "an output is gone": (lambda: Path("n.json").unlink(), (), "n.json isn't as it was written"),
    "an output was edited": (lambda: Path("out.json").write_text("{}"), (), "out.json isn't as it was"),
    "--force": (lambda: None, ("--force",), "--force"),
    "the manifest is broken": (
        lambda: Path("out.json.manifest.json").write_text("{"),
        (),
        "no whole run has left a manifest",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_changed(case: str, done: Run) -> None:
    """A stage that only looks whether its output exists would skip."""
    change, arguments, cause = CHANGES[case]
    before = written()
    change()
    outcome = done(*GOOD, *arguments)
    assert outcome.code == 0
    assert f"done again: {cause}" in outcome.err
    assert written() != before
    assert "skipped" in done(*GOOD, *[one for one in arguments if one != "--force"]).err


@pytest.mark.parametrize(
    ("name", "cause"), [("code_digest", "the stage's code is another"), ("version", "pydantic was")]
)
def test_another_image(name: str, cause: str, done: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stagekit.manifest, name, lambda *_: "other")
    assert f"done again: {cause}" in done(*GOOD).err


def test_a_run_that_failed_is_no_reason_to_skip(done: Run) -> None:
    assert done(*GOOD, "--times", "2", "--failure", "x").code == 1
    assert "skipped" not in done(*GOOD).err


def test_first_run_says_nothing_of_before(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert "again" not in run("--input", "in.txt", "--output", "out.json").err


def test_a_missing_input_is_said(run: Run) -> None:
    outcome = run("--input", "in.txt", "--output", "out.json", "--also", "no.txt")
    assert (outcome.code, "--also is no file: no.txt" in outcome.err) == (2, True)
