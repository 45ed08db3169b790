"""Scores made batch by batch are those that pyannote makes of the whole file at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

Scores = NDArray[np.float32]

BATCH = 32
STEP_SECONDS, WINDOW_SECONDS = 0.5, 5.0
"""Of the test data's model."""


@pytest.fixture(scope="module")
def parts() -> Iterator[ModuleType]:
    """Return the module that the stage makes its scores with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend("/app")
        import vad_scores

        yield vad_scores


@pytest.fixture(scope="module")
def model(test_data: Path) -> Any:
    from pyannote.audio import Model

    return Model.from_pretrained(test_data / "models" / "diarization" / "segmentation.bin", strict=False)


@pytest.fixture(scope="module")
def long(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return almost two minutes of four sentences over and over: batches of 16 s end within them."""
    path = tmp_path_factory.mktemp("long") / "long.wav"
    samples, rate = soundfile.read(test_data / "audio" / "voices.wav", dtype="int16")
    soundfile.write(path, np.tile(samples, 7), rate)
    return path


class Spy:
    """pyannote's Inference, and how much audio it was given in each call, in seconds."""

    def __init__(self, model: Any) -> None:
        from pyannote.audio import Inference

        self._inference = Inference(model, skip_aggregation=True, batch_size=BATCH)
        self.seconds: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inference, name)

    def __call__(self, file: dict[str, Any]) -> Any:
        self.seconds.append(file["waveform"].shape[1] / 16_000)
        return self._inference(file)


def at_once(model: Any, path: Path, start: int = 0, stop: int | None = None) -> Scores:
    """Return what pyannote makes of the whole file, or of one cut from it."""
    import torch
    from pyannote.audio import Inference

    whole = Inference(
        model, pre_aggregation_hook=lambda voices: np.max(voices, axis=-1, keepdims=True), batch_size=BATCH
    )
    samples = soundfile.read(path, dtype="float32", start=start, stop=stop)[0]
    found: Scores = whole({"waveform": torch.from_numpy(samples)[None], "sample_rate": 16_000}).data[:, 0]
    return found


def same(found: Scores, expected: Scores) -> bool:
    """Say whether the scores are alike, but for the frames whose middle is after the end of the audio."""
    inside = max(len(expected) - 3, 0)
    return abs(len(found) - len(expected)) < WINDOW_SECONDS / 0.016 and np.allclose(
        found[:inside], expected[:inside], atol=1e-4
    )


def test_batches_have_no_edges(parts: ModuleType, model: Any, long: Path) -> None:
    """Chunks that are simply put together are wrong at every edge: by more than half, that is in speech."""
    spy, shares = Spy(model), list[float]()
    duration = soundfile.info(long).frames / 16_000
    found = parts.scores(long, spy, [(0.0, duration)], shares.append).data[:, 0]
    expected = at_once(model, long)
    assert same(found, expected)
    assert len(spy.seconds) == 8
    assert max(spy.seconds) == (BATCH - 1) * STEP_SECONDS + WINDOW_SECONDS, "no more audio in memory"
    assert shares == sorted(shares)
    assert shares[-1] == 1
    cuts = range(0, soundfile.info(long).frames, 16 * 16_000)
    together = np.concatenate([at_once(model, long, cut, cut + 16 * 16_000) for cut in cuts])
    assert not same(together, expected)
    length = min(len(together), len(expected))
    assert np.abs(together[:length] - expected[:length]).max() > 0.5


@pytest.mark.parametrize("seconds", [0.001, 3.0, 5.0, 5.25, 5.5, 20.5, 20.75])
def test_any_length(seconds: float, parts: ModuleType, model: Any, long: Path, tmp_path: Path) -> None:
    """Less than a window, exactly one, whole batches, and a last window that is a part."""
    samples = soundfile.read(long, dtype="int16")[0][16_000 : 16_000 + round(seconds * 16_000)]
    soundfile.write(tmp_path / "a.wav", samples, 16_000)
    found = parts.scores(tmp_path / "a.wav", Spy(model), [(0.0, seconds)], lambda share: None).data[:, 0]
    assert same(found, at_once(model, tmp_path / "a.wav"))


