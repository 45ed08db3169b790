"""What TMDB has answered, kept in a folder."""

import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, Field, ValidationError

from stagekit.errors import OutputFailed
from stagekit.files import write_json
from stagekit.models import shared_cache

log = logging.getLogger("stagekit.tmdb")

Answer = TypeVar("Answer", bound=BaseModel)


class _Entry(BaseModel):
    """A kept answer. What was asked, and when, is for people: the file's name decides."""

    asked: str
    at: float = Field(description="seconds since 1970")
    body: str


class Cache:
    """Answers in a folder, one file each, for every user. A folder that can't be used is as an empty one."""

    def __init__(self, folder: Path, days: float, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._seconds, self._clock = folder, days * 86_400, clock

    def get(self, asked: str, kind: type[Answer]) -> Answer | None:
        """Return the answer to `asked`; None where there is none, an old one, or one that isn't whole."""
        try:
            entry = _Entry.model_validate_json(self._path(asked).read_bytes())
            fresh = 0 <= self._clock() - entry.at < self._seconds
            return kind.model_validate_json(entry.body) if fresh and entry.asked == asked else None
        except (OSError, ValidationError):
            return None

    def put(self, asked: str, body: str) -> None:
        """Keep the answer `body`."""
        try:
            with shared_cache():
                self._folder.mkdir(parents=True, exist_ok=True)
                write_json(self._path(asked), _Entry(asked=asked, at=self._clock(), body=body))
        except (OSError, OutputFailed) as error:
            log.debug("not cached: %s", error)

    def _path(self, asked: str) -> Path:
        return self._folder / f"{hashlib.sha256(asked.encode()).hexdigest()}.json"
