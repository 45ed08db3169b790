"""When each cue is shown: whole milliseconds, never two at once, long enough to read where there is room."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from subtitle_rules import Rules

_CHAIN = 500
"""Milliseconds: a shorter gap flickers, so the cue lasts until the next (Netflix Subtitle Timing Guidelines:
gaps of 3 frames to half a second are closed to two frames)."""


@dataclass(frozen=True)
class Spoken:
    """What one cue says: seconds of its speech, and characters to read."""

    start: float
    end: float
    characters: float


def placed(spoken: Sequence[Spoken], duration: float, rules: Rules) -> list[tuple[int, int]]:
    """Return start and end of each cue in milliseconds, within `duration` seconds.

    A cue begins with its speech, but where two speak at once the second waits for the first. It ends with
    its speech, or later where that is needed to read it or to stay for `rules.shortest`, as far as the next
    leaves room. `spoken` is in order of its starts.
    """
    total = int(duration * 1000)
    gap, shortest, longest = (round(1000 * seconds) for seconds in (rules.gap, rules.shortest, rules.longest))
    least = [max(1, min(shortest, round(1000 * (cue.end - cue.start)))) for cue in spoken]
    starts = _starts([round(1000 * cue.start) for cue in spoken], least, gap, total)
    if starts is None:
        return _squeezed(least, total)
    shown = []
    for place, (start, cue) in enumerate(zip(starts, spoken, strict=True)):
        last = place == len(starts) - 1
        room = total if last else starts[place + 1] - gap
        reading = start + round(1000 * cue.characters / rules.speed)
        wanted = min(
            max(round(1000 * cue.end), reading, start + shortest), start + max(longest, least[place])
        )
        end = min(wanted, room)
        if not last and room - end < _CHAIN and room - start <= longest:
            end = room
        shown.append((start, end))
    return shown


def _starts(wanted: list[int], least: list[int], gap: int, total: int) -> list[int] | None:
    """Return starts, as near to `wanted` as leaves each cue its `least` time; None where there is no room."""
    starts: list[int] = []
    for place, start in enumerate(wanted):
        starts.append(max(start, starts[-1] + least[place - 1] + gap) if starts else start)
    latest = total
    for place in reversed(range(len(starts))):
        starts[place] = min(starts[place], latest - least[place])
        latest = starts[place] - gap
    return None if starts and starts[0] < 0 else starts


def _squeezed(least: list[int], total: int) -> list[tuple[int, int]]:
    """Return times for more cues than there is room for: one after the other, shares of all there is."""
    whole = sum(least)
    edges = [total * edge // whole for edge in accumulate(least, initial=0)]
    return list(pairwise(edges))
