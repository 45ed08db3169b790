"""Every package that silero-vad asks for is called, not only imported."""

from pathlib import Path

import pytest


def _silero_vad(data: Path) -> None:
    """Both forms of its model hear the first sentence where it is spoken."""
    import soundfile
    import torch
    from silero_vad import get_speech_timestamps, load_silero_vad

    samples = torch.from_numpy(soundfile.read(data / "audio" / "speech.wav", dtype="float32")[0])
    for onnx in (False, True):
        first = get_speech_timestamps(samples, load_silero_vad(onnx=onnx))[0]
        assert first["start"] / 16_000 == pytest.approx(1.0, abs=0.3)


CALLS = {"silero-vad": _silero_vad}


def test_package_works(requested: str, test_data: Path) -> None:
    CALLS[requested](test_data)
