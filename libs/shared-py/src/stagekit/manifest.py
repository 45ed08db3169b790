"""The record a stage leaves beside its output: made from what, with which settings and versions, how fast."""

import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from stagekit.files import sha256, write_json


class FileRecord(BaseModel):
    """One file as it was when the stage used or wrote it."""

    path: Path
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "FileRecord":
        """Read and hash `path`."""
        return cls(path=path, bytes=path.stat().st_size, sha256=sha256(path))


class Manifest(BaseModel):
    """What one run of a stage did. Written last: where it stands, the outputs are whole."""

    stage: str
    started: datetime = Field(description="UTC")
    seconds: dict[str, float] = Field(description="wall time of each step, and of all as `total`")
    settings: dict[str, Any] = Field(description="as used, from all sources; no secrets")
    versions: dict[str, str] = Field(description="of Python, packages and programs that shaped the result")
    inputs: list[FileRecord]
    outputs: list[FileRecord]


class Recorder:
    """Collects a manifest while the stage works; `inputs` are hashed at once."""

    def __init__(self, stage: str, settings: BaseModel, inputs: Iterable[Path]) -> None:
        self._stage, self._settings = stage, settings
        self._started, self._clock = datetime.now(UTC), time.monotonic()
        self._seconds: dict[str, float] = {}
        with self.step("hash inputs"):
            self._inputs = [FileRecord.of(path) for path in inputs]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time the block as step `name`."""
        start = time.monotonic()
        yield
        self._seconds[name] = round(time.monotonic() - start, 3)

    def write(self, target: Path, outputs: Iterable[Path], versions: dict[str, str]) -> None:
        """Write the manifest of a run that went well to `target`."""
        self._seconds["total"] = round(time.monotonic() - self._clock, 3)
        manifest = Manifest(
            stage=self._stage,
            started=self._started,
            seconds=self._seconds,
            settings=self._settings.model_dump(mode="json"),
            versions=versions,
            inputs=self._inputs,
            outputs=[FileRecord.of(path) for path in outputs],
        )
        write_json(target, manifest)


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Return the version of Python and of each package by name, `missing` where it isn't installed."""
    found = {"python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found
