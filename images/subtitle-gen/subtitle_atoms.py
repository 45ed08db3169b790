"""A segment as atoms: the pieces of text that no line and no cue may cut, each with its time."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from stagekit.documents import Segment

_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u2e80-\u30ff\u31c0-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"  # Han, kana
)
"""Scripts that put no spaces between words. Korean does, so it isn't here."""

_NEVER_FIRST = frozenset(
    "!%),.:;?]}»’”…‥、。〃々〉》」』】〕〗〙〟〜ー・ゝゞヽヾ！％），．：；？］｝～｠｡｣､･"  # noqa: RUF001
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶะาำๅๆฯະາຳໆ"
)
_NEVER_LAST = frozenset("([{«‘“〈《「『【〔〖〘〝（［｛｟｢เแโใไເແໂໃໄ")  # noqa: RUF001
"""Kinsoku: JIS X 4051 and CLREQ, what may not begin or end a line; and the vowels of Thai and Lao that are
written before or after their consonant."""


@dataclass(frozen=True)
class Atom:
    """What can't be cut. Times in seconds; `spaced`: a space stands before it."""

    text: str
    start: float
    end: float
    spaced: bool
    speaker: str | None


def atoms(segment: Segment) -> list[Atom]:
    """Return the atoms of a segment's text in order; empty where it has no text.

    Their times are those of the words where these spell the text, else shares of the segment by characters.
    """
    text = _tidy(segment.text)
    spelled = _placed(segment, text)
    found = []
    for begin, finish in _pieces(text):
        found.append(
            Atom(
                text=text[begin:finish],
                start=spelled.starts(begin),
                end=spelled.ends(finish),
                spaced=begin > 0 and text[begin - 1] == " ",
                speaker=spelled.speaker(begin) or segment.speaker,
            )
        )
    return found


def _tidy(text: str) -> str:
    """Return `text` in one line, without control characters: players stop at some, readers refuse them."""
    seen = (character for character in text if character.isspace() or unicodedata.category(character) != "Cc")
    return " ".join("".join(seen).split())


def joined(sequence: list[Atom]) -> str:
    """Return the text of `sequence`, without a space before the first."""
    return "".join((" " if atom.spaced and place else "") + atom.text for place, atom in enumerate(sequence))


@dataclass(frozen=True)
class _Point:
    """At character `place` of the text the time is `seconds`."""

    place: int
    seconds: float


@dataclass(frozen=True)
class _Spelled:
    """Where the words with times stand in the text: their edges in order, and who says the last of each."""

    points: list[_Point]
    speakers: list[tuple[int, str | None]]

    def starts(self, place: int) -> float:
        """Return when what begins at character `place` begins: after a pause, not before it."""
        return self._between(bisect_right(self.points, place, key=lambda point: point.place) - 1, place)

    def ends(self, place: int) -> float:
        """Return when what ends at character `place` ends: before a pause, not after it."""
        return self._between(bisect_left(self.points, place, key=lambda point: point.place) - 1, place)

    def speaker(self, place: int) -> str | None:
        """Return who says the word at character `place`, else the one before it."""
        said = [speaker for begin, speaker in self.speakers if begin <= place and speaker]
        return said[-1] if said else None

    def _between(self, index: int, place: int) -> float:
        before, after = self.points[index], self.points[index + 1]
        share = (place - before.place) / (after.place - before.place)
        return before.seconds + share * (after.seconds - before.seconds)


def _placed(segment: Segment, text: str) -> _Spelled:
    """Return where each word stands in `text`; none where they don't spell it."""
    first, last = _Point(0, segment.start), _Point(len(text), segment.end)
    points, speakers, place, latest = [first], [], 0, segment.start
    for word in segment.words:
        spelled = _tidy(word.text)
        begin = text.find(spelled, place)
        if begin < 0:
            return _Spelled([first, last], [])
        place = begin + len(spelled)
        speakers.append((begin, word.speaker))
        if word.start is not None and word.end is not None and spelled:
            start = min(
                max(word.start, latest), segment.end
            )  # a time that goes back would turn the text round
            latest = min(max(word.end, start), segment.end)
            points += [_Point(begin, start), _Point(place, latest)]
    return _Spelled([*points, last], speakers)


def _pieces(text: str) -> list[tuple[int, int]]:
    """Return first and last character (exclusive) of each atom in `text`."""
    cuts = [0]
    cuts += [
        place
        for place in range(1, len(text))
        if text[place - 1] == " " or _may_break(text[place - 1], text[place])
    ]
    ends = [*cuts[1:], len(text)]
    return [
        (begin, end - text[begin:end].endswith(" ")) for begin, end in zip(cuts, ends, strict=True) if text
    ]


def _may_break(before: str, after: str) -> bool:
    """Say whether a line may end between two characters that no space parts."""
    if after == " " or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    if unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf") or unicodedata.category(before) == "Cf":
        return False
    return bool(_SPACELESS.match(before) or _SPACELESS.match(after))
