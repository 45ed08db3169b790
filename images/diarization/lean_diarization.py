"""pyannote's diarization of long films: the same result from less memory."""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stagekit.audio import SAMPLE_RATE, sample_count, speech_blocks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

Turn = tuple[float, float, str]
"""Start and end in seconds, label."""
Spans = Sequence[tuple[float, float]]
"""Starts and ends in seconds: in order, apart."""


def diarize(
    pipeline: Any, path: Path, speech: Spans | None, max_embeddings: int, **options: Any
) -> list[Turn]:
    """Return the turns that pyannote's SpeakerDiarization `pipeline` finds in the file `path`.

    With `speech` only there: what is outside counts as silence, and windows (as 10 s, every second) that hear
    nothing of it aren't computed. Where there are more than `max_embeddings` voices in windows, so many make
    the speakers, drawn at random but the same each time, and each of the others goes to the nearest speaker:
    clustering takes memory and time by the square of their number. `options` are of pyannote's `apply`.

    The pipeline is changed: it reads the audio in parts (three hours are 690 MB), computes nothing for voices
    that are silent, and holds no scores for each window, frame and speaker (in three hours 50 MB for each).
    """
    pipeline.get_segmentations = lambda _, hook: _segmentations(pipeline._segmentation, path, speech, hook)
    pipeline._embedding = _Heard(pipeline._embedding)
    pipeline.reconstruct = lambda *found: _reconstruct(pipeline.to_diarization, *found)
    pipeline.clustering.max_num_embeddings = max_embeddings
    random.seed(0)
    found = pipeline({"audio": str(path), "uri": path.stem}, **options)
    turns = [(turn.start, turn.end, label) for turn, _, label in found.itertracks(yield_label=True)]
    return turns if speech is None else within(turns, speech)


def within(turns: Sequence[Turn], speech: Spans) -> list[Turn]:
    """Return the parts of `turns` inside `speech`."""
    starts, ends = [start for start, _ in speech], [end for _, end in speech]
    return [
        (max(start, starts[number]), min(end, ends[number]), label)
        for start, end, label in turns
        for number in range(bisect_right(ends, start), bisect_left(starts, end))
    ]


def _segmentations(inference: Any, path: Path, speech: Spans | None, hook: Callable[..., None]) -> Any:
    """Return what pyannote's Inference gives for all windows of the file: shape (windows, frames, voices).

    One batch of windows is in memory at a time; the windows are those that pyannote slides over the file.
    """
    import numpy as np
    import torch
    from pyannote.core import SlidingWindow, SlidingWindowFeature

    model, frames = inference.model, inference.model.receptive_field
    size, step = model.audio.get_num_samples(inference.duration), round(inference.step * SAMPLE_RATE)
    middles = frames.duration / 2 + frames.step * np.arange(model.num_frames(size))
    batch = (size + (inference.batch_size - 1) * step) / SAMPLE_RATE
    total = sample_count(path)
    parts = []
    for start, audio in speech_blocks(path, batch, (size - step) / SAMPLE_RATE):
        left = (size - len(audio)) if len(audio) < size else -(len(audio) - size) % step
        windows = torch.from_numpy(np.pad(audio, (0, left))).unfold(0, size, step)[:, None]
        times = start + inference.step * np.arange(len(windows))[:, None] + middles
        spoken = np.ones(times.shape, dtype=bool) if speech is None else _inside(times, speech)
        heard = spoken.any(axis=1)
        scores = np.zeros((*times.shape, len(model.specifications.classes)), dtype=np.float32)
        if heard.any():
            scores[heard] = inference.infer(windows[torch.from_numpy(heard)])
        parts.append(scores * spoken[:, :, None])
        hook("segmentation", None, total=total, completed=round(start * SAMPLE_RATE) + len(audio))
    window = SlidingWindow(duration=inference.duration, step=inference.step)
    return SlidingWindowFeature(np.vstack(parts), window)


def _inside(times: "Numbers", speech: Spans) -> "Flags":
    """Say for each time whether it is inside `speech`: whether an odd number of edges is before it."""
    import numpy as np

    inside: Flags = np.searchsorted(np.ravel(speech), times, side="right") % 2 == 1
    return inside


class _Heard:
    """pyannote's embedding, which gives no numbers for voices that are silent in their window.

    pyannote computes them, and then leaves them out. Most are: a window has room for three voices.
    """

    def __init__(self, embedding: Any) -> None:
        self._embedding = embedding

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedding, name)

    def __call__(self, waveforms: Any, masks: Any) -> Any:
        """Return a row for each waveform, heard where its mask is not 0."""
        import numpy as np

        heard = masks.sum(dim=1) > 0
        rows = np.full((len(masks), self._embedding.dimension), np.nan, dtype=np.float32)
        if heard.any():
            rows[heard.numpy()] = self._embedding(waveforms[heard], masks=masks[heard])
        return rows


def _reconstruct(to_diarization: Callable[..., Any], segmentations: Any, clusters: Any, count: Any) -> Any:
    """Return what pyannote's `reconstruct` does: who of all speakers is heard in each frame of the file.

    pyannote keeps each window's scores of all speakers, and then adds up the windows of a frame. Here they
    are added up at once, and handed to pyannote as the scores of one long window.
    """
    import numpy as np
    from pyannote.core import SlidingWindow, SlidingWindowFeature

    frames, length = count.sliding_window, segmentations.data.shape[1]
    sums = np.zeros((len(count), max(clusters.max() + 1, 1)), dtype=np.float32)
    for (window, scores), labels in zip(segmentations, clusters, strict=True):
        first = frames.closest_frame(window.start + frames.duration / 2)
        for label in np.unique(labels[labels >= 0]):
            sums[first : first + length, label] += scores[:, labels == label].max(axis=1)
    windows = segmentations.sliding_window
    whole = windows.duration + (len(segmentations.data) - 1) * windows.step
    return to_diarization(SlidingWindowFeature(sums[None], SlidingWindow(duration=whole, step=whole)), count)
