"""Chunks and blocks: what Whisper hears at once, and what is in memory at once."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import soundfile

Chunks = list[tuple[float, float]]
RATE = 16_000


@pytest.fixture(scope="module")
def speech_chunks() -> Iterator[ModuleType]:
    """Return the module that the stage makes its chunks with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend("/app")
        import speech_chunks
        import torch

        torch.set_num_threads(1)  # more wait for each other where the cores have other work: 20 times slower
        yield speech_chunks


BLOCKS: dict[str, tuple[Chunks, float, list[Chunks]]] = {
    "all in one": ([(0, 30), (30, 55)], 60, [[(0, 30), (30, 55)]]),
    "none longer than that": ([(0, 30), (30, 55), (58, 61)], 60, [[(0, 30), (30, 55)], [(58, 61)]]),
    "from the first chunk on, not from 0": ([(50, 70), (80, 105)], 60, [[(50, 70), (80, 105)]]),
    "silence between them counts": ([(0, 10), (70, 80)], 60, [[(0, 10)], [(70, 80)]]),
    "one chunk is never cut": ([(0, 30), (31, 50)], 5, [[(0, 30)], [(31, 50)]]),
    "nothing": ([], 60, []),
}


@pytest.mark.parametrize("case", BLOCKS)
def test_blocks(case: str, speech_chunks: ModuleType) -> None:
    chunks, seconds, expected = BLOCKS[case]
    found = speech_chunks.blocks(chunks, seconds)
    assert [list(block.chunks) for block in found] == expected
    assert [block.start for block in found] == [block[0][0] for block in expected]


def test_a_chunk_has_the_same_samples_in_any_block(speech_chunks: ModuleType) -> None:
    """As WhisperX takes them, rounding down: of plain differences of seconds every other is one too early."""
    chunks = [(number + number / 1000, number + 0.5 + number / 1000) for number in range(1, 100)]
    for first in (0, 3, 17):
        (block,) = speech_chunks.blocks(chunks[first:], 1000)
        for inside, chunk in zip(block.inside(), block.chunks, strict=True):
            for side in (0, 1):
                sample = round(block.start * RATE) + int(inside[side] * RATE)
                assert sample == round(chunk[side] * RATE)


def numbered(path: Path, seconds: float) -> Path:
    """Write a wav in which each hundredth of a second has its own number as its samples."""
    numbers = np.arange(round(seconds * 100), dtype=np.int16).repeat(RATE // 100)
    soundfile.write(path, numbers, RATE, subtype="PCM_16")
    return path


def hundredths(samples: Any) -> list[int]:
    """Return which hundredths of a second the samples are from."""
    return [round(float(sample) * 32_768) for sample in samples[:: RATE // 100]]


def test_a_block_s_audio(speech_chunks: ModuleType, tmp_path: Path) -> None:
    (block,) = speech_chunks.blocks([(0.5, 1.0), (1.5, 2.0)], 60)
    assert hundredths(block.audio(numbered(tmp_path / "a.wav", 3))) == list(range(50, 200))


def test_first_speech_is_speech_only(speech_chunks: ModuleType, tmp_path: Path) -> None:
    """The first 30 s of the film, as WhisperX takes them, may be music: 29 s of speech follow 40 s of it."""
    path = numbered(tmp_path / "a.wav", 120)
    heard = hundredths(speech_chunks.first_speech(path, [(40, 50), (60, 79), (90, 110)]))
    assert heard == [*range(4000, 5000), *range(6000, 7900), *range(9000, 9100)]
    assert hundredths(speech_chunks.first_speech(path, [(1, 2)])) == list(range(100, 200))


def noise(path: Path, seconds: float, *quiet: tuple[float, float]) -> Path:
    """Write noise that is quiet at some times, and most quiet in their middle."""
    samples = np.random.default_rng(0).normal(0, 0.1, round(seconds * RATE))
    for start, end in quiet:
        samples[round(start * RATE) : round(end * RATE)] *= 0.1
        samples[round((start + end) / 2 * RATE) - RATE // 20 :][: RATE // 10] *= 0.1
    soundfile.write(path, samples, RATE, subtype="PCM_16")
    return path


GIVEN: dict[str, tuple[Chunks, Chunks]] = {
    "neighbours are merged up to 30 s": ([(1, 9), (10, 20), (21, 30), (32, 40)], [(1, 30), (32, 40)]),
    "up to 30 s from the first one's start": ([(1, 11), (12, 31), (32, 40)], [(1, 31), (32, 40)]),
    "one": ([(3.1234, 5)], [(3.123, 5)]),
    "too long: cut where it is quiet": ([(0, 50)], [(0, 22.15), (22.15, 50)]),
    "cut in the second half only": ([(12, 50)], [(12, 40.15), (40.15, 50)]),
    "cut twice": ([(0, 75)], [(0, 22.15), (22.15, 40.15), (40.15, 70.1), (70.1, 75)]),
    "inside the audio": ([(70, 76)], [(70, 75)]),
    "without length": ([(3, 3)], []),
    "nothing": ([], []),
}


@pytest.mark.parametrize("case", GIVEN)
def test_chunks_of_given_speech(case: str, speech_chunks: ModuleType, tmp_path: Path) -> None:
    """Cutting at 30 s, or not at all, would be wrong."""
    from stagekit.documents import Span

    spans, expected = GIVEN[case]
    path = noise(tmp_path / "a.wav", 75, (5, 5.3), (22, 22.3), (40, 40.3), (70, 70.2))
    found = speech_chunks.given(path, [Span(start=start, end=end) for start, end in spans])
    assert len(found) == len(expected)
    assert found == [pytest.approx(chunk, abs=0.06) for chunk in expected]


def test_found_speech_is_whisperx_s_own(speech_chunks: ModuleType, test_data: Path, tmp_path: Path) -> None:
    """What is found with 20 s of audio in memory is what WhisperX finds in the whole file."""
    import torch
    from whisperx.vads import Pyannote

    samples, rate = soundfile.read(test_data / "audio" / "film.wav", dtype="float32")
    audio = np.tile(samples, 2)
    path = tmp_path / "long.wav"
    soundfile.write(path, audio, rate, subtype="PCM_16")
    finder = Pyannote(torch.device("cpu"), vad_onset=0.5, vad_offset=0.363)
    whole = finder({"waveform": torch.from_numpy(audio)[None], "sample_rate": rate})
    expected = Pyannote.merge_chunks(whole, 30, onset=0.5, offset=0.363)
    assert len(expected) == 3
    shares: list[float] = []
    found = speech_chunks.found(path, "cpu", shares.append)
    assert found == [pytest.approx((chunk["start"], chunk["end"]), abs=0.02) for chunk in expected]
    assert len(shares) > 3
    assert shares == sorted(shares)
    assert shares[-1] == 1
