"""Cues from a transcript: what is shown together, how it is cut, who says it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from subtitle_atoms import Atom, atoms, joined
from subtitle_lines import broken, fits, seam
from subtitle_rules import Rules
from subtitle_timing import Spoken, placed

from stagekit.documents import Cue, Segment, Song, Songs, Subtitles, Transcript

_PAUSE = 1.5
"""Seconds of silence within a segment that always end a cue."""
_BREATH = 0.3
"""Seconds of silence after which another speaker may go on within a segment, also without punctuation."""
_NEAR = 1.0
"""Seconds between two stretches that may still be shown together."""

_CUE_COST, _SEAM_COST, _FILL_COST, _SHORT_COST = 1.0, 2.5, 0.5, 1.0


@dataclass(frozen=True)
class _Run:
    """Speech of one speaker without a long pause: what cues are cut from."""

    atoms: list[Atom]
    speaker: str | None
    song: bool

    @property
    def start(self) -> float:
        return self.atoms[0].start

    @property
    def end(self) -> float:
        return self.atoms[-1].end


def subtitles(transcript: Transcript, songs: Songs | None, rules: Rules) -> Subtitles:
    """Return the cues that show every word of `transcript` once, in order, by `rules`."""
    sung = songs.segments if songs else []
    runs = sorted(
        (run for segment in transcript.segments for run in _runs(segment, sung)), key=lambda run: run.start
    )
    runs = _merged(runs, rules)
    several = len({run.speaker for run in runs if run.speaker and not run.song}) > 1
    pieces: list[tuple[_Run, list[Atom]]] = []
    before: str | None = None
    for run in runs:
        label = "" if run.song else _label(run.speaker, before, several, rules)
        before = run.speaker if run.speaker and not run.song else before
        pieces += [(run, piece) for piece in _cut(run, label, rules)]
    spoken = [Spoken(piece[0].start, piece[-1].end, rules.length(joined(piece))) for _, piece in pieces]
    times = placed(spoken, transcript.duration, rules)
    cues = [
        Cue(
            start=start / 1000, end=end / 1000, lines=broken(piece, rules), speaker=run.speaker, song=run.song
        )
        for (run, piece), (start, end) in zip(pieces, times, strict=True)
    ]
    return Subtitles(language=transcript.language, cues=cues)


def _runs(segment: Segment, songs: Sequence[Song]) -> Iterator[_Run]:
    """Cut a segment at long pauses, and where the speaker of the words changes at a natural place."""
    found = atoms(segment)
    if not found:
        return
    begin = 0
    for place in range(1, len(found) + 1):
        if place == len(found) or _ends(found[place - 1], found[place]):
            run = found[begin:place]
            yield _Run(run, _speaker(run), _sung(run, songs))
            begin = place


def _ends(before: Atom, after: Atom) -> bool:
    silence = after.start - before.end
    natural = seam(before, after, "") <= 0.2 or silence >= _BREATH
    return silence >= _PAUSE or (before.speaker != after.speaker and natural)


def _speaker(sequence: list[Atom]) -> str | None:
    """Return who says the most characters."""
    said: dict[str | None, int] = {}
    for atom in sequence:
        said[atom.speaker] = said.get(atom.speaker, 0) + len(atom.text)
    return max(said, key=lambda speaker: said[speaker])


def _sung(sequence: list[Atom], songs: Sequence[Song]) -> bool:
    """Say whether half of the time from the first word to the last, or more, is in songs.

    Not of the segment: a speech model that hears no words in a song may let the one before it run on.
    """
    start, end = sequence[0].start, sequence[-1].end
    shared = sum(max(0.0, min(song.end, end) - max(song.start, start)) for song in songs)
    return shared > 0 and shared >= (end - start) / 2


def _merged(runs: list[_Run], rules: Rules) -> list[_Run]:
    """Join what is too short to read with the next of the same speaker, where both fit in one cue."""
    merged: list[_Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        if last and _belong(last, run, rules):
            following = [replace(run.atoms[0], spaced=True), *run.atoms[1:]]
            merged[-1] = replace(last, atoms=[*last.atoms, *following])
        else:
            merged.append(run)
    return merged


def _belong(one: _Run, other: _Run, rules: Rules) -> bool:
    short = min(one.end - one.start, other.end - other.start) < rules.shortest
    alike = (one.speaker, one.song) == (other.speaker, other.song)
    near = other.start - one.end <= _NEAR and other.end - one.start <= rules.longest
    both = [*one.atoms, replace(other.atoms[0], spaced=True), *other.atoms[1:]]
    return short and alike and near and fits(_dressed(both, "", one.song), rules)


def _label(speaker: str | None, before: str | None, several: bool, rules: Rules) -> str:
    """Return what stands before the words of `speaker`: a name where one is given, else a dash."""
    if speaker is None or rules.labels == "none":
        return ""
    if rules.labels == "auto" and (not several or speaker == before):
        return ""
    name = rules.names.get(speaker)
    if name:
        return f"{name}: "
    return f"{speaker}: " if rules.labels == "always" else "- "


def _dressed(sequence: Sequence[Atom], label: str, song: bool) -> list[Atom]:
    """Return `sequence` with what is shown around it, which stays with the first and last word."""
    before, after = ("♪ ", " ♪") if song else (label, "")
    dressed = [replace(sequence[0], text=before + sequence[0].text), *sequence[1:]]
    dressed[-1] = replace(dressed[-1], text=dressed[-1].text + after)
    return dressed


def _cut(run: _Run, label: str, rules: Rules) -> list[list[Atom]]:
    """Return the pieces of a run, each for one cue: the cheapest way, by dynamic programming.

    Costs: each cue, so they are few; a bad seam; full cues beside almost empty ones; too short ones.
    """
    found, count = run.atoms, len(run.atoms)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, count + 1):
        ways = []
        for begin in range(end - 1, -1, -1):
            piece = _piece(run, begin, end, label, rules)
            if end - begin > 1 and not _possible(piece, rules):
                break
            ways.append((best[begin][0] + _cost(found, begin, end, rules), begin))
        best.append(min(ways))
    cuts = [count]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    return [_piece(run, begin, end, label, rules) for begin, end in pairwise(reversed(cuts))]


def _piece(run: _Run, begin: int, end: int, label: str, rules: Rules) -> list[Atom]:
    labelled = begin == 0 or rules.labels == "always"
    return _dressed(run.atoms[begin:end], label if labelled else "", run.song)


def _possible(piece: list[Atom], rules: Rules) -> bool:
    return piece[-1].end - piece[0].start <= rules.longest and fits(piece, rules)


def _cost(found: list[Atom], begin: int, end: int, rules: Rules) -> float:
    fill = rules.length(joined(found[begin:end])) / (rules.line * rules.lines)
    last = end == len(found)
    seconds = (found[end - 1].end if last else found[end].start) - found[begin].start
    short = max(0.0, 1 - seconds / rules.shortest) if rules.shortest else 0.0
    cut = 0.0 if last else seam(found[end - 1], found[end], rules.language)
    return _CUE_COST + _SEAM_COST * cut + _FILL_COST * fill**2 + _SHORT_COST * short
