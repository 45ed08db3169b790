"""Logging to standard error, as lines for people or as one JSON object a line for machines."""

import contextlib
import io
import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from stagekit.tokens import redact

LogFormat = Literal["console", "json"]


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False))


def configure(stage: str, log_format: LogFormat, debug: bool) -> None:
    """Send all logging to standard error; libraries are heard from ERROR on, or everything with `debug`."""
    handler = logging.StreamHandler(sys.stderr)
    console = _Console(f"%(asctime)s {stage} %(levelname)s: %(message)s", datefmt="%H:%M:%S")
    handler.setFormatter(_Json() if log_format == "json" else console)
    if not debug:
        handler.addFilter(_worth_reading)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    logging.captureWarnings(True)


def _worth_reading(record: logging.LogRecord) -> bool:
    """Keep the stage's own lines, and errors: libraries set levels of their own, so the handler decides."""
    return record.levelno >= (logging.INFO if record.name.startswith("stagekit") else logging.ERROR)


class Progress:
    """Logs how far a long step is: at most one line every five seconds, and one when it is done."""

    def __init__(self, step: str, seconds_between: float = 5.0) -> None:
        self._step, self._between, self._last = step, seconds_between, time.monotonic()

    def update(self, share: float) -> None:
        """Say that `share` (0 to 1) of the step is done."""
        now = time.monotonic()
        if share >= 1 or now - self._last >= self._between:
            self._last = now
            logging.getLogger("stagekit.progress").info("%s: %d %%", self._step, round(100 * min(share, 1)))


class _Printed(io.TextIOBase):
    """A text stream that logs each complete line at DEBUG, and hears percentages as progress."""

    def __init__(self, progress: Progress | None) -> None:
        self._rest, self._progress = "", progress

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in filter(None, map(str.strip, lines)):
            percent = re.fullmatch(r"Progress: ([\d.]+)%\.*", line)
            if percent and self._progress:
                self._progress.update(float(percent[1]) / 100)
            else:
                logging.getLogger("stagekit.library").debug(line)
        return len(text)


@contextlib.contextmanager
def quiet_libraries(progress: Progress | None = None) -> Iterator[None]:
    """Turn what libraries print into DEBUG lines: standard output stays free, errors stay one line.

    So is what they log through handlers of their own, which write to what is standard error at their import.
    Lines of WhisperX's form `Progress: 12.5%...` go to `progress`.
    """
    printed = _Printed(progress)
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        yield
