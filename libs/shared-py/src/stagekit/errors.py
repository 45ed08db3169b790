"""Failures a user can act on, each with the exit code that the stage ends with."""

import contextlib
from collections.abc import Iterator
from typing import ClassVar

OK = 0
"""Done."""
BUG = 1
"""An error nobody foresaw: run again with --debug and report the traceback."""
INTERRUPTED = 130
"""Stopped by Ctrl-C (128 + SIGINT)."""
TERMINATED = 143
"""Stopped from outside, as `docker stop` does (128 + SIGTERM)."""


class StageError(Exception):
    """A failure with one sentence for the user: what is wrong, where, and what mends it."""

    exit_code: ClassVar[int] = BUG


class InvalidInput(StageError):
    """A setting or an input can't be used as given."""

    exit_code = 2


class Missing(StageError):
    """Something that the work needs isn't here: a program, a model, a token."""

    exit_code = 3


class WorkFailed(StageError):
    """The input was fine, but the work on it failed."""

    exit_code = 4


class OutputFailed(StageError):
    """The result can't be written: no permission, no space."""

    exit_code = 5


@contextlib.contextmanager
def explained(kind: type[StageError], what: str, mend: str) -> Iterator[None]:
    """Turn any failure of a library in the block into `kind`: what failed, its first line, what mends it."""
    try:
        yield
    except StageError:
        raise
    except Exception as error:
        first = next(iter(str(error).strip().splitlines()), "no reason given")
        raise kind(f"{what} ({type(error).__name__}: {first}); {mend}") from error
