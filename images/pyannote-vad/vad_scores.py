"""Where a pyannote model hears voices: as pyannote's own pipeline, but with a part of the audio in memory."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from stagekit.audio import SAMPLE_RATE, read_speech, sample_count


def scores(
    path: Path,
    inference: Any,
    spans: Sequence[tuple[float, float]],
    on_progress: Callable[[float], None],
) -> Any:
    """Return how sure the model is that anyone speaks, 0 to 1, as pyannote's SlidingWindowFeature of frames.

    pyannote slides windows (as 10 s, every second) over the audio, and averages all those that hear a frame.
    So it is done here, on its grid and by its functions: `inference` is its Inference with skip_aggregation.
    But only one batch of windows is in memory; the average is taken once, over the windows of all batches. A
    batch therefore has no edge, and the scores are those of the whole file at once.

    Outside `spans` (start and end in seconds, in order, apart) the score is 0; windows that hear nothing of
    them aren't computed. `on_progress` gets the share done, 0 to 1.
    """
    import numpy as np
    import torch
    from pyannote.core import SlidingWindow, SlidingWindowFeature

    model, samples = inference.model, sample_count(path)
    size, step = model.audio.get_num_samples(inference.duration), round(inference.step * SAMPLE_RATE)
    # As pyannote: whole windows, and one that is filled up with silence where samples are left.
    count = max(math.ceil((samples - size) / step), 0) + 1
    heard = _windows(spans, count, size, step)
    voices = np.full((count, model.num_frames(size), 1), np.nan, dtype=np.float32)
    done = 0
    for first, last in _batches(heard, inference.batch_size):
        audio = torch.from_numpy(read_speech(path, first * step, last * step + size))
        found = inference({"waveform": audio[None], "sample_rate": SAMPLE_RATE}).data
        voices[first : last + 1] = np.max(found, axis=-1, keepdims=True)
        done += last + 1 - first
        on_progress(done / len(heard))
    total: SlidingWindowFeature = inference.aggregate(
        SlidingWindowFeature(voices, SlidingWindow(duration=inference.duration, step=inference.step)),
        model.receptive_field,
        warm_up=inference.warm_up,
        hamming=True,
        missing=0.0,
    )
    frames = total.sliding_window
    middles = frames.start + frames.duration / 2 + frames.step * np.arange(len(total))
    outside = np.ones(len(total), dtype=bool)
    for edges in spans:
        outside[slice(*np.searchsorted(middles, edges))] = False
    total.data[outside] = 0.0
    return total


def _windows(spans: Sequence[tuple[float, float]], count: int, size: int, step: int) -> list[int]:
    """Return which of `count` windows, `size` samples each `step` samples, hear something of `spans`."""
    numbers: set[int] = set()
    for start, end in spans:
        first = math.floor((start * SAMPLE_RATE - size) / step) + 1
        numbers.update(range(max(first, 0), min(math.ceil(end * SAMPLE_RATE / step), count)))
    return sorted(numbers)


def _batches(numbers: list[int], size: int) -> Iterator[tuple[int, int]]:
    """Give first and last of each run of neighbours in `numbers`, of at most `size` of them."""
    begin = 0
    for place, (number, following) in enumerate(pairwise([*numbers, -1]), start=1):
        if following != number + 1 or place - begin == size:
            yield numbers[begin], number
            begin = place


def binarize(
    total: Any, onset: float, offset: float, min_speech: float, min_silence: float
) -> list[tuple[float, float]]:
    """Return start and end, in seconds, of the speech that pyannote's hysteresis finds in scores."""
    from pyannote.audio.utils.signal import Binarize

    found = Binarize(onset, offset, min_duration_on=min_speech, min_duration_off=min_silence)(total)
    return [(segment.start, segment.end) for segment in found.itersegments()]
