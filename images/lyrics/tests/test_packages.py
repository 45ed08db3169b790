"""Every package that lyrics asks for is called, not only imported."""

from pathlib import Path

import numpy as np
import soundfile


def _librosa(audio: Path) -> None:
    """Of a sung passage more is tone than of speech."""
    import librosa

    shares = []
    for name in ("song.wav", "voices.wav"):
        samples = soundfile.read(audio / name, dtype="float32")[0]
        spectrum = np.abs(librosa.stft(samples))
        tones, _ = librosa.decompose.hpss(spectrum)
        shares.append(tones.sum() / spectrum.sum())
    assert shares[0] > shares[1] + 0.2


CALLS = {"librosa": _librosa}


def test_package_works(requested: str, test_data: Path) -> None:
    CALLS[requested](test_data / "audio")
