"""The pieces that Whisper hears, 30 s at most, cut where nobody speaks; and how many are in memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stagekit.audio import SAMPLE_RATE, read_speech, sample_count, speech_blocks
from stagekit.documents import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

LONGEST = 30.0
"""Seconds that Whisper hears at once."""
ONSET, OFFSET = 0.5, 0.363
"""Scores between which WhisperX's own finder sees speech begin and end: its defaults."""
_WINDOWS = 32
"""Windows that the finder hears at once."""
_FRAME, _QUIET_FRAMES = 320, 5
"""Samples of 20 ms; a place is as loud as so many of them around it."""

Chunk = tuple[float, float]
"""Start and end in seconds."""


@dataclass(frozen=True)
class Block:
    """Neighbouring chunks that are in memory together."""

    chunks: tuple[Chunk, ...]

    @property
    def start(self) -> float:
        """Return when its audio begins, in seconds."""
        return self.chunks[0][0]

    def inside(self) -> list[Chunk]:
        """Return the chunks in seconds from the beginning of its audio.

        Half a sample later: WhisperX rounds down to samples, and so finds the same ones in whatever block. A
        chunk that begins one sample earlier can have other words.
        """
        first = _sample(self.start)
        return [
            ((_sample(start) - first + 0.5) / SAMPLE_RATE, (_sample(end) - first + 0.5) / SAMPLE_RATE)
            for start, end in self.chunks
        ]

    def audio(self, path: Path) -> "Samples":
        """Return its samples of the file `path`."""
        return _samples(path, self.start, self.chunks[-1][1])


def blocks(chunks: Sequence[Chunk], seconds: float) -> list[Block]:
    """Return `chunks`, each whole, in blocks that last at most `seconds`, or have one chunk."""
    found: list[list[Chunk]] = []
    for chunk in chunks:
        if not found or chunk[1] - found[-1][0][0] > seconds:
            found.append([])
        found[-1].append(chunk)
    return [Block(tuple(block)) for block in found]


def given(path: Path, speech: Sequence[Span]) -> list[Chunk]:
    """Return the chunks of `speech`: neighbours are merged as WhisperX merges, what is too long is cut.

    Such a cut is where the file `path` is most quiet in the second half of what Whisper can hear.
    """
    from whisperx.diarize import Segment
    from whisperx.vads import Vad

    spans = [Segment(*cut) for span in speech if span.end > span.start for cut in _cut(path, span)]
    return _tidy(path, Vad.merge_chunks(spans, LONGEST, ONSET, OFFSET) if spans else [])


def _cut(path: Path, span: Span) -> Iterator[Chunk]:
    start = span.start
    while span.end - start > LONGEST:
        middle = _quietest(path, start + LONGEST / 2, start + LONGEST)
        yield start, middle
        start = middle
    yield start, span.end


def _quietest(path: Path, start: float, end: float) -> float:
    import numpy as np

    audio = _samples(path, start, end)
    frames = audio[: len(audio) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.convolve((frames.astype(np.float64) ** 2).mean(axis=1), np.ones(_QUIET_FRAMES), "valid")
    return start + (int(power.argmin()) + _QUIET_FRAMES / 2) * _FRAME / SAMPLE_RATE


def found(path: Path, device: str, on_progress: Callable[[float], None]) -> list[Chunk]:
    """Return the chunks that WhisperX finds by itself, with the pyannote model that it carries.

    `on_progress` gets the share done, 0 to 1.
    """
    import torch
    from whisperx.vads import Pyannote

    finder = Pyannote(torch.device(device), vad_onset=ONSET, vad_offset=OFFSET)
    heard = scores(path, finder.vad_pipeline._segmentation, on_progress)
    return _tidy(path, Pyannote.merge_chunks(heard, LONGEST, onset=ONSET, offset=OFFSET))


def scores(path: Path, inference: Any, on_progress: Callable[[float], None]) -> Any:
    """Return what pyannote's `inference` gives for the whole file, with a few windows of audio in memory.

    pyannote slides windows over the audio and averages those that hear a frame. Here the blocks' windows are
    the file's, and the average is taken once, over all: a block has no edge, the scores are the same.
    """
    import numpy as np
    import torch
    from pyannote.core import Segment, SlidingWindow, SlidingWindowFeature

    inference.skip_aggregation = True
    count, size, step = sample_count(path), inference.duration, inference.step
    voices = []
    for start, audio in speech_blocks(path, size + (_WINDOWS - 1) * step, size - step):
        heard = inference({"waveform": torch.from_numpy(audio)[None], "sample_rate": SAMPLE_RATE})
        voices.append(inference.pre_aggregation_hook(heard.data))
        on_progress(min((start * SAMPLE_RATE + len(audio)) / count, 1.0))
    total = inference.aggregate(
        SlidingWindowFeature(np.vstack(voices), SlidingWindow(duration=size, step=step)),
        inference.model.receptive_field,
        warm_up=inference.warm_up,
        hamming=True,
        missing=0.0,
    )
    total.data = total.crop(Segment(0.0, count / SAMPLE_RATE), mode="loose")
    return total


def first_speech(path: Path, chunks: Sequence[Chunk]) -> "Samples":
    """Return the first 30 s of speech without what lies between: by them the language is told."""
    import numpy as np

    parts: list[Samples] = []
    missing = round(LONGEST * SAMPLE_RATE)
    for start, end in chunks:
        parts.append(_samples(path, start, end)[:missing])
        missing -= len(parts[-1])
        if missing <= 0:
            break
    return np.concatenate(parts)


def _tidy(path: Path, merged: Sequence[dict[str, Any]]) -> list[Chunk]:
    """Return WhisperX's chunks in milliseconds, inside the audio."""
    duration = sample_count(path) / SAMPLE_RATE
    cuts = ((round(chunk["start"], 3), min(round(chunk["end"], 3), duration)) for chunk in merged)
    return [(start, end) for start, end in cuts if start < end]


def _samples(path: Path, start: float, end: float) -> "Samples":
    return read_speech(path, _sample(start), _sample(end))


def _sample(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)
