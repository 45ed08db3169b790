"""What the tests read from transcripts, and from what is said in the test data."""

from pathlib import Path
from typing import Any

import soundfile


def words_of(transcript: dict[str, Any]) -> list[dict[str, Any]]:
    return [word for segment in transcript["segments"] for word in segment["words"]]


def assert_in_order(transcript: dict[str, Any]) -> None:
    """Segments follow each other inside the audio, words follow each other inside their segment."""
    segments = transcript["segments"]
    edges = [edge for segment in segments for edge in (segment["start"], segment["end"])]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= transcript["duration"]
    for segment in segments:
        starts = [word["start"] for word in segment["words"] if word["start"] is not None]
        assert starts == sorted(starts)
        assert all(
            segment["start"] <= word["start"] <= word["end"] <= segment["end"] for word in segment["words"]
        )


def seconds(wav: Path) -> float:
    return float(soundfile.info(wav).frames / 16_000)


def spoken(passages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [passage for passage in passages if passage["kind"] == "speech"]


def spans(passages: list[dict[str, Any]]) -> list[dict[str, float]]:
    """Return where somebody speaks, as a finder of speech gives it."""
    return [{"start": passage["start"] - 0.05, "end": passage["end"] + 0.05} for passage in passages]
