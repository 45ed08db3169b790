"""A small stage of its own, and its command line as a function."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel, Field
from pydantic_settings import SettingsConfigDict

from stagekit.errors import InvalidInput
from stagekit.files import write_json
from stagekit.manifest import Recorder, versions
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main


class CopySettings(StageSettings):
    """Settings of a stage that repeats its input."""

    model_config = SettingsConfigDict(env_prefix="COPY_")

    times: int = Field(default=1, ge=1, description="how often")
    count: Path | None = Field(default=None, description="also write the number there")
    also: Path | None = Field(default=None, description="another file to read")
    failure: str | None = Field(default=None, description="message of an error nobody foresaw")


class Copied(BaseModel):
    """What the stage writes."""

    text: str


def _check(settings: CopySettings) -> None:
    if not settings.input.read_text(encoding="utf-8").strip():
        raise InvalidInput(f"{settings.input} is empty")


def _run(settings: CopySettings, recorder: Recorder) -> None:
    with recorder.step("copy"):
        write_json(settings.output, Copied(text=settings.input.read_text(encoding="utf-8") * settings.times))
        print("a library talks")  # noqa: T201
        if settings.failure:
            raise RuntimeError(settings.failure)
    if settings.count:
        write_json(settings.count, Copied(text=str(settings.times)))


COPY = Stage(
    name="copy",
    about="Repeat a text.",
    settings=CopySettings,
    output=Copied,
    versions=lambda: versions(["pydantic"]),
    check=_check,
    run=_run,
    selftest=lambda: SelfTest(ok=True, facts={"tool": "1.0"}),
    extra_outputs=lambda settings: {"--count": settings.count} if settings.count else {},
    extra_inputs=lambda settings: {"--also": settings.also},
)


@dataclass(frozen=True)
class Outcome:
    """What a caller sees of one run."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Undo what a test configures."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the stage in an empty folder that holds the input `in.txt`."""
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text("a", encoding="utf-8")

    def call(*arguments: str) -> Outcome:
        try:
            code = main(COPY, list(arguments))
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return call
