"""Files that are either whole or not there: written beside their place, synced, then renamed into it."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from stagekit.errors import OutputFailed


@contextlib.contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Give a new empty file beside `target`; it becomes `target` when the block ends, and goes when it fails.

    Readers see the old content or the new, never a part (POSIX rename; same folder, so same file system).

    Raises:
        OutputFailed: the folder can't be written, or the disk is full.

    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        part.touch(exist_ok=False)
        yield part
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise OutputFailed(f"{target} can't be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def write_json(target: Path, content: BaseModel) -> None:
    """Write `content` to `target` as indented JSON, atomically (see `atomic_path`)."""
    text = content.model_dump_json(indent=2)
    with atomic_path(target) as part:
        part.write_text(text + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
