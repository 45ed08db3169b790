"""Words get the speaker of their time, and segments are cut where the speaker changes."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

Row = tuple[str | None, float, float, str, str]
"""Speaker, start, end, text, and the words' speakers, a letter each (- for none)."""


@pytest.fixture(scope="module")
def speakers() -> Iterator[ModuleType]:
    """Return the module that the stage assigns speakers with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend("/app")
        import speakers

        yield speakers


def segment(text: str, *times: tuple[float, float] | None, words: list[str] | None = None) -> dict[str, Any]:
    """Return a segment from 0 to 10 s; its words, if times are given, at those."""
    found = words or text.split(" ")
    timed = [
        {"text": word, "start": time and time[0], "end": time and time[1]}
        for word, time in zip(found, times, strict=False)
    ]
    return {"start": 0.0, "end": 10.0, "text": text, "words": timed}


def turns(*said: tuple[str, float, float]) -> list[dict[str, Any]]:
    return [{"speaker": speaker, "start": start, "end": end} for speaker, start, end in said]


def rows(module: ModuleType, segments: list[dict[str, Any]], said: list[dict[str, Any]]) -> list[Row]:
    from stagekit.documents import Segment, Turn

    found = module.assign(
        [Segment.model_validate(segment) for segment in segments],
        [Turn.model_validate(turn) for turn in said],
    )
    return [
        (part.speaker, part.start, part.end, part.text, "".join(word.speaker or "-" for word in part.words))
        for part in found
    ]


FOUR = [(1.0, 2.0), (2.0, 3.0), (4.0, 5.0), (5.0, 6.0)]
CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]], list[Row]]] = {
    "one speaker": (segment("a b c d", *FOUR), turns(("A", 0, 9)), [("A", 0, 10, "a b c d", "AAAA")]),
    "cut where it changes": (
        segment("Hello you. Hello there!", *FOUR),
        turns(("A", 0.9, 3.1), ("B", 3.9, 6)),
        [("A", 0, 3, "Hello you.", "AA"), ("B", 4, 10, "Hello there!", "BB")],
    ),
    "and back": (
        segment("a b c d", *FOUR),
        turns(("A", 0, 2), ("B", 2, 5), ("A", 5, 9)),
        [("A", 0, 2, "a", "A"), ("B", 2, 5, "b c", "BB"), ("A", 5, 10, "d", "A")],
    ),
    "most of the word's time, not the first who speaks": (
        segment("a b", (1.0, 2.0), (2.0, 3.0)),
        turns(("A", 0, 1.4), ("B", 1.4, 9)),
        [("B", 0, 10, "a b", "BB")],
    ),
    "several turns of one are added up": (
        segment("a", (1.0, 2.0)),
        turns(("A", 1.0, 1.3), ("B", 1.3, 1.7), ("A", 1.7, 2.0)),
        [("A", 0, 10, "a", "A")],
    ),
    "of two at once, who began first": (
        segment("a b", (1.0, 2.0), (2.0, 3.0)),
        turns(("B", 0.5, 9), ("A", 0.2, 2.5)),
        [("A", 0, 2, "a", "A"), ("B", 2, 10, "b", "B")],
    ),
    "a long turn under short ones is found": (
        segment("a b", (5.0, 6.0), (8.0, 9.0)),
        turns(("A", 0, 7), ("B", 1, 2), ("B", 3, 4), ("C", 8, 9)),
        [("A", 0, 6, "a", "A"), ("C", 8, 10, "b", "C")],
    ),
    "a change one word into a sentence: at its start": (
        segment("Hello you. Hello there!", *FOUR),
        turns(("A", 0.9, 4.9), ("B", 5.0, 6)),
        [("A", 0, 3, "Hello you.", "AA"), ("B", 4, 10, "Hello there!", "BB")],
    ),
    "a change one word before a sentence's end: at its end": (
        segment("Hello you. Hello there!", *FOUR),
        turns(("A", 0.9, 2.0), ("B", 2.0, 6)),
        [("A", 0, 3, "Hello you.", "AA"), ("B", 4, 10, "Hello there!", "BB")],
    ),
    "a change at the end of a sentence of one word stays": (
        segment("Yes. No. Why? So.", *FOUR),
        turns(("A", 0, 2), ("B", 2, 3), ("A", 3.5, 9)),
        [("A", 0, 2, "Yes.", "A"), ("B", 2, 3, "No.", "B"), ("A", 4, 10, "Why? So.", "AA")],
    ),
    "a change far from a sentence's end stays": (
        segment("One. a b c d e f.", *[(t, t + 1.0) for t in range(7)]),
        turns(("A", 0, 4), ("B", 4, 7)),
        [("A", 0, 4, "One. a b c", "AAAA"), ("B", 4, 10, "d e f.", "BBB")],
    ),
    "an interruption keeps a word": (
        segment("a. b c d.", *FOUR),
        turns(("A", 0, 3), ("B", 3, 5), ("A", 5, 9)),
        [("A", 0, 2, "a.", "A"), ("B", 2, 5, "b c", "BB"), ("A", 5, 10, "d.", "A")],
    ),
    "a change isn't moved to where no word has a time": (
        segment("42. b c d", None, *FOUR[1:]),
        turns(("A", 0, 3), ("B", 4, 9)),
        [("A", 0, 3, "42. b", "AA"), ("B", 4, 10, "c d", "BB")],
    ),
    "no time: as the word before": (
        segment("a 42 c", (1.0, 2.0), None, (4.0, 5.0)),
        turns(("A", 0, 3), ("B", 4, 9)),
        [("A", 0, 2, "a 42", "AA"), ("B", 4, 10, "c", "B")],
    ),
    "no time and none before: as the word after": (
        segment("42 b c", None, (2.0, 3.0), (4.0, 5.0)),
        turns(("A", 0, 3), ("B", 4, 9)),
        [("A", 0, 3, "42 b", "AA"), ("B", 4, 10, "c", "B")],
    ),
    "nobody's turn: as the neighbour, not the nearest in time": (
        segment("a b c", (1.0, 2.0), (3.8, 3.9), (4.0, 5.0)),
        turns(("A", 0, 2), ("B", 4, 9)),
        [("A", 0, 3.9, "a b", "AA"), ("B", 4, 10, "c", "B")],
    ),
    "no word has a turn: as the segment": (
        segment("a b", (1.0, 2.0), None),
        turns(("A", 6, 8), ("B", 8, 9)),
        [("A", 0, 10, "a b", "AA")],
    ),
    "no words: who speaks most": (
        segment("a b"),
        turns(("A", 0, 2), ("B", 3, 5), ("A", 6, 7.5)),
        [("A", 0, 10, "a b", "")],
    ),
    "nobody speaks": (segment("a", (1.0, 2.0)), turns(("A", 20, 30)), [(None, 0, 10, "a", "-")]),
    "no turns": (segment("a", (1.0, 2.0)), [], [(None, 0, 10, "a", "-")]),
    "without spaces": (
        segment("你好吗我好", *FOUR, (6.0, 7.0), words=list("你好吗我好")),
        turns(("A", 0, 5), ("B", 5, 9)),
        [("A", 0, 5, "你好吗", "AAA"), ("B", 5, 10, "我好", "BB")],
    ),
    "a word that stands twice": (
        segment("no no no no", *FOUR),
        turns(("A", 0, 4), ("B", 4, 9)),
        [("A", 0, 3, "no no", "AA"), ("B", 4, 10, "no no", "BB")],
    ),
    "text with more than its words": (
        segment("- a  b - c d", *FOUR, words=["a", "b", "c", "d"]),
        turns(("A", 0, 4), ("B", 4, 9)),
        [("A", 0, 3, "- a  b -", "AA"), ("B", 4, 10, "c d", "BB")],
    ),
    "words that don't spell the text": (
        segment("A B C D", *FOUR, words=["a", "b", "c", "d"]),
        turns(("A", 0, 4), ("B", 4, 9)),
        [("A", 0, 3, "a b", "AA"), ("B", 4, 10, "c d", "BB")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_speakers(case: str, speakers: ModuleType) -> None:
    given, said, expected = CASES[case]
    assert rows(speakers, [given], said) == expected


WRONG: dict[str, Callable[[list[Row]], list[Row]]] = {
    "not cut": lambda found: [("A", 0, 10, "Hello you. Hello there!", "AABB")],
    "text on both sides": lambda found: [(*row[:3], "Hello you. Hello there!", row[4]) for row in found],
    "times of the whole on both sides": lambda found: [(row[0], 0, 10, *row[3:]) for row in found],
    "nobody": lambda found: [(None, *row[1:4], "--") for row in found],
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_speakers_would_be_seen(mistake: str) -> None:
    expected = CASES["cut where it changes"][2]
    assert WRONG[mistake](expected) != expected
