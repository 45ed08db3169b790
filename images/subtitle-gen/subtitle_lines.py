"""Where text may be cut well, and lines that are balanced."""

from collections.abc import Sequence
from itertools import pairwise

from subtitle_atoms import Atom, joined
from subtitle_rules import Rules

_SENTENCE_END = (".", "!", "?", "…", "。", "！", "？", "؟", "۔", "।", "॥")  # noqa: RUF001
_CLAUSE_END = (",", ";", ":", "—", "–", "、", "，", "；", "：", "،", "؛")  # noqa: RUF001
_CLOSING = "\"'»”’)]」』）】"  # noqa: RUF001

_ABBREVIATIONS = frozenset({"mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "vs", "etc"})
_LEANING = {
    "en": "a an the of to in on at by for from with and or but nor as if than that my your his her our",
    "de": "der die das den dem des ein eine einen einem einer von zu in an auf bei für mit und oder aber",
    "es": "el la los las un una de a en con por para y o pero que del al mi tu su",
    "fr": "le la les l' un une des de du d' à en dans avec par pour et ou mais que qu' mon ma mes",
    "it": "il lo la i gli le un uno una di a da in con su per e o ma che del della al alla",
    "pt": "o a os as um uma de do da em no na com por para e ou mas que meu minha seu sua",
}
_LEANS = {language: frozenset(words.split()) for language, words in _LEANING.items()}
"""Articles, prepositions, conjunctions: a line ends before them, not after (Netflix Timed Text Style Guide,
General Requirements, Line Treatment)."""

_SEAM_WEIGHT, _TOP_HEAVY = 0.5, 0.01
_Cost = tuple[float, list[int]]


def seam(before: Atom, after: Atom, language: str) -> float:
    """Return how bad it is to cut between two atoms: 0 where a sentence ends, up to 1 after an article."""
    word = before.text.rstrip(_CLOSING)
    bare = word.rstrip(".").lower()
    if bare in _ABBREVIATIONS and word.endswith("."):
        return 1.0
    if word.endswith(_SENTENCE_END):
        return 0.0
    if word.endswith(_CLAUSE_END):
        return 0.2
    leaning = _LEANS.get(language, frozenset())
    if bare in leaning:
        return 1.0
    return 0.4 if after.text.lower() in leaning else 0.7


def fits(sequence: Sequence[Atom], rules: Rules) -> bool:
    """Say whether `sequence` can be shown at once: in `rules.lines` lines, or as one atom."""
    lines, used = 1, 0.0
    for place, atom in enumerate(sequence):
        more = rules.length((" " if atom.spaced and used else "") + atom.text)
        if place and used + more > rules.line:
            lines, used = lines + 1, rules.length(atom.text)
        else:
            used += more
        if used > rules.line and len(sequence) > 1:
            return False
    return lines <= rules.lines


def broken(sequence: Sequence[Atom], rules: Rules) -> list[str]:
    """Return the lines of a `sequence` that fits: as few as can be, cut at natural places, of like length."""
    atoms = list(sequence)
    for lines in range(1, rules.lines + 1):
        cuts = _cuts(atoms, lines, rules)
        if cuts is not None:
            return [joined(atoms[begin:end]) for begin, end in pairwise(cuts)]
    return [joined(atoms)]


def _cuts(atoms: list[Atom], lines: int, rules: Rules) -> list[int] | None:
    """Return the places of the best `lines` lines, 0 and the end among them; None where it can't be.

    Costs: the square of each line's share of the limit (least where lines are alike), the seams, and a little
    for a line longer than the next, since the longer is better below (same guide).
    """
    best: dict[int, _Cost] = {0: (0.0, [0])}
    for number in range(lines):
        found: dict[int, _Cost] = {}
        for begin, (cost, cuts) in best.items():
            ends = [len(atoms)] if number == lines - 1 else range(begin + 1, len(atoms))
            for end in ends:
                length = rules.length(joined(atoms[begin:end]))
                if end <= begin or length > rules.line:
                    continue
                sum_ = cost + (length / rules.line) ** 2
                if end < len(atoms):
                    sum_ += _SEAM_WEIGHT * seam(atoms[end - 1], atoms[end], rules.language)
                if number and length < rules.length(joined(atoms[cuts[-2] : begin])):
                    sum_ += _TOP_HEAVY
                if end not in found or sum_ < found[end][0]:
                    found[end] = (sum_, [*cuts, end])
        best = found
    return best[len(atoms)][1] if len(atoms) in best else None
