"""A long audio is transcribed in blocks, and the result is that of the whole."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import soundfile
from asr_transcripts import spans, words_of

Transcribe = Callable[..., dict[str, Any]]

TIMES = 13
Words = list[tuple[str, float, float]]


@pytest.fixture(scope="module")
def long(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return three and a half minutes of the voices, and where they speak."""
    folder = tmp_path_factory.mktemp("long")
    samples, rate = soundfile.read(test_data / "audio" / "voices.wav", dtype="int16")
    soundfile.write(folder / "long.wav", np.tile(samples, TIMES), rate)
    said = json.loads((test_data / "audio" / "times.json").read_text())["voices.wav"]
    segments = [
        {side: seconds + number * len(samples) / rate for side, seconds in span.items()}
        for number in range(TIMES)
        for span in spans(said)
    ]
    speech = {"duration": TIMES * len(samples) / rate, "segments": segments}
    (folder / "speech.json").write_text(json.dumps(speech))
    return folder / "long.wav", folder / "speech.json"


def timed(transcript: dict[str, Any]) -> Words:
    return [(word["text"], word["start"], word["end"]) for word in words_of(transcript)]


def same(found: Words, expected: Words) -> bool:
    """Say whether the same words were said at the same times."""
    return [word for word, *_ in found] == [word for word, *_ in expected] and bool(
        np.allclose([times for _, *times in found], [times for _, *times in expected], atol=0.1)
    )


def cut_every(seconds: float, chunks: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Cut as an implementation would that makes blocks of equal length, whatever is said at their edges."""
    cuts = []
    for start, end in chunks:
        edges = [seconds * number for number in range(round(end / seconds) + 1)]
        inside = [edge for edge in edges if start < edge < end]
        cuts += list(pairwise([start, *inside, end]))
    return cuts


@pytest.mark.parametrize(
    ("chunks", "expected"), [([(1, 9)], [(1, 9)]), ([(1, 20), (21, 59)], [(1, 20), (21, 40), (40, 59)])]
)
def test_wrong_cuts_are_made(chunks: Any, expected: Any) -> None:
    assert cut_every(20, chunks) == expected


def test_blocks_make_no_difference(
    quick: Transcribe, stage: ModuleType, long: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In blocks of 40 s the words and their times are those of the whole file at once.

    Not so where times aren't shifted back, where a block is lost, and where words are cut at a block's edge.
    """
    wav, speech = long
    arguments = ("--speech", speech, "--words", "attention", "--block-minutes")
    whole = timed(quick(wav, *arguments, 60))
    assert len(whole) > 20 * TIMES
    starts: list[float] = []
    blocks = stage.speech_chunks.blocks

    def seen(chunks: list[tuple[float, float]], size: float) -> list[Any]:
        found: list[Any] = blocks(chunks, size)
        starts.extend(block.start for block in found)
        return found

    monkeypatch.setattr(stage.speech_chunks, "blocks", seen)
    found = timed(quick(wav, *arguments, 40 / 60))
    assert len(starts) > 4
    assert same(found, whole)

    def begin(time: float) -> float:
        return max(start for start in starts if start <= time + 0.001)

    unshifted = [(word, start - begin(start), end - begin(start)) for word, start, end in found]
    assert not same(unshifted, whole)
    assert not same([word for word in found if begin(word[1]) != starts[1]], whole)
    monkeypatch.setattr(
        stage.speech_chunks, "blocks", lambda chunks, size: blocks(cut_every(40, chunks), size)
    )
    cut = quick(wav, "--speech", speech, "--words", "none", "--block-minutes", 40 / 60)
    text = " ".join(segment["text"] for segment in cut["segments"])
    assert text.split() != [word for word, *_ in whole]
