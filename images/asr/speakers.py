"""Who says each word: a diarization's turns over a transcript's words."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

from stagekit.documents import Segment, Turn, Word

REACH = 2
"""Words that a change of speaker may be from the end of a sentence that it is moved to."""

SENTENCE_END = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u0964]\W*$")


def assign(segments: Sequence[Segment], turns: Sequence[Turn]) -> list[Segment]:
    """Return `segments` with speakers, cut where the speaker changes: each has one.

    A word's speaker is the one who speaks most of its time; of equals, whose turn began first. A word without
    a time, or where nobody's turn is, has the speaker of the word before it in the segment, else of the word
    after it. A change within `REACH` words of a sentence's end is moved there: word times are wrong by a word
    or two more often than people break into a sentence near its end. A segment whose words have no speaker so
    (it may have no words) has the one who speaks most of it; none where nobody does. Words are in order of
    time, and so are the parts of a segment.
    """
    lookup = _Turns(turns)
    return [part for segment in segments for part in _parts(segment, lookup)]


class _Turns:
    """Turns that are found by time without looking at all of them: a film has thousands."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = sorted(turns, key=lambda turn: turn.start)
        self._starts = [turn.start for turn in self._turns]
        self._latest_ends = list(accumulate((turn.end for turn in self._turns), max))

    def speaker(self, start: float | None, end: float | None) -> str | None:
        """Return who speaks most from `start` to `end`; None where nobody does."""
        if start is None or end is None:
            return None
        seconds: dict[str, float] = {}
        first, last = bisect_right(self._latest_ends, start), bisect_left(self._starts, end)
        for turn in self._turns[first:last]:
            shared = min(turn.end, end) - max(turn.start, start)
            if shared > 0:
                seconds[turn.speaker] = seconds.get(turn.speaker, 0.0) + shared
        return max(seconds, key=lambda speaker: seconds[speaker], default=None)


def _parts(segment: Segment, turns: _Turns) -> list[Segment]:
    """Return `segment` as one segment for each run of words of one speaker."""
    found = [turns.speaker(word.start, word.end) for word in segment.words]
    known = next(filter(None, found), None) or turns.speaker(segment.start, segment.end)
    speakers: list[str | None] = []
    for own in found:
        speakers.append(own or (speakers[-1] if speakers else known))
    words = [
        word.model_copy(update={"speaker": speaker})
        for word, speaker in zip(segment.words, _at_sentences(segment.words, speakers), strict=True)
    ]
    runs = [list(run) for _, run in groupby(words, key=lambda word: word.speaker)]
    if len(runs) < 2:
        return [segment.model_copy(update={"speaker": known, "words": words})]
    parts = []
    for number, (run, text) in enumerate(zip(runs, _texts(segment.text, runs), strict=True)):
        start = segment.start if number == 0 else _first(word.start for word in run)
        end = segment.end if number == len(runs) - 1 else _first(word.end for word in reversed(run))
        update = {"start": start, "end": end, "text": text, "speaker": run[0].speaker, "words": run}
        parts.append(segment.model_copy(update=update))
    return parts


def _at_sentences(words: Sequence[Word], speakers: Sequence[str | None]) -> list[str | None]:
    """Return `speakers` of `words`, each change at the nearest sentence's end, where one is in reach.

    Of two that are equally near it is the earlier. Each run of one speaker keeps a word that has a time.
    """
    moved = list(speakers)
    changes = [at for at in range(1, len(words)) if speakers[at] != speakers[at - 1]]
    bounds = [0, *changes, len(words)]
    for number, at in enumerate(changes, 1):
        before, after = bounds[number - 1], bounds[number + 1]
        reach = range(max(before, at - REACH), min(after, at + REACH) + 1)
        for place in sorted(reach, key=lambda place: abs(place - at)):
            kept = _timed(words[before:place]) and _timed(words[place:after])
            if kept and SENTENCE_END.search(words[place - 1].text):
                moved[place:at] = [speakers[at]] * (at - place)
                moved[at:place] = [speakers[at - 1]] * (place - at)
                bounds[number] = place
                break
    return moved


def _timed(words: Sequence[Word]) -> bool:
    """Return whether one of `words` has both its times."""
    return any(word.start is not None and word.end is not None for word in words)


def _first(times: Iterator[float | None]) -> float:
    """Return the first time that is known: each of several runs has a word with a time."""
    return next(time for time in times if time is not None)


def _texts(text: str, runs: Sequence[Sequence[Word]]) -> list[str]:
    """Return the part of `text` of each run: from its first word to that of the next."""
    cuts, place = [0], 0
    for run in runs:
        for number, word in enumerate(run):
            at = text.find(word.text, place)
            if at < 0:  # words that don't spell the text: they are all there is to go by
                return [" ".join(word.text for word in run) for run in runs]
            if number == 0 and run is not runs[0]:
                cuts.append(at)
            place = at + len(word.text)
    return [text[start:end].strip() for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]
