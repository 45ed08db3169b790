"""The one form of audio that stages exchange: 16 kHz mono wav, as demux writes it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from stagekit.documents import Diarization, Speech, read_document
from stagekit.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples a second."""
SAME_SECONDS = 0.1
"""Two durations of one audio don't differ by more."""

OfAudio = TypeVar("OfAudio", Speech, Diarization)


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


def read_of_audio(path: Path, kind: type[OfAudio], audio: Path) -> OfAudio:
    """Return the JSON file `path` as `kind`, made of the wav file `audio`, which `check_speech` accepts.

    Raises:
        InvalidInput: as `read_document`, or it is of another audio, by its duration.

    """
    document = read_document(path, kind)
    duration = sample_count(audio) / SAMPLE_RATE
    if abs(document.duration - duration) > SAME_SECONDS:
        raise InvalidInput(
            f"{path} is of {document.duration} s of audio, but {audio} has {duration} s; "
            "make it of this audio first"
        )
    return document


def apart(stretches: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return `stretches` (start, end) in order; those that touch are one, those without length are none."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
