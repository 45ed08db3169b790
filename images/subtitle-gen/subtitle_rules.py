"""The rules subtitles keep: numbers with their sources, and how long a text counts in them."""

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

Labels = Literal["auto", "none", "always"]
"""Who speaks: where it changes, if there is more than one speaker; never; on every cue."""

WIDE_LANGUAGES = frozenset({"ja", "ko", "yue", "zh"})
"""Languages whose limits count full-width characters; a half-width one counts half."""

LINE = {"ja": 13, "ko": 16, "yue": 16, "zh": 16}
"""Characters a line. Netflix Timed Text Style Guides: Japanese, Korean, Chinese; 42 in most others."""

SPEED = {"en": 20, "ja": 4, "ko": 12, "yue": 9, "zh": 9}
"""Characters a second. Netflix Timed Text Style Guides for adult programmes; 17 in most other languages."""

DEFAULT_LINE, DEFAULT_SPEED = 42, 17


@dataclass(frozen=True)
class Rules:
    """What one run keeps to. Times in seconds.

    Sources of the defaults: Netflix Timed Text Style Guide, General Requirements (two lines, 5/6 s to 7 s,
    two frames between cues: 0.083 s at 24 a second) and its guides for each language (`LINE`, `SPEED`).
    """

    language: str = "en"
    line: float = DEFAULT_LINE
    lines: int = 2
    speed: float = DEFAULT_SPEED
    shortest: float = 5 / 6
    longest: float = 7.0
    gap: float = 0.083
    labels: Labels = "auto"
    names: dict[str, str] = field(default_factory=dict)

    def length(self, text: str) -> float:
        """Return how many characters `text` counts in this language.

        By the columns of Unicode's East Asian Width (UAX #11): full-width and wide ones take two, what
        combines or isn't seen takes none. In `WIDE_LANGUAGES` a character is two columns, else one.
        """
        columns = sum(_columns(character) for character in text)
        return columns / 2 if self.language in WIDE_LANGUAGES else columns


@cache
def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