def test_only_the_spans_are_heard(parts: ModuleType, model: Any, long: Path) -> None:
    spans = [(20.0, 22.0), (60.3, 61.0), (61.5, 62.0), (117.0, 118.0)]
    spy = Spy(model)
    total = parts.scores(long, spy, spans, lambda share: None)
    middles = np.array([total.sliding_window[i].middle for i in range(len(total))])
    inside = np.any([(start <= middles) & (middles <= end) for start, end in spans], axis=0)
    expected = at_once(model, long)
    frames = np.flatnonzero(inside)
    frames = frames[frames < len(expected) - 3]
    assert np.allclose(total.data[frames, 0], expected[frames], atol=1e-4)
    assert expected[frames].max() > 0.9
    assert not total.data[~inside].any()
    assert len(spy.seconds) == 3, "the two spans beside each other are one stretch"
    assert sum(spy.seconds) < 40, "of 118 s"


LEVELS = [0.1, 0.6, 0.9, 0.6, 0.4, 0.4, 0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1]
"""Scores of 13 frames, one each 0.1 s; their middles are at 0.05 s, 0.15 s, …"""

HYSTERESIS: dict[str, tuple[dict[str, float], list[tuple[float, float]]]] = {
    "one threshold": ({}, [(0.15, 0.45), (0.85, 0.95)]),
    "ends later": ({"offset": 0.3}, [(0.15, 0.65), (0.85, 0.95)]),
    "begins later": ({"onset": 0.8}, [(0.25, 0.45), (0.85, 0.95)]),
    "both high": ({"onset": 0.8, "offset": 0.8}, [(0.25, 0.35), (0.85, 0.95)]),
    "short pauses are filled": ({"offset": 0.3, "min_silence": 0.25}, [(0.15, 0.95)]),
    "long ones aren't": ({"offset": 0.3, "min_silence": 0.15}, [(0.15, 0.65), (0.85, 0.95)]),
    "short speech is dropped": ({"min_speech": 0.2}, [(0.15, 0.45)]),
    "filled first, then dropped": ({"offset": 0.3, "min_silence": 0.25, "min_speech": 0.6}, [(0.15, 0.95)]),
    "nothing is sure enough": ({"onset": 0.95}, []),
}


@pytest.mark.parametrize("case", HYSTERESIS)
def test_thresholds_and_durations(case: str, parts: ModuleType) -> None:
    from pyannote.core import SlidingWindow, SlidingWindowFeature

    settings, expected = HYSTERESIS[case]
    levels = SlidingWindowFeature(np.array(LEVELS)[:, None], SlidingWindow(start=0.0, duration=0.1, step=0.1))
    given = {"onset": 0.5, "offset": 0.5, "min_speech": 0.0, "min_silence": 0.0} | settings
    found = parts.binarize(levels, **given)
    assert [(round(start, 3), round(end, 3)) for start, end in found] == expected


BATCHES: dict[str, tuple[list[int], int, list[tuple[int, int]]]] = {
    "none": ([], 3, []),
    "one": ([5], 3, [(5, 5)]),
    "from 0": ([0, 1], 3, [(0, 1)]),
    "full": ([4, 5, 6], 3, [(4, 6)]),
    "more": ([4, 5, 6, 7], 3, [(4, 6), (7, 7)]),
    "a gap": ([1, 2, 5, 6, 7, 8], 3, [(1, 2), (5, 7), (8, 8)]),
}


@pytest.mark.parametrize("case", BATCHES)
def test_each_window_is_in_one_batch(case: str, parts: ModuleType) -> None:
    numbers, size, expected = BATCHES[case]
    batches: Callable[..., Iterator[tuple[int, int]]] = parts._batches
    assert list(batches(numbers, size)) == expected
