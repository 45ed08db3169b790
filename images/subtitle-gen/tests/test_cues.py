"""Which cues a transcript becomes: tables, and what must hold for any transcript."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from subtitle_atoms import atoms
from subtitle_cues import subtitles
from subtitle_rules import LINE, Rules
from subtitle_timing import Spoken, placed

from stagekit.documents import Cue, Segment, Song, Songs, Transcript, Word


def spoken(*segments: Segment, language: str = "en", duration: float = 60) -> Transcript:
    return Transcript(
        language=language, spoken=language, duration=duration, words="aligned", segments=list(segments)
    )


def said(text: str, start: float, end: float, speaker: str | None = None) -> Segment:
    """Return a segment whose words share its time evenly."""
    parts = text.split()
    step = (end - start) / len(parts)
    words = [
        Word(text=part, start=start + i * step, end=start + (i + 0.9) * step, speaker=speaker)
        for i, part in enumerate(parts)
    ]
    return Segment(start=start, end=end, text=text, speaker=speaker, words=words)


def shown(transcript: Transcript, rules: Rules | None = None, songs: Songs | None = None) -> list[Cue]:
    return subtitles(transcript, songs, rules or Rules(language=transcript.language)).cues


LONG = (
    "When I was a boy we lived near the harbour, and every morning I heard the ships. "
    "My father worked on one of them, the largest, for more than thirty years."
)


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


WORDS = {
    "en": [
        "a",
        "the",
        "cat",
        "house,",
        "remember",
        "yes.",
        "international",
        "why?",
        "of",
        "Donaudampfschiff",
    ],
    "ja": ["私は", "昨日、", "見た。", "「本」", "ゲーム", "きょう"],
    "ar": ["في", "البيت،", "كتاب.", "NASA", "\u0667"],
    "th": ["ที่นี่", "น้ำ", "เยอะมาก"],
}


def anything(seed: int) -> tuple[Transcript, Songs, Rules]:
    """Return a transcript as odd as those of real films: words without times, speakers at once, no words."""
    dice = random.Random(seed)  # noqa: S311
    language = dice.choice(sorted(WORDS))
    space = "" if language in ("ja", "th") else " "
    segments: list[Segment] = []
    clock = 0.0
    for _ in range(dice.randint(0, 30)):
        clock += dice.choice([-0.5, 0, 0, 0.05, 0.4, 3])
        start = max(clock, segments[-1].start if segments else 0.0)
        parts = dice.choices(WORDS[language], k=dice.randint(1, 60))
        length = dice.choice([0, 0.05, 0.25, 0.4]) * len(parts)
        speakers: list[str | None] = dice.choice([["A"], ["A", "B"], [None]])
        words, now = [], start
        for part in parts:
            after = min(now + length / len(parts), start + length)
            timed = dice.random() < 0.9
            words.append(
                Word(
                    text=part,
                    start=now if timed else None,
                    end=after if timed else None,
                    speaker=dice.choice(speakers),
                )
            )
            now = after
        segments.append(
            Segment(
                start=start,
                end=start + length,
                text=space.join(parts),
                speaker=speakers[0],
                words=words if dice.random() < 0.8 else [],
            )
        )
        clock = start + length
    duration = max([segment.end for segment in segments], default=0) + dice.choice([0, 2])
    songs = Songs(duration=duration, segments=[Song(start=5, end=15, score=1, reasons=[])])
    rules = Rules(
        language=language,
        line=LINE.get(language, 42),
        labels=dice.choice(["auto", "none", "always"]),
        lines=dice.choice([1, 2, 3]),
    )
    return spoken(*segments, language=language, duration=duration), songs, rules


def bare(lines: list[str]) -> str:
    text = " ".join(lines)
    for mark in ("♪", "- ", "A: ", "B: "):
        text = text.replace(mark, "")
    return "".join(text.split())


def faults(transcript: Transcript, cues: list[Cue], rules: Rules) -> set[str]:
    """Return what is wrong with `cues`, in words; by the transcript and the rules alone."""
    found = set()
    times = [(round(cue.start * 1000), round(cue.end * 1000)) for cue in cues]
    if any(end > transcript.duration * 1000 + 1e-6 for _, end in times):
        found.add("after the audio")
    crowded = 0
    for (start, end), (after, _) in pairwise(times):
        if after < end or start > after:
            found.add("overlap")
        crowded += after - end < round(rules.gap * 1000)
    if crowded and sum(end - start for start, end in times) < int(transcript.duration * 1000):
        found.add("gap too short")
    if any(end - start > rules.longest * 1000 for start, end in times):
        longest = max(atom.end - atom.start for segment in transcript.segments for atom in atoms(segment))
        if max(end - start for start, end in times) > max(longest, rules.longest) * 1000:
            found.add("too long")
    texts = sorted("".join(segment.text.split()) for segment in transcript.segments)
    if sorted("".join(texts)) != sorted("".join(bare(cue.lines) for cue in cues)):
        found.add("words lost or doubled")
    whole = "".join(bare(cue.lines) for cue in cues)
    in_turn = all(one.end <= other.start for one, other in pairwise(transcript.segments))
    if in_turn and whole != "".join("".join(segment.text.split()) for segment in transcript.segments):
        found.add("words in another order")
    if any(len(cue.lines) > rules.lines for cue in cues):
        found.add("too many lines")
    if any(rules.length(line) > rules.line for cue in cues for line in cue.lines):
        found.add("line too long")
    return found


@pytest.mark.parametrize("seed", range(150))
def test_what_holds_for_any_transcript(seed: int) -> None:
    transcript, songs, rules = anything(seed)
    assert faults(transcript, shown(transcript, rules, songs), rules) == set()


def moved(cues: list[Cue], seconds: float) -> list[Cue]:
    return [cue.model_copy(update={"end": cue.end + seconds}) for cue in cues]


WRONG: dict[str, tuple[Callable[[list[Cue]], list[Cue]], str]] = {
    "nothing is shown": (lambda cues: [], "words lost or doubled"),
    "a cue twice": (lambda cues: [cues[0], *cues], "words lost or doubled"),
    "ends later": (lambda cues: moved(cues, 1.0), "overlap"),
    "no gap": (lambda cues: moved(cues, 0.05), "gap too short"),
    "turned round": (lambda cues: cues[::-1], "words in another order"),
    "all in one line": (
        lambda cues: [cue.model_copy(update={"lines": [" ".join(cue.lines)]}) for cue in cues],
        "line too long",
    ),
    "a word a line": (
        lambda cues: [cue.model_copy(update={"lines": " ".join(cue.lines).split()}) for cue in cues],
        "too many lines",
    ),
    "one cue for all": (
        lambda cues: [cues[0].model_copy(update={"end": cues[-1].end})],
        "too long",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_cues_would_be_seen(mistake: str) -> None:
    transcript = spoken(said(LONG, 0, 12), said(LONG, 12.1, 24), duration=26)
    right = shown(transcript)
    assert faults(transcript, right, Rules()) == set()
    change, fault = WRONG[mistake]
    assert fault in faults(transcript, change(right), Rules())
