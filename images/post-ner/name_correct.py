"""Names put right in a transcript: what may be one, what it should be, and its words and times."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from name_list import SHORTEST, Name
from name_match import letters, likeness, only_longer
from name_text import Token, Vocabulary, tokens

from stagekit.documents import Change, Segment, Word

_LONGEST = 4
"""Words that a wrongly heard name may have become."""
_SURE = 6
"""Letters of a word that is trusted to be a name where a sentence begins, and all words have capitals."""
_STRICT = 90.0
"""Least likeness where common words are to become part of a name: `Oka for`."""


@dataclass(frozen=True)
class Fix:
    """Words `first` to `last` (exclusive) of a segment should be `name`."""

    first: int
    last: int
    name: Name
    score: float


class Corrector:
    """Puts names right. `threshold`: least likeness, 0 to 100."""

    def __init__(self, names: Sequence[Name], vocabulary: Vocabulary, threshold: float) -> None:
        self._names, self._vocabulary, self._threshold = names, vocabulary, threshold
        self._right = {name.text.casefold() for name in names}
        self._right |= {word.casefold() for name in names for word in name.words}

    def corrected(self, segment: Segment, marked: Collection[int] | None) -> Segment:
        """Return `segment` with its names put right, and each change listed.

        `marked` are the characters that a model takes for parts of names; None without a model. Where the
        words don't spell the text it stays as it is: they would say different things.
        """
        found = tokens(segment.text)
        words = list(segment.words)
        if words and [word.text for word in words] != segment.text.split():
            return segment
        text, changes = segment.text, []
        for fix in sorted(self._fixes(found, marked), key=lambda fix: fix.first, reverse=True):
            first, last = found[fix.first], found[fix.last - 1]
            before = segment.text[first.begin : last.end]
            after = fix.name.text.upper() if before.isupper() else fix.name.text
            text = text[: first.begin] + after + text[last.end :]
            if words:
                end = _token_end(segment.text, last)
                begin = _token_begin(segment.text, first)
                spelled = segment.text[begin : first.begin] + after + segment.text[last.end : end]
                words[fix.first : fix.last] = _retimed(words[fix.first : fix.last], spelled.split())
            changes.append(
                Change(
                    by="post-ner",
                    before=before,
                    after=after,
                    score=round(fix.score, 1),
                    reason=fix.name.reason,
                )
            )
        if not changes:
            return segment
        update = {"text": text, "words": words, "changes": [*segment.changes, *reversed(changes)]}
        return segment.model_copy(update=update)

    def _fixes(self, found: list[Token], marked: Collection[int] | None) -> list[Fix]:
        """Return the best fixes that don't overlap: most alike first, then more words, then earlier names."""
        possible: list[tuple[float, int, int, Fix]] = []
        for first in range(len(found)):
            for last in range(first + 1, min(first + _LONGEST, len(found)) + 1):
                span = found[first:last]
                if self._may_be_name(span, marked):
                    for rank, name in enumerate(self._names):
                        score = self._score(span, name)
                        if score is not None:
                            possible.append((-score, first - last, rank, Fix(first, last, name, score)))
                if found[last - 1].closes:
                    break
        chosen: list[Fix] = []
        for *_, fix in sorted(possible, key=lambda way: way[:3]):
            if all(fix.last <= other.first or other.last <= fix.first for other in chosen):
                chosen.append(fix)
        return chosen

    def _may_be_name(self, span: list[Token], marked: Collection[int] | None) -> bool:
        """Say whether the words look like a name: capitals, no common words, and not right already."""
        spelled = " ".join(token.core for token in span)
        if not span[0].capital or len(letters(spelled)) < SHORTEST or spelled.casefold() in self._right:
            return False
        if len(span) > 1:
            return not all(token.core.casefold() in self._right for token in span)
        (token,) = span
        if self._vocabulary.common(token.core):
            return False
        if not token.opens:
            return True
        if marked is not None:
            return token.begin in marked
        return len(token.core) >= _SURE or self._vocabulary.inside(token.core)

    def _score(self, span: list[Token], name: Name) -> float | None:
        """Return how alike `span` and `name` are; None where the one must not become the other."""
        cores, wanted = [token.core for token in span], name.words
        small = [core for core in cores if not core[:1].isupper() or self._vocabulary.common(core)]
        least = max(self._threshold, _STRICT) if small and len(span) > 1 else self._threshold
        if len(cores) == len(wanted):
            pairs = list(zip(cores, wanted, strict=True))
            score = min(likeness(*pair) for pair in pairs)
            if any(only_longer(*pair) for pair in pairs):
                return None
            return score if score >= least else None
        if self._parted(cores, wanted):
            return None
        score = likeness("".join(cores), "".join(wanted))
        return score if score >= least and not only_longer("".join(cores), "".join(wanted)) else None

    def _parted(self, cores: list[str], wanted: tuple[str, ...]) -> bool:
        """Say whether words would be lost or made up, not just written together or apart.

        `Tomas Anderson` isn't `Thomas A. Anderson`: it has words of it. And `Rob in` isn't `Robin`: the name
        is short. Nor is `Carol in` `Caroline` where `Carol` also stands alone.
        """
        alike = any(likeness(core, word) >= self._threshold for core in cores for word in wanted)
        right = any(core.casefold() in self._right for core in cores)
        short = len(letters("".join(wanted))) < _SURE
        own = len(cores) > 1 and not self._vocabulary.always_before(cores[0], cores[1])
        return alike or right or (len(cores) > 1 and (short or own))


def _token_begin(text: str, token: Token) -> int:
    """Return where the marks before `token` begin."""
    begin = token.begin
    while begin and not text[begin - 1].isspace():
        begin -= 1
    return begin


def _token_end(text: str, token: Token) -> int:
    """Return where the marks after `token` end."""
    end = token.end
    while end < len(text) and not text[end].isspace():
        end += 1
    return end


def _retimed(words: list[Word], spelled: list[str]) -> list[Word]:
    """Return words spelled so: as many keep their times, else they share the time of all by letters."""
    if len(words) == len(spelled):
        return [word.model_copy(update={"text": text}) for word, text in zip(words, spelled, strict=True)]
    starts = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    sure = [word.confidence for word in words if word.confidence is not None]
    whole, place, made = sum(map(len, spelled)), 0, []
    for text in spelled:
        times: list[float | None] = [None, None]
        if starts and ends:
            start, seconds = min(starts), max(ends) - min(starts)
            times = [round(start + seconds * edge / whole, 3) for edge in (place, place + len(text))]
        place += len(text)
        made.append(
            Word(
                text=text,
                start=times[0],
                end=times[1],
                confidence=min(sure) if sure else None,
                speaker=words[0].speaker,
            )
        )
    return made
