"""Every package that base-cpu asks for is called, not only imported."""

import io
import tempfile
from pathlib import Path

import pytest


def _numpy() -> None:
    import numpy as np

    assert np.allclose(np.linalg.inv(np.diag([2.0, 4.0])), np.diag([0.5, 0.25]))


def _scipy() -> None:
    """A low pass takes the high tone away and leaves the low one."""
    import numpy as np
    from scipy.signal import butter, sosfiltfilt

    t = np.arange(16_000) / 16_000
    low, high = np.sin(2 * np.pi * 50 * t), np.sin(2 * np.pi * 5000 * t)
    filtered = sosfiltfilt(butter(4, 500, fs=16_000, output="sos"), low + high)
    assert np.abs(filtered - low)[1000:-1000].max() < 0.01


def _soundfile() -> None:
    import numpy as np
    import soundfile

    wave = (np.arange(16_000) % 100 / 200).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.wav", "a.flac", "a.ogg"):
            soundfile.write(Path(folder) / name, wave, 16_000)
            read, rate = soundfile.read(Path(folder) / name, dtype="float32")
            assert (rate, read.shape) == (16_000, wave.shape)
        assert np.abs(soundfile.read(Path(folder) / "a.flac")[0] - wave).max() < 1e-4


def _dotenv() -> None:
    from dotenv import dotenv_values

    assert dotenv_values(stream=io.StringIO("A=1\nB=${A}2")) == {"A": "1", "B": "12"}


def _tqdm() -> None:
    from tqdm import tqdm

    shown = io.StringIO()
    assert sum(tqdm(range(4), file=shown)) == 6
    assert "4/4" in shown.getvalue()


def _rich() -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("name")
    table.add_row("Alice")
    shown = io.StringIO()
    Console(file=shown).print(table)
    assert "Alice" in shown.getvalue()


def _pysubs2() -> None:
    from pysubs2 import SSAEvent, SSAFile, make_time

    subtitles = SSAFile()
    subtitles.append(SSAEvent(start=make_time(s=1), end=make_time(s=2), text="Alice"))
    assert "00:00:01,000 --> 00:00:02,000\nAlice" in subtitles.to_string("srt")


def _pydantic() -> None:
    from pydantic import BaseModel, ValidationError

    class Number(BaseModel):
        n: int

    assert Number.model_validate_json('{"n": "3"}').n == 3
    with pytest.raises(ValidationError):
        Number.model_validate({"n": "x"})


def _pydantic_settings() -> None:
    from pydantic_settings import BaseSettings

    class Place(BaseSettings):
        hf_home: str

    assert Place().hf_home == "/models/huggingface"


CALLS = {
    "numpy": _numpy,
    "scipy": _scipy,
    "soundfile": _soundfile,
    "python-dotenv": _dotenv,
    "tqdm": _tqdm,
    "rich": _rich,
    "pysubs2": _pysubs2,
    "pydantic": _pydantic,
    "pydantic-settings": _pydantic_settings,
}


def test_package_works(requested: str) -> None:
    CALLS[requested]()
