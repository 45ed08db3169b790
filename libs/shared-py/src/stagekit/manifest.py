"""The record a stage leaves beside its output: made from what, with which settings and versions, how fast."""

import hashlib
import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from stagekit.files import sha256, write_json
from stagekit.settings import StageSettings


class FileRecord(BaseModel):
    """One file as it was when the stage used or wrote it."""

    path: Path
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "FileRecord":
        """Read and hash `path`."""
        return cls(path=path, bytes=path.stat().st_size, sha256=sha256(path))

    def holds(self) -> bool:
        """Say whether the file is there and still the same."""
        try:
            return self.path.stat().st_size == self.bytes and sha256(self.path) == self.sha256
        except OSError:
            return False


class Manifest(BaseModel):
    """What one run of a stage did. Written last: where it stands, the outputs are whole."""

    stage: str
    code: str = Field(description="SHA-256 over the stage's own Python files")
    started: datetime = Field(description="UTC")
    seconds: dict[str, float] = Field(description="wall time of each step, and of all as `total`")
    peak_memory: int = Field(description="bytes: the most that the stage, or a program it ran, held at once")
    settings: dict[str, Any] = Field(description="as used, from all sources; no secrets")
    versions: dict[str, str] = Field(description="of Python, packages and programs that shaped the result")
    inputs: list[FileRecord]
    outputs: list[FileRecord]


class Recorder:
    """Collects a manifest while the stage works; `inputs` are hashed at once.

    `versions` are of what shapes the result.
    """

    def __init__(
        self, stage: str, settings: StageSettings, inputs: Iterable[Path], versions: dict[str, str]
    ) -> None:
        self._stage, self._settings, self._versions = stage, settings.recorded(), versions
        self._code = code_digest()
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

    def why_again(self, manifest: Path, outputs: Iterable[Path]) -> str | None:
        """Return what has changed since the run that left `manifest`; None where its `outputs` still hold."""
        try:
            old = Manifest.model_validate_json(manifest.read_bytes())
        except (OSError, ValidationError):
            return "no whole run has left a manifest"
        if (old.stage, old.code) != (self._stage, self._code):
            return "the stage's code is another"
        for what, then, now in (("--", old.settings, self._settings), ("", old.versions, self._versions)):
            for name in sorted(then.keys() | now.keys()):
                if then.get(name) != now.get(name):
                    return f"{what}{name.replace('_', '-')} was {then.get(name)}, is {now.get(name)}"
        changed = [record.path for record in self._inputs if record not in old.inputs]
        if changed or len(self._inputs) != len(old.inputs):
            return f"{changed[0] if changed else 'an input'} is another"
        places = list(outputs)
        if places != [record.path for record in old.outputs]:
            return "the outputs are others"
        touched = [record.path for record in old.outputs if not record.holds()]
        return f"{touched[0]} isn't as it was written" if touched else None

    def write(self, target: Path, outputs: Iterable[Path]) -> None:
        """Write the manifest of a run that went well to `target`."""
        self._seconds["total"] = round(time.monotonic() - self._clock, 3)
        manifest = Manifest(
            stage=self._stage,
            code=self._code,
            started=self._started,
            seconds=self._seconds,
            peak_memory=_peak_memory(),
            settings=self._settings,
            versions=self._versions,
            inputs=self._inputs,
            outputs=[FileRecord.of(path) for path in outputs],
        )
        write_json(target, manifest)


def _peak_memory() -> int:
    # ru_maxrss is in KiB on Linux (getrusage(2)); of children it is that of the largest one.
    return 1024 * max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN))


def code_digest() -> str:
    """Return the SHA-256 over the stage's Python files: the folder that holds stagekit and the script."""
    folder = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Return the version of Python and of each package by name, `missing` where it isn't installed."""
    found = {"python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found
