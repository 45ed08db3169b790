"""What of a sound tells song from speech, for every 1/32 second; computed in blocks: memory stays small."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stagekit.audio import SAMPLE_RATE, read_speech, sample_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

HOP = 500
"""Samples from one frame to the next."""
FRAMES_PER_SECOND = SAMPLE_RATE // HOP
_WINDOW = 2048
"""Samples that a frame looks at: 128 ms, so that the harmonics of a voice stand apart."""
_TONE_FRAMES, _CLICK_BINS = 17, 17
"""What lasts half a second is a tone; what spreads over 130 Hz is a click or noise."""
_MARGIN_FRAMES = 2 * FRAMES_PER_SECOND
"""Computed before and after a block and thrown away: more than any filter here reaches."""
_HELD_FRAMES = 4
"""An eighth of a second: a syllable has changed by then, a sung note hasn't."""


@dataclass(frozen=True)
class Frames:
    """One value for each frame; frame n is centred on sample n times `HOP`."""

    loudness: "Floats"
    """Root mean square of the samples, 0 to 1."""
    tones: "Floats"
    """Amplitude of what lasts half a second."""
    sound: "Floats"
    """Amplitude of all; `tones` and `sound` have one unit."""
    held: "Floats"
    """How alike the twelve pitch classes are to those an eighth of a second ago, 0 to 1."""
    still: "Floats"
    """The same, of a second ago: 1 for a hum."""
    peak: "Floats"
    """Share of the strongest pitch class: 1/12 for noise, 1 for one tone."""
    onset: "Floats"
    """How much louder it has become since the frame before."""


def read_frames(path: Path, block_seconds: int, progress: Any = None) -> Frames:
    """Return the frames of a whole wav file, which `check_speech` accepts; `progress` hears shares of it."""
    import numpy as np

    total = -(-sample_count(path) // HOP)
    parts = []
    for part, done in _blocks(path, total, block_seconds * FRAMES_PER_SECOND):
        parts.append(part)
        if progress:
            progress(done / total)
    return Frames(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _blocks(path: Path, total: int, size: int) -> "Iterator[tuple[list[Floats], int]]":
    """Give the frames in blocks of `size`, each with how many are done."""
    for first in range(0, total, size):
        last = min(first + size, total)
        before = max(first - _MARGIN_FRAMES, 0)
        samples = read_speech(path, before * HOP, (last + _MARGIN_FRAMES) * HOP)
        kept = slice(first - before, last - before)
        yield [array[kept] for array in _analyse(samples)], last


def _analyse(samples: "Floats") -> "list[Floats]":
    """Return the fields of `Frames` for some samples."""
    import librosa
    import numpy as np

    form = {"n_fft": _WINDOW, "hop_length": HOP}
    spectrum = np.abs(librosa.stft(samples, **form))
    tones, _ = librosa.decompose.hpss(spectrum, kernel_size=(_TONE_FRAMES, _CLICK_BINS))
    chroma = librosa.feature.chroma_stft(S=spectrum**2, sr=SAMPLE_RATE, norm=2, tuning=0.0, **form)
    level = np.log1p(100 * spectrum)
    rise = np.maximum(np.diff(level, axis=1, prepend=level[:, :1]), 0)
    return [
        librosa.feature.rms(S=spectrum, frame_length=_WINDOW)[0],
        tones.sum(axis=0),
        spectrum.sum(axis=0),
        _likeness(chroma, _HELD_FRAMES),
        _likeness(chroma, FRAMES_PER_SECOND),
        chroma.max(axis=0) / (chroma.sum(axis=0) + 1e-9),
        rise.mean(axis=0),
    ]


def _likeness(chroma: "Floats", frames: int) -> "Floats":
    """Return how alike each frame's pitch classes, of length 1, are to those `frames` ago; at first 0."""
    import numpy as np

    ago = np.zeros_like(chroma)
    ago[:, frames:] = chroma[:, :-frames]
    return np.asarray((chroma * ago).sum(axis=0))
