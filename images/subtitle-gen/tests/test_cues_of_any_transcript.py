"""What must hold for the cues of any transcript."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from cue_transcripts import LONG, said, shown, spoken
from subtitle_atoms import atoms
from subtitle_rules import LINE, Rules

from stagekit.documents import Cue, Segment, Song, Songs, Transcript, Word

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
