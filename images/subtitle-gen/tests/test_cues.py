"""Which cues a transcript becomes, and when they are shown: tables."""

import pytest
from cue_transcripts import LONG, said, shown, spoken
from subtitle_rules import Rules
from subtitle_timing import Spoken, placed

from stagekit.documents import Segment, Song, Songs


def test_long_speech_is_cut_at_the_words_times() -> None:
    """Cutting by characters alone would be wrong here: the first sentence is said slowly, the second fast."""
    slow, fast = LONG.split(". ")
    segment = Segment(
        start=0,
        end=12,
        text=LONG,
        words=[*said(slow + ".", 0, 9).words, *said(fast, 9, 12).words],
    )
    cues = shown(spoken(segment))
    assert [" ".join(cue.lines) for cue in cues] == [
        "When I was a boy we lived near the harbour,",
        "and every morning I heard the ships.",
        "My father worked on one of them, the largest, for more than thirty years.",
    ]
    assert cues[2].start == pytest.approx(9, abs=0.01)


def test_without_words_time_goes_by_characters() -> None:
    cues = shown(spoken(Segment(start=10, end=22, text=LONG)))
    second = cues[-1]
    assert second.lines[0].startswith("My father")
    assert second.start == pytest.approx(10 + 12 * LONG.index("My") / len(LONG), abs=0.01)


def test_a_long_pause_ends_a_cue() -> None:
    words = [*said("I see", 0, 1).words, *said("nothing.", 8, 9).words]
    cues = shown(spoken(Segment(start=0, end=9, text="I see nothing.", words=words)))
    assert [(cue.lines, cue.start) for cue in cues] == [(["I see"], 0), (["nothing."], 8)]


MERGES: dict[str, tuple[list[tuple[str, float, float, str]], int]] = {
    "short ones of one speaker": ([("Yes.", 0, 0.4, "A"), ("Of course.", 0.6, 1.4, "A")], 1),
    "another speaker": ([("Yes.", 0, 0.4, "A"), ("Of course.", 0.6, 1.4, "B")], 2),
    "too far": ([("Yes.", 0, 0.4, "A"), ("Of course.", 3, 4, "A")], 2),
    "long enough to be read": ([("Yes, I do.", 0, 1.4, "A"), ("Of course.", 1.6, 3, "A")], 2),
    "no room": ([("word " * 16, 0, 4, "A"), ("Of course.", 4.1, 4.6, "A")], 2),
}


@pytest.mark.parametrize("case", MERGES)
def test_merging(case: str) -> None:
    segments, count = MERGES[case]
    assert len(shown(spoken(*[said(*segment) for segment in segments]))) == count


DIALOGUE = [
    said("Who is there now?", 0, 2, "S0"),
    said("It is only me.", 3, 5, "S1"),
    said("And the dog too.", 6, 8, "S1"),
    said("Come in then.", 9, 11, "S0"),
]
LABELS = [
    ("auto", {}, ["- Who", "- It", "And", "- Come"]),
    ("auto", {"S0": "Ann"}, ["Ann: Who", "- It", "And", "Ann: Come"]),
    ("none", {"S0": "Ann"}, ["Who", "It", "And", "Come"]),
    ("always", {"S1": "Bob"}, ["S0: Who", "Bob: It", "Bob: And", "S0: Come"]),
]


@pytest.mark.parametrize(("labels", "names", "begins"), LABELS)
def test_labels(labels: str, names: dict[str, str], begins: list[str]) -> None:
    cues = shown(spoken(*DIALOGUE), Rules(labels=labels, names=names))  # type: ignore[arg-type]
    assert all(cue.lines[0].startswith(begin) for cue, begin in zip(cues, begins, strict=True)), cues
    assert [cue.speaker for cue in cues] == ["S0", "S1", "S1", "S0"]


def test_one_speaker_needs_no_label() -> None:
    cues = shown(spoken(*[segment for segment in DIALOGUE if segment.speaker == "S1"]))
    assert [cue.lines for cue in cues] == [["It is only me."], ["And the dog too."]]


def test_speakers_of_words_cut_a_segment_between_sentences_only() -> None:
    """Diarization is a word too early here; cutting in the middle of a sentence would show nonsense."""
    words = [*said("You came. I", 0, 2, "A").words, *said("had to.", 2, 4, "B").words]
    words[2].speaker = "A"
    other = [*said("You came.", 5, 7, "A").words, *said("I had to.", 7, 9, "B").words]
    first = Segment(start=0, end=4, text="You came. I had to.", words=words)
    second = Segment(start=5, end=9, text="You came. I had to.", words=other)
    texts = [" ".join(cue.lines) for cue in shown(spoken(first, second))]
    assert texts == ["- You came. I had to.", "You came.", "- I had to."]


SONGS = [([(0.0, 2.0)], True), ([(1.1, 4.0)], False), ([(0.0, 0.6), (1.4, 1.9)], True), ([], False)]


@pytest.mark.parametrize(("stretches", "song"), SONGS)
def test_half_in_a_song_is_sung(stretches: list[tuple[float, float]], song: bool) -> None:
    found = Songs(
        duration=60, segments=[Song(start=start, end=end, score=1, reasons=[]) for start, end in stretches]
    )
    (cue,) = shown(spoken(said("La la la.", 0, 2, "A")), songs=found)
    assert (cue.song, cue.lines) == (song, ["♪ La la la. ♪"] if song else ["La la la."])


def test_a_segment_that_runs_on_into_a_song_is_not_sung() -> None:
    """Judged by the segment, whose end lies in the song, its words would be."""
    segment = said("Good night.", 0, 2, "A").model_copy(update={"end": 9.0})
    found = Songs(duration=60, segments=[Song(start=2.5, end=14, score=1, reasons=[])])
    (cue,) = shown(spoken(segment), songs=found)
    assert (cue.song, cue.lines) == (False, ["Good night."])


TIMES: dict[str, tuple[list[tuple[float, float, float]], list[tuple[int, int]]]] = {
    "stays as spoken": ([(1, 3, 10)], [(1000, 3000)]),
    "longer, to be read": ([(1, 2, 40)], [(1000, 3000)]),
    "longer, to be seen": ([(1, 1.1, 3)], [(1000, 1833)]),
    "not over the next": ([(1, 2, 80), (3, 5, 20)], [(1000, 2917), (3000, 5000)]),
    "not over the end": ([(59, 59.5, 80)], [(59000, 60000)]),
    "a short gap is closed": ([(1, 2.7, 20), (3, 5, 20)], [(1000, 2917), (3000, 5000)]),
    "a real pause stays": ([(1, 2, 20), (3, 5, 20)], [(1000, 2000), (3000, 5000)]),
    "two at once": ([(1, 4, 20), (2, 3, 10)], [(1000, 1917), (2000, 3000)]),
    "both begin at once": ([(1, 3, 20), (1, 4, 10)], [(1000, 1833), (1916, 4000)]),
    "at most seven seconds": ([(1, 12, 10)], [(1000, 8000)]),
    "after the end of the audio": ([(59.9, 61, 10)], [(59167, 60000)]),
}


@pytest.mark.parametrize("case", TIMES)
def test_times(case: str) -> None:
    given, expected = TIMES[case]
    assert placed([Spoken(*cue) for cue in given], 60, Rules(speed=20, shortest=5 / 6)) == expected


def test_more_speech_than_time_still_has_no_overlap() -> None:
    times = placed([Spoken(0, 2, 10)] * 5, 1, Rules())
    assert times == [(0, 200), (200, 400), (400, 600), (600, 800), (800, 1000)]
