"""What stages accept as speech, and as a model."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from stagekit.audio import (
    SAMPLE_RATE,
    apart,
    check_speech,
    read_of_audio,
    read_speech,
    sample_count,
    speech_blocks,
)
from stagekit.documents import Diarization
from stagekit.errors import InvalidInput, Missing
from stagekit.files import write_json
from stagekit.models import local_folder, use_writable_cache


def test_speech_is_read_as_floats(tmp_path: Path) -> None:
    samples = np.linspace(-0.5, 0.5, 100, dtype=np.float32)
    soundfile.write(tmp_path / "a.wav", samples, SAMPLE_RATE, subtype="PCM_16")
    check_speech(tmp_path / "a.wav")
    read = read_speech(tmp_path / "a.wav")
    assert read.dtype == np.float32
    assert read.shape == (100,)
    assert np.abs(read - samples).max() < 1e-4


def numbered(path: Path, samples: int) -> Path:
    """Write a wav in which each sample says its own number."""
    soundfile.write(path, np.arange(samples, dtype=np.int16), SAMPLE_RATE, subtype="PCM_16")
    return path


@pytest.mark.parametrize(
    ("start", "stop", "numbers"),
    [(0, None, range(100)), (0, 10, range(10)), (90, None, range(90, 100)), (40, 140, range(40, 100))],
)
def test_a_part_is_read(start: int, stop: int | None, numbers: range, tmp_path: Path) -> None:
    path = numbered(tmp_path / "a.wav", 100)
    assert sample_count(path) == 100
    assert [round(sample * 32_768) for sample in read_speech(path, start, stop)] == list(numbers)


BLOCKS = {
    "whole blocks": (20, 10, 0, [(0, 10), (10, 20)]),
    "a shorter last one": (23, 10, 0, [(0, 10), (10, 20), (20, 23)]),
    "shorter than a block": (7, 10, 0, [(0, 7)]),
    "overlap, and none that has nothing new": (22, 10, 4, [(0, 10), (6, 16), (12, 22)]),
    "overlap, one new sample": (23, 10, 4, [(0, 10), (6, 16), (12, 22), (18, 23)]),
    "shorter than the overlap": (3, 10, 4, [(0, 3)]),
}


@pytest.mark.parametrize("case", BLOCKS)
def test_blocks(case: str, tmp_path: Path) -> None:
    samples, size, overlap, expected = BLOCKS[case]
    path = numbered(tmp_path / "a.wav", samples)
    found = list(speech_blocks(path, size / SAMPLE_RATE, overlap / SAMPLE_RATE))
    assert [round(start * SAMPLE_RATE) for start, _ in found] == [start for start, _ in expected]
    assert [[round(value * 32_768) for value in block] for _, block in found] == [
        list(range(*edges)) for edges in expected
    ]


@pytest.mark.parametrize("overlap", [1.0, 1.5, -0.1])
def test_blocks_that_overlap_wholly_are_refused(overlap: float, tmp_path: Path) -> None:
    path = numbered(tmp_path / "a.wav", 10)
    with pytest.raises(ValueError, match=f"can't overlap by {overlap} s"):
        next(speech_blocks(path, 1.0, overlap))


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


def test_a_document_of_the_audio_is_read(tmp_path: Path) -> None:
    wav, who = tmp_path / "a.wav", tmp_path / "who.json"
    soundfile.write(wav, np.zeros(32_000), 16_000, subtype="PCM_16")
    for duration, fits in ((2.0, True), (2.09, True), (1.89, False), (3.0, False)):
        write_json(who, Diarization(duration=duration, speakers=[], segments=[]))
        if fits:
            assert read_of_audio(who, Diarization, wav).duration == duration
        else:
            with pytest.raises(InvalidInput, match=rf"is of {duration} s of audio, but .*a\.wav has 2\.0 s"):
                read_of_audio(who, Diarization, wav)


APART = {
    "as they are": ([(1, 2), (3, 4)], [(1, 2), (3, 4)]),
    "out of order": ([(3, 4), (1, 2)], [(1, 2), (3, 4)]),
    "touching are one": ([(1, 2), (2, 4)], [(1, 4)]),
    "one in another": ([(1, 5), (2, 3), (4, 6)], [(1, 6)]),
    "without length": ([(1, 1), (2, 3)], [(2, 3)]),
    "nothing": ([], []),
}


@pytest.mark.parametrize("case", APART)
def test_stretches_are_apart(case: str) -> None:
    given, expected = APART[case]
    assert apart(given) == expected
