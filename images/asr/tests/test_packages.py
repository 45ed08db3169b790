"""Every package that asr asks for is called, not only imported."""

from pathlib import Path

import numpy as np
import pytest


def _ctranslate2(folder: Path) -> None:
    import ctranslate2

    model = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="int8")
    encoded = model.encode(ctranslate2.StorageView.from_array(np.zeros((1, 80, 3000), dtype=np.float32)))
    assert list(encoded.shape) == [1, 1500, 384]
    assert not model.is_multilingual


def _faster_whisper(folder: Path) -> None:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8")
    segments, _ = model.transcribe(str(folder.parents[1] / "audio" / "speech.wav"), language="en")
    assert "Mumbai" in " ".join(segment.text for segment in segments)


def _whisperx(folder: Path) -> None:
    """WhisperX finds the speech with the pyannote model it carries."""
    import torch
    import whisperx
    from whisperx.vads import Pyannote

    audio = whisperx.load_audio(str(folder.parents[1] / "audio" / "speech.wav"))
    finder = Pyannote(torch.device("cpu"), vad_onset=0.5, vad_offset=0.363)
    found = finder.merge_chunks(
        finder({"waveform": torch.from_numpy(audio)[None], "sample_rate": 16_000}), 30
    )
    assert found[0]["start"] == pytest.approx(1.0, abs=0.3)


CALLS = {"ctranslate2": _ctranslate2, "faster-whisper": _faster_whisper, "whisperx": _whisperx}


def test_package_works(
    requested: str, test_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "TORCH_HOME", str(tmp_path)
    )  # WhisperX makes this folder, and /models is read-only here
    CALLS[requested](test_data / "models" / "whisper-tiny.en")
