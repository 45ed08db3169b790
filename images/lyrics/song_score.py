"""From frames and a transcript to a score twice a second, and from the scores to songs with reasons.

The score is the sum of five marks of the sound, each 0 to 1, times its weight; a transcript adds its hints.
All numbers here were set by hand: see docs/stages/lyrics.md for what they were tried on.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from song_features import FRAMES_PER_SECOND, Frames

from stagekit.documents import Segment, Song

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CELL_FRAMES = FRAMES_PER_SECOND // 2
CELL_SECONDS = 0.5
"""Scores stand half a second apart."""
_LOOK_FRAMES = round(2.5 * FRAMES_PER_SECOND)
"""A score looks at this stretch around it."""
_BEAT_FRAMES = 8 * FRAMES_PER_SECOND
"""Rhythm needs a longer one: several beats."""
_BEAT_LAGS = (round(0.3 * FRAMES_PER_SECOND), round(1.2 * FRAMES_PER_SECOND))
"""50 to 200 beats a minute."""
_SILENCE = 0.001
"""Root mean square below which nothing is heard: -60 dBFS."""


@dataclass(frozen=True)
class Mark:
    """One mark of song: `low` and below counts 0, `high` and above 1, times `weight`."""

    weight: float
    low: float
    high: float
    words: str


MARKS = {
    "tones": Mark(0.40, 0.40, 0.65, "{:.0%} of the sound are held tones (speech: below 40 %)"),
    "peak": Mark(0.15, 0.22, 0.36, "the strongest of twelve pitches has {:.0%} (speech: below 30 %)"),
    "held": Mark(
        0.15, 0.75, 0.90, "pitches stay alike to {:.0%} over an eighth of a second (speech: below 80 %)"
    ),
    "unbroken": Mark(
        0.20, 0.25, 0.65, "its quietest tenth is {:.0%} as loud as its mean (speech: below 30 %)"
    ),
    "beat": Mark(0.10, 0.20, 0.50, "onsets return regularly to {:.0%}"),
}
"""Of the sound; weights add up to 1."""

_NOISE_PEAK = (0.10, 0.18)
"""Noise has all twelve pitches alike: from the upper down to the lower the score falls to nothing."""
_STILL = (0.92, 0.98)
"""A hum has the same pitches all the time: likeness over a second, for eight; from here to there likewise."""

HINTS = {"marked": 0.5, "repeated": 0.2, "slow": 0.1, "fast": -0.1}
"""What a segment of the transcript adds to the score in its time."""
_SLOW, _FAST = 1.5, 3.0
"""Words a second."""
_SIGNS = ("♪", "♫", "[music", "(music", "[singing", "(singing", "*music", "[song")


def sound_marks(frames: Frames) -> "dict[str, Floats]":
    """Return each mark as measured, one value for each cell."""
    import numpy as np
    from scipy.ndimage import percentile_filter, uniform_filter1d

    def mean(values: "NDArray[np.float32]", over: int = _LOOK_FRAMES) -> "Floats":
        return np.asarray(uniform_filter1d(values.astype(np.float64), over, mode="nearest"))

    a_second_ago = np.pad(frames.sound, (FRAMES_PER_SECOND, 0))[: len(frames.sound)]
    both = np.minimum(frames.sound, a_second_ago)
    loudness, sound = mean(frames.loudness), mean(frames.sound)
    quiet = percentile_filter(frames.loudness, 10, _LOOK_FRAMES, mode="nearest")
    found = {
        "tones": mean(frames.tones) / (sound + 1e-9),
        "peak": mean(frames.peak * frames.sound) / (sound + 1e-9),
        "held": mean(frames.held * frames.sound) / (sound + 1e-9),
        "unbroken": quiet / (loudness + 1e-9),
        "loudness": mean(frames.loudness, CELL_FRAMES),
        "still": mean(frames.still * both, _BEAT_FRAMES) / (mean(both, _BEAT_FRAMES) + 1e-9),
    }
    cells = {name: values[CELL_FRAMES // 2 :: CELL_FRAMES] for name, values in found.items()}
    cells["beat"] = _beat(frames.onset, len(cells["tones"]))
    return cells


def _beat(onset: "NDArray[np.float32]", cells: int) -> "Floats":
    """Return for each cell how like the onsets around it are to themselves one beat later, 0 to 1."""
    import numpy as np

    padded = np.pad(onset.astype(np.float64), _BEAT_FRAMES // 2, mode="symmetric")
    regular = np.zeros(cells)
    for number in range(cells):
        start = number * CELL_FRAMES + CELL_FRAMES // 2
        around = padded[start : start + _BEAT_FRAMES]
        around = around - around.mean()
        energy = float(around @ around)
        if energy > 1e-6:
            size = 2 * len(around)
            likeness = np.fft.irfft(np.abs(np.fft.rfft(around, size)) ** 2)
            regular[number] = likeness[_BEAT_LAGS[0] : _BEAT_LAGS[1]].max() / energy
    return np.clip(regular, 0, 1)


def sound_score(marks: "dict[str, Floats]") -> "Floats":
    """Return the score of the sound alone, 0 to 1, for each cell."""
    import numpy as np

    score = np.zeros_like(marks["tones"])
    for name, mark in MARKS.items():
        score += mark.weight * np.clip((marks[name] - mark.low) / (mark.high - mark.low), 0, 1)
    low, high = _NOISE_PEAK
    tuned = np.clip((marks["peak"] - low) / (high - low), 0, 1)
    low, high = _STILL
    moving = np.clip((high - marks["still"]) / (high - low), 0, 1)
    return np.asarray(score * tuned * moving * (marks["loudness"] > _SILENCE))


@dataclass(frozen=True)
class Hint:
    """What the transcript says of a stretch."""

    start: float
    end: float
    kind: str
    reason: str


def transcript_hints(segments: list[Segment]) -> list[Hint]:
    """Return what in a transcript speaks for song or against it: marks, repeated lines, pace of words."""
    lines = [" ".join(segment.text.casefold().split()).strip(".,!?") for segment in segments]
    counts = Counter(line for line in lines if " " in line)
    hints = []
    for segment, line in zip(segments, lines, strict=True):

        def hint(kind: str, reason: str, segment: Segment = segment) -> None:
            hints.append(Hint(segment.start, segment.end, kind, reason))

        if any(sign in segment.text.casefold() for sign in _SIGNS):
            hint("marked", "the transcript marks music")
        if counts[line] > 1:
            hint("repeated", f"the line “{line}” is there {counts[line]} times")
        seconds = segment.end - segment.start
        pace = len(line.split()) / seconds if seconds else 0.0
        if line and seconds >= 2 and pace < _SLOW:
            hint("slow", f"{pace:.1f} words a second")
        elif seconds >= 2 and pace > _FAST:
            hint("fast", f"{pace:.1f} words a second")
    return hints


def with_hints(score: "Floats", hints: list[Hint]) -> "Floats":
    """Return `score` with the hints added where they are; each kind counts once, silence stays nothing."""
    import numpy as np

    centres = (np.arange(len(score)) + 0.5) * CELL_SECONDS
    added = np.zeros_like(score)
    for kind, value in HINTS.items():
        there = np.zeros(len(score), dtype=bool)
        for hint in hints:
            if hint.kind == kind:
                there |= (centres >= hint.start) & (centres < hint.end)
        added += value * there
    return np.clip(score + added * (score > 0), 0, 1)


def find_songs(
    score: "Floats", threshold: float, release: float, gap: float, shortest: float, duration: float
) -> list[tuple[float, float, float]]:
    """Return start, end (seconds) and mean score of each song, in order of time.

    A song is where the score stays at `release` or above and somewhere reaches `threshold`; songs less than
    `gap` seconds apart are one; what is then shorter than `shortest` seconds is none.
    """
    import numpy as np

    high = np.concatenate([[False], score >= release, [False]])
    edges = np.flatnonzero(high[1:] != high[:-1]).reshape(-1, 2)
    joined: list[list[int]] = []
    for first, last in edges.tolist():
        if score[first:last].max() < threshold:
            continue
        if joined and (first - joined[-1][1]) * CELL_SECONDS < gap:
            joined[-1][1] = last
        else:
            joined.append([first, last])
    return [
        (first * CELL_SECONDS, min(last * CELL_SECONDS, duration), float(score[first:last].mean()))
        for first, last in joined
        if (last - first) * CELL_SECONDS >= shortest
    ]


def song(span: tuple[float, float, float], marks: "dict[str, Floats]", hints: list[Hint]) -> Song:
    """Return a found song with its reasons: marks that count half or more, and what the transcript says."""
    start, end, score = span
    cells = slice(
        round(start / CELL_SECONDS), max(round(end / CELL_SECONDS), round(start / CELL_SECONDS) + 1)
    )
    reasons = []
    for name, mark in MARKS.items():
        value = float(marks[name][cells].mean())
        if value >= (mark.low + mark.high) / 2:
            reasons.append(mark.words.format(value))
    inside = [hint.reason for hint in hints if HINTS[hint.kind] > 0 and hint.start < end and hint.end > start]
    reasons += list(dict.fromkeys(inside))
    return Song(start=round(start, 3), end=round(end, 3), score=round(score, 3), reasons=reasons)
