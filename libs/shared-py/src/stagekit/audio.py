"""The one form of audio that stages exchange: 16 kHz mono wav, as demux writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from stagekit.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples a second."""


def check_speech(path: Path) -> None:
    """Look at the header of `path`.

    Raises:
        InvalidInput: no audio, not 16 kHz mono, or without a sample.

    """
    import soundfile

    try:
        info = soundfile.info(str(path))
    except soundfile.LibsndfileError as error:
        raise InvalidInput(f"{path} isn't a wav file: {error.error_string}; make one with demux") from error
    if (info.samplerate, info.channels) != (SAMPLE_RATE, 1):
        form = f"{info.samplerate} Hz with {info.channels} channel(s)"
        raise InvalidInput(f"{path} has {form}, not {SAMPLE_RATE} Hz mono; make one with demux")
    if info.frames == 0:
        raise InvalidInput(f"{path} has no samples")


def sample_count(path: Path) -> int:
    """Return how many samples a file that `check_speech` accepts has."""
    import soundfile

    return int(soundfile.info(str(path)).frames)


def read_speech(path: Path, start: int = 0, stop: int | None = None) -> "NDArray[np.float32]":
    """Return the samples of a file that `check_speech` accepts, shape (samples,), within -1 to 1.

    Of all, those from number `start` on, and before number `stop`; fewer where the file ends earlier.
    """
    import soundfile

    samples: NDArray[np.float32] = soundfile.read(str(path), dtype="float32", start=start, stop=stop)[0]
    return samples


def speech_blocks(
    path: Path, seconds: float, overlap: float = 0.0
) -> "Iterator[tuple[float, NDArray[np.float32]]]":
    """Give the audio in blocks of `seconds`, each with the time in seconds of its first sample.

    A block repeats the last `overlap` seconds of the one before; the last block may be shorter. Memory holds
    one block: a film of three hours is 690 MB as floats.

    Raises:
        ValueError: `overlap` isn't shorter than a block, or is negative.

    """
    size, repeated = round(seconds * SAMPLE_RATE), round(overlap * SAMPLE_RATE)
    if not 0 <= repeated < size:
        raise ValueError(f"blocks of {seconds} s can't overlap by {overlap} s")
    for start in range(0, max(sample_count(path) - repeated, 1), size - repeated):
        yield start / SAMPLE_RATE, read_speech(path, start, start + size)
