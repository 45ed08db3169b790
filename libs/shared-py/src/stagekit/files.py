"""Files that are either whole or not there: written beside their place, synced, then renamed into it."""

import contextlib
import fcntl
import glob
import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel

from stagekit.errors import InvalidInput, OutputFailed


@contextlib.contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Give a new empty file beside `target`; it becomes `target` when the block ends, and goes when it fails.

    Readers see the old content or the new, never a part (POSIX rename; same folder, so same file system).
    What a killed run has left is removed: a part is locked while it is written, and a lock ends with its
    process.

    Raises:
        OutputFailed: the folder can't be written, or the disk is full.

    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        _remove_left(target)
        with part.open("xb") as held:
            _lock(held)
            yield part
            _sync(part)
            part.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise OutputFailed(f"{target} can't be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _remove_left(target: Path) -> None:
    for left in target.parent.glob(f".{glob.escape(target.name)}.????????.part"):
        with contextlib.suppress(OSError), left.open("rb") as held:
            if _lock(held):
                left.unlink()


def _lock(file: BinaryIO) -> bool:
    """Return whether no other process has the file locked; also false where the file system has no locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def write_json(target: Path, content: BaseModel) -> None:
    """Write `content` to `target` as indented JSON, atomically (see `atomic_path`)."""
    text = content.model_dump_json(indent=2)
    with atomic_path(target) as part:
        part.write_text(text + "\n", encoding="utf-8")


def remove(target: Path) -> None:
    """Delete `target` where it is there, for good: a crash afterwards doesn't bring it back.

    Raises:
        OutputFailed: it can't be deleted.

    """
    try:
        target.unlink(missing_ok=True)
        _sync(target.parent)
    except OSError as error:
        raise OutputFailed(f"{target} can't be replaced: {error.strerror or error}") from error


def check_places(read: Mapping[str, Path], written: Mapping[str, Path]) -> None:
    """Refuse places of files, by what the user knows them as, that would fail or destroy something later.

    Raises:
        InvalidInput: a folder is missing, a folder or device is where a file will be, or a written file is
            also another one of the run, under whatever spelling or link.
        OutputFailed: a folder can't be written.

    """
    others = dict(read)
    for name, path in written.items():
        try:
            _check_place(name, path, others)
        except OSError as error:
            raise InvalidInput(f"{name} can't be used: {error.strerror}: {path}; name another") from error
        others[name] = path


def _check_place(name: str, path: Path, others: Mapping[str, Path]) -> None:
    folder = path.parent
    if not folder.is_dir():
        raise InvalidInput(f"the folder of {name} is missing: {folder}; create or mount it")
    if path.is_dir():
        raise InvalidInput(f"{name} is a folder: {path}; name a file in it")
    if path.exists() and not path.is_file():
        raise InvalidInput(f"{name} is no plain file: {path}; name another")
    for other, taken in others.items():
        if _same_file(path, taken):
            raise InvalidInput(f"{name} and {other} are one file: {path}; name another")
    if not os.access(folder, os.W_OK):
        mend = "change its mode or run with --user $(id -u)"
        raise OutputFailed(f"{folder} can't be written by user {os.getuid()}; {mend}")


def _same_file(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    return one.exists() and other.exists() and one.samefile(other)


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
