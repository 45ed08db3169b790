"""What Whisper is told before it hears: as much of a prompt as it takes."""

import re
from collections.abc import Callable


def cleaned(prompt: str) -> str:
    """Return `prompt` with single spaces, and without what Whisper's tokenizer takes as control (`<|…|>`)."""
    return " ".join(prompt.replace("<|", " ").replace("|>", " ").split())


def fit(prompt: str, limit: int, count: Callable[[str], int]) -> str:
    """Return as much of the beginning of `prompt` as `limit` tokens hold, by `count`.

    Whisper itself would keep the end. It is cut after a whole name of a list (at a comma), and ends as a
    sentence; one that has no comma early enough, after a whole word; it is empty where no word fits.
    """
    if count(prompt) <= limit:
        return prompt
    for mark in (r"[,;、，](?=\s|\w)", r"\s"):  # noqa: RUF001
        cuts = (prompt[: found.start()].rstrip(",;、，. ") + "." for found in re.finditer(mark, prompt))  # noqa: RUF001
        fitting = [cut for cut in cuts if count(cut) <= limit]
        if fitting:
            return fitting[-1]
    return ""
