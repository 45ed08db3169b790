"""What stages accept as speech, and as a model."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from stagekit.audio import SAMPLE_RATE, check_speech, read_speech
from stagekit.errors import InvalidInput, Missing
from stagekit.models import local_folder, use_writable_cache


def test_speech_is_read_as_floats(tmp_path: Path) -> None:
    samples = np.linspace(-0.5, 0.5, 100, dtype=np.float32)
    soundfile.write(tmp_path / "a.wav", samples, SAMPLE_RATE, subtype="PCM_16")
    check_speech(tmp_path / "a.wav")
    read = read_speech(tmp_path / "a.wav")
    assert read.dtype == np.float32
    assert read.shape == (100,)
    assert np.abs(read - samples).max() < 1e-4


@pytest.mark.parametrize(
    ("shape", "rate", "reason"),
    [
        ((100,), 44_100, "44100 Hz with 1 channel"),
        ((100, 2), SAMPLE_RATE, "16000 Hz with 2 channel"),
        ((0,), SAMPLE_RATE, "has no samples"),
        (None, SAMPLE_RATE, "isn't a wav file"),
    ],
)
def test_other_audio_is_refused(
    shape: tuple[int, ...] | None, rate: int, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    if shape is None:
        path.write_text("text")
    else:
        soundfile.write(path, np.zeros(shape), rate)
    with pytest.raises(InvalidInput, match=reason):
        check_speech(path)


def test_model_names_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    Path("mine/config.yaml").touch()
    assert local_folder("large-v3", ["config.yaml"]) is None
    assert local_folder("pyannote/speaker-diarization-3.1", ["config.yaml"]) is None
    assert local_folder("mine", ["config.yaml"]) == Path("mine")
    with pytest.raises(Missing, match=r"mine lacks model\.bin"):
        local_folder("mine", ["config.yaml", "model.bin"])
    with pytest.raises(Missing, match="doesn't exist"):
        local_folder("./typo", [])
    for empty in ("", " "):
        with pytest.raises(InvalidInput, match="the model is empty"):
            local_folder(empty, ["config.yaml"])


def test_a_cache_that_cannot_be_written_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("A_CACHE", str(tmp_path / "new"))
    use_writable_cache("A_CACHE")
    assert os.environ["A_CACHE"] == str(tmp_path / "new")
    monkeypatch.setenv("A_CACHE", "/proc/cache")
    use_writable_cache("A_CACHE")
    assert Path(os.environ["A_CACHE"]).is_dir()
    assert os.environ["A_CACHE"] != "/proc/cache"
