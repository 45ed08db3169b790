"""Segments of the stage's output, and whether they are where somebody speaks."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

Segments = list[list[float]]

TOLERANCE_SECONDS = 0.2


def speech(path: Path, wav: Path) -> Segments:
    """Return [start, end] of each segment in the stage's output, which are in order and inside the audio."""
    found = json.loads(path.read_text())
    assert found["duration"] == soundfile.info(wav).frames / 16_000
    segments = [[segment["start"], segment["end"]] for segment in found["segments"]]
    edges = [0.0, *(edge for segment in segments for edge in segment), found["duration"]]
    assert edges == sorted(edges), "in order, without overlap, inside the audio"
    return segments


def matches(found: Segments, spoken: Segments) -> bool:
    """Say whether speech is found where it was spoken, each edge within the tolerance."""
    return len(found) == len(spoken) and bool(
        np.abs(np.subtract(found, spoken)).max(initial=0) <= TOLERANCE_SECONDS
    )


def times(sentences: list[dict[str, Any]]) -> Segments:
    return [[sentence["start"], sentence["end"]] for sentence in sentences]
