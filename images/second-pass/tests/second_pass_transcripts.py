"""A transcript, and what must hold for its translation."""

from collections.abc import Sequence
from typing import Any


def transcript(texts: Sequence[str], language: str = "en") -> dict[str, Any]:
    """Return a transcript with odd times, speakers, words, and a change on the first segment."""
    segments: list[dict[str, Any]] = []
    for number, text in enumerate(texts):
        start = number * 3 + 1 / 3
        words = [{"text": word, "start": start, "end": start + 0.1} for word in text.split()]
        segments.append(
            {
                "start": start,
                "end": start + 2.0001,
                "text": text,
                "speaker": f"SPEAKER_{number % 2:02d}",
                "words": words,
            }
        )
    if segments:
        segments[0]["changes"] = [{"by": "somebody", "before": "a", "after": "b", "reason": "earlier"}]
    return {
        "language": language,
        "spoken": "hi",
        "duration": 99.5,
        "words": "aligned",
        "segments": segments,
    }


def holds(found: dict[str, Any], given: dict[str, Any], expected: Sequence[str], target: str) -> bool:
    """Say whether `found` is `given` with the texts `expected`, and nothing else changed but what must be."""
    if (found["language"], found["spoken"], found["duration"]) != (
        target,
        given["spoken"],
        given["duration"],
    ):
        return False
    if len(found["segments"]) != len(given["segments"]):
        return False
    for new, old, text in zip(found["segments"], given["segments"], expected, strict=True):
        kept = all(new[name] == old[name] for name in ("start", "end", "speaker"))
        changes = len(old.get("changes", []))
        if not (kept and new["text"] == text and len(new["changes"]) >= changes):
            return False
        mine = [(change["by"], change["before"], change["after"]) for change in new["changes"][changes:]]
        if text == old["text"]:
            if mine or len(new["words"]) != len(old["words"]):
                return False
        elif mine != [("second-pass", old["text"], text)] or new["words"]:
            return False
    return True
