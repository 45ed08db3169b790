"""Models by name or by folder."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from stagekit.errors import InvalidInput, Missing


def local_folder(model: str, needs: Sequence[str]) -> Path | None:
    """Return the folder that `model` is, or None where it names a model to find in the cache or fetch.

    It is a folder where it exists as one or begins like a path (`/…`, `./…`, `../…`).

    Raises:
        InvalidInput: `model` is empty.
        Missing: the folder or one of the files it `needs` isn't there.

    """
    if not model.strip():
        raise InvalidInput("the model is empty; give its name or its folder")
    folder = Path(model)
    if not folder.is_dir() and not model.startswith(("/", "./", "../")):
        return None
    absent = [name for name in needs if not (folder / name).is_file()]
    if absent or not folder.is_dir():
        reason = f"lacks {', '.join(absent)}" if folder.is_dir() else "doesn't exist"
        raise Missing(f"model folder {folder} {reason}; mount it with -v, or give a model's name")
    return folder


def use_writable_cache(variable: str) -> None:
    """Point the folder in environment `variable` to a temporary one where it can't be made or written."""
    folder = Path(os.environ.get(variable, ""))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        os.environ[variable] = tempfile.mkdtemp(prefix="cache-")


@contextlib.contextmanager
def shared_cache() -> Iterator[None]:
    """Let every user read and write what is fetched in the block: the volume of models serves them all."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)
