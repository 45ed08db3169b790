"""Titles of films: out of file names, and how alike two are."""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import PurePath
from typing import Any

_NAMING = ("title", "alternative_title", "part", "film_title", "bonus_title")


def title_of(name: str) -> tuple[str, int | None]:
    """Return title and year in a film's file name: `The.Matrix.1999.1080p-GRP.mkv` is The Matrix of 1999.

    guessit says which number is the year and where the title ends. The title is all before that: guessit's
    own loses the first half of `Spider-Man` to a release group and the second of `Dune Part Two` to a part
    number. An empty title where the name holds none.
    """
    from guessit import guessit
    from guessit.rules.common.formatters import cleanup

    stem = PurePath(name).name
    found = guessit(stem, {"type": "movie", "advanced": True})
    places = {what: _first(match) for what, match in found.items() if what not in ("type", "mimetype")}
    end = min((match.start for what, match in places.items() if what == "container"), default=len(stem))
    year, title = places.get("year"), places.get("title")
    if year and year.start and (stem[0] != "[" or not title or title.start < year.start):
        start = title.start if stem[0] == "[" and title else 0
        return cleanup(stem[start : year.start]), int(year.value)
    if title:
        start = title.start if stem[0] == "[" or year else 0
        end = max(match.end for what, match in places.items() if what in _NAMING)
        return cleanup(stem[start:end]), int(year.value) if year else None
    if year or all(match.start for match in places.values()):  # a film called 1984; a name with nothing known
        return cleanup(stem[:end]), None
    return "", None


def _first(match: Any) -> Any:
    return match[0] if isinstance(match, list) else match


def likeness(title: str, others: Iterable[str]) -> float:
    """Return how like `title` is to the most like of `others`, 0 to 1.

    Case, accents, spaces and punctuation don't count: WALL·E is Wall-E, Amélie is Amelie.
    """
    own = _bare(title)
    keys = [_bare(other) for other in others]
    return max((SequenceMatcher(None, own, key, autojunk=False).ratio() for key in keys if key), default=0.0)


def _bare(title: str) -> str:
    """Return letters, digits and the vowel signs of Indian scripts, in lower case without Latin accents."""
    parts = unicodedata.normalize("NFKD", title.replace("&", " and ").casefold())
    return "".join(
        part for part in parts if unicodedata.category(part)[0] in "LNM" and not "\u0300" <= part <= "\u036f"
    )
