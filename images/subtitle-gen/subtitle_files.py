"""SRT and WebVTT from cues, by pysubs2, so that players show the text as it is and nothing more."""

import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from stagekit.documents import Cue
from stagekit.errors import WorkFailed

_BREAK = "\u2060"
"""WORD JOINER: is not seen, and parts what a player would take for mark-up. SRT has no escapes."""

_EMBED, _POP = "\u202b", "\u202c"
"""RIGHT-TO-LEFT EMBEDDING and its end."""

Escape = Callable[[str], str]


def write_srt(cues: Sequence[Cue], path: Path) -> None:
    """Write `cues` as SRT, UTF-8, and read them back with another program's reader (pysrt).

    Raises:
        WorkFailed: pysrt doesn't read the same times, or not as many cues.

    """
    import pysrt

    _write(cues, path, "srt", srt_text)
    read = [(item.start.ordinal, item.end.ordinal) for item in pysrt.open(str(path), encoding="utf-8")]
    if read != [_milliseconds(cue) for cue in cues]:
        raise WorkFailed(f"pysrt reads other times than were written ({len(read)} of {len(cues)} cues)")


def write_vtt(cues: Sequence[Cue], path: Path) -> None:
    """Write `cues` as WebVTT, UTF-8."""
    _write(cues, path, "vtt", vtt_text)


def srt_text(line: str) -> str:
    r"""Return `line` so that players of SRT show it literally.

    `<` and `\` are followed by a word joiner, which makes tags and `\N` of them into text; `-->` is parted by
    one. Braces become the like-looking U+2774 and U+2775: libass hides all that stands in braces.
    """
    return _plain(line).replace("<", "<" + _BREAK).replace("-->", f"--{_BREAK}>")


def vtt_text(line: str) -> str:
    """Return `line` with WebVTT's own escapes (WebVTT, 4.2.2: `&amp;`, `&lt;`, `&gt;`)."""
    return _plain(line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def directed(line: str) -> str:
    """Return `line` such that it reads from right to left where its script does.

    Players that take every paragraph as left-to-right (libass, so mpv and burned-in text) put the full stop
    of a Hebrew sentence at its right end, and reorder a sentence with a Latin name in it. An embedding
    (UAX #9) makes the line right-to-left whatever the paragraph is; isolates would do it too, but older
    players don't know them. Lines of right-to-left letters alone, and all others, need nothing.
    """
    kinds = [unicodedata.bidirectional(character) for character in line]
    strong = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    alone = all(kind in ("R", "AL", "NSM", "WS", "BN") for kind in kinds)
    return line if strong == "L" or alone else f"{_EMBED}{line}{_POP}"


def _plain(line: str) -> str:
    return line.replace("\\", "\\" + _BREAK).replace("{", "\u2774").replace("}", "\u2775")


def _milliseconds(cue: Cue) -> tuple[int, int]:
    return round(cue.start * 1000), round(cue.end * 1000)


def _write(cues: Sequence[Cue], path: Path, form: str, escape: Escape) -> None:
    import pysubs2

    events: list[Any] = []
    for cue in cues:
        start, end = _milliseconds(cue)
        text = "\\N".join(directed(escape(line)) for line in cue.lines)
        events.append(pysubs2.SSAEvent(start, end, f"{{\\i1}}{text}{{\\i0}}" if cue.song else text))
    file = pysubs2.SSAFile()
    file.events = events
    path.write_text(file.to_string(form), encoding="utf-8")
