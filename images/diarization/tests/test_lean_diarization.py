"""The diarization with a part of the audio in memory is pyannote's own; speech is where it listens."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import soundfile

Turns = list[tuple[float, float, str]]


@pytest.fixture(scope="module")
def lean() -> Iterator[ModuleType]:
    """Return the module that the stage diarizes with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend("/app")
        import lean_diarization
        import torch

        torch.set_num_threads(1)  # more wait for each other where the cores have other work: 20 times slower
        yield lean_diarization


@pytest.fixture
def pipeline(test_data: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return pyannote's pipeline of the test data as it is loaded."""
    from pyannote.audio import Pipeline

    monkeypatch.chdir(test_data / "models" / "diarization")
    return Pipeline.from_pretrained("config.yaml")


@pytest.fixture(scope="module")
def long(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return four sentences, twice, in half a minute: batches of 8 s end in them, the last one is short."""
    path = tmp_path_factory.mktemp("long") / "long.wav"
    samples, rate = soundfile.read(test_data / "audio" / "voices.wav", dtype="int16")
    soundfile.write(path, np.tile(samples, 2)[:-700], rate)
    return path


def turns_of(found: Any) -> Turns:
    return sorted((turn.start, turn.end, label) for turn, _, label in found.itertracks(yield_label=True))


def same(found: Turns, expected: Turns) -> bool:
    """Say whether these are the same turns of the same speakers, to a frame of 17 ms."""
    return [label for *_, label in found] == [label for *_, label in expected] and np.allclose(
        [times for *times, _ in found], [times for *times, _ in expected], atol=0.02
    )


class Spy:
    """pyannote's embedding, and how many voices in windows it was asked for in each call."""

    def __init__(self, embedding: Any) -> None:
        self._embedding = embedding
        self.masks: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedding, name)

    def __call__(self, waveforms: Any, masks: Any) -> Any:
        self.masks.extend(masks)
        return self._embedding(waveforms, masks=masks)


def test_turns_are_pyannote_s_own(
    lean: ModuleType, pipeline: Any, long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the whole file in memory, and read in batches: the same, and silent voices aren't computed."""
    import torch

    samples, rate = soundfile.read(long, dtype="float32")
    pipeline._embedding = everything = Spy(pipeline._embedding)
    whole = {"waveform": torch.from_numpy(samples)[None], "sample_rate": rate}
    expected = turns_of(pipeline(whole, min_speakers=2, max_speakers=2))
    assert len({label for *_, label in expected}) == 2
    read: list[float] = []
    blocks = lean.speech_blocks

    def seen(*arguments: Any) -> Iterator[tuple[float, Any]]:
        for start, audio in blocks(*arguments):
            read.append(len(audio) / rate)
            yield start, audio

    monkeypatch.setattr(lean, "speech_blocks", seen)
    pipeline._embedding = heard = Spy(everything._embedding)
    found = sorted(lean.diarize(pipeline, long, None, 10_000, min_speakers=2, max_speakers=2, hook=Steps()))
    assert same(found, expected)
    assert len(read) > 3
    assert max(read) < 10
    assert len(heard.masks) == sum(bool(mask.sum() > 0) for mask in everything.masks)
    assert len(heard.masks) < len(everything.masks) * 0.7


class Steps:
    """A hook, and the shares it was told of each step."""

    def __init__(self) -> None:
        self.shares: dict[str, list[float]] = {}

    def __call__(self, step: str, *_: Any, total: int = 0, completed: int = 0, **__: Any) -> None:
        if total:
            self.shares.setdefault(step, []).append(completed / total)


WRONG: dict[str, Callable[[Turns], Turns]] = {
    "empty": lambda turns: [],
    "shifted by a window's step": lambda turns: [(start + 0.5, end + 0.5, who) for start, end, who in turns],
    "one speaker for all": lambda turns: [(start, end, "A") for start, end, _ in turns],
    "a batch lost": lambda turns: turns[:-1],
}


@pytest.mark.parametrize("mistake", WRONG)
def test_other_turns_would_be_seen(mistake: str) -> None:
    turns = [(1.0, 4.0, "A"), (5.0, 8.0, "B"), (9.0, 12.0, "A")]
    assert same(turns, turns)
    assert not same(WRONG[mistake](turns), turns)


def test_windows_without_speech_are_not_computed(
    lean: ModuleType, pipeline: Any, long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Speech from 9 to 12 s: windows of 5 s each 0.5 s hear it from 4.5 s on; nothing else is found."""
    count = 0
    infer = pipeline._segmentation.infer

    def seen(windows: Any) -> Any:
        nonlocal count
        count += len(windows)
        return infer(windows)

    monkeypatch.setattr(pipeline._segmentation, "infer", seen)
    pipeline._embedding = heard = Spy(pipeline._embedding)
    steps = Steps()
    found = lean.diarize(pipeline, long, [(9.0, 12.0)], 10_000, max_speakers=2, hook=steps)
    assert min(start for start, *_ in found) >= 9
    assert max(end for _, end, _ in found) <= 12
    assert sum(end - start for start, end, _ in found) == pytest.approx(2.8, abs=0.3)
    assert count == 15
    assert 0 < len(heard.masks) <= 2 * count
    assert steps.shares["segmentation"][-1] == 1
    assert steps.shares["segmentation"] == sorted(steps.shares["segmentation"])


def test_few_embeddings_make_the_speakers(
    lean: ModuleType, pipeline: Any, long: Path, said: dict[str, list[dict[str, Any]]]
) -> None:
    """With a part of them clustered each sentence still gets its voice's speaker; the same part each time."""
    clustered: list[Any] = []
    cluster = pipeline.clustering.cluster

    def seen(embeddings: Any, *arguments: Any, **options: Any) -> Any:
        clustered.append(embeddings.copy())
        return cluster(embeddings, *arguments, **options)

    pipeline.clustering.cluster = seen
    limits = {"min_speakers": 2, "max_speakers": 2, "hook": Steps()}
    embedding, found = pipeline._embedding, []
    for _ in range(2):
        pipeline._embedding = embedding
        found.append(lean.diarize(pipeline, long, None, 30, **limits))
    assert [len(embeddings) for embeddings in clustered] == [30, 30]
    assert np.array_equal(*clustered)
    assert found[0] == found[1]

    def most(sentence: dict[str, Any], turns: Turns) -> str:
        parts = lean.within(turns, [(sentence["start"], sentence["end"])])
        return str(max((end - start, label) for start, end, label in parts)[1])

    one, other, *rest = [most(sentence, found[0]) for sentence in said["voices.wav"]]
    assert one != other
    assert rest == [one, other]


WITHIN: dict[str, tuple[Turns, list[tuple[float, float]], Turns]] = {
    "inside": ([(1, 2, "A")], [(0, 3)], [(1, 2, "A")]),
    "cut at both ends": ([(1, 5, "A")], [(2, 4)], [(2, 4, "A")]),
    "cut in two": ([(1, 6, "A")], [(0, 2), (5, 9)], [(1, 2, "A"), (5, 6, "A")]),
    "outside": ([(1, 2, "A"), (6, 7, "B")], [(2, 3), (5, 6)], []),
    "two at once": ([(1, 3, "A"), (2, 4, "B")], [(2.5, 3.5)], [(2.5, 3, "A"), (2.5, 3.5, "B")]),
    "no speech": ([(1, 2, "A")], [], []),
}


@pytest.mark.parametrize("case", WITHIN)
def test_turns_within_speech(case: str, lean: ModuleType) -> None:
    turns, speech, expected = WITHIN[case]
    assert lean.within(turns, speech) == expected
