"""The one form of audio that stages exchange: 16 kHz mono wav, as demux writes it."""

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


def read_speech(path: Path) -> "NDArray[np.float32]":
    """Return the samples of a file that `check_speech` accepts, shape (samples,), within -1 to 1."""
    import soundfile

    samples: NDArray[np.float32] = soundfile.read(str(path), dtype="float32")[0]
    return samples
