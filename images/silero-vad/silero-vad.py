"""silero-vad: speech as 16 kHz mono wav in, where somebody speaks as JSON out, by Silero VAD."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from stagekit.accelerator import Device, gpu_facts, resolve_device
from stagekit.audio import SAMPLE_RATE, check_speech, sample_count, speech_blocks
from stagekit.documents import Span, Speech
from stagekit.errors import Missing, WorkFailed, explained
from stagekit.files import write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGES = ("silero-vad", "torch", "torchaudio")

FRAME = 512
"""Samples that the model hears at once."""
BLOCK_SECONDS = 60.0
"""Audio in memory at once: a whole number of frames, so that only the film's last one is filled up."""


class SileroVadSettings(StageSettings):
    """What counts as speech. Times are in seconds."""

    model_config = SettingsConfigDict(env_prefix="SILERO_VAD_")

    threshold: float = Field(
        default=0.5,
        gt=0,
        lt=1,
        description="speech begins at this probability, and ends 0.15 below it",
    )
    min_speech: float = Field(default=0.25, ge=0, description="speech not longer than this is dropped")
    min_silence: float = Field(default=0.1, ge=0, description="a shorter pause doesn't end a segment")
    speech_pad: float = Field(
        default=0.03, ge=0, description="added at both ends of a segment; neighbours share a shorter pause"
    )
    merge_gap: float = Field(
        default=0.3, ge=0, description="padded segments closer than this become one; 0: none do"
    )
    max_segment: float | None = Field(
        default=None,
        ge=1,
        description="longer speech is cut, in its longest pause where it has one; none: no limit",
    )
    device: Device = Field(default="auto", description="auto: the GPU if it works, else the CPU")

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.max_segment is not None and self.max_segment - 2 * self.speech_pad < 2 * FRAME / SAMPLE_RATE:
            raise ValueError(f"--max-segment {self.max_segment} leaves no room for twice the --speech-pad")
        return self


def run(settings: SileroVadSettings, recorder: Recorder) -> None:
    """Find the speech, write the JSON."""
    device = resolve_device(settings.device)
    with recorder.step("load model"):
        model = load(device)
    with (
        recorder.step("find speech"),
        explained(WorkFailed, "finding speech failed", "see --debug for where"),
    ):
        found = find(settings, StreamedModel(model, settings.input, device))
    duration = sample_count(settings.input) / SAMPLE_RATE
    write_json(settings.output, Speech(duration=duration, segments=tidy(found, settings, duration)))


def load(device: str) -> Any:
    """Return the model that lies in the package silero-vad, on `device`."""
    with explained(Missing, "the model of silero-vad can't be loaded", "the image is damaged: pull it again"):
        import torch
        from silero_vad import load_silero_vad

        return load_silero_vad().to(torch.device(device))


class StreamedModel:
    """The model as silero's `get_speech_timestamps` calls it, once for each frame, in order.

    What it is called with doesn't count: each call hears the file's next frame.
    """

    def __init__(self, model: Any, path: Path, device: str) -> None:
        self.path = path
        self._model, self._device, self._frames = model, device, frames(path)

    def reset_states(self) -> None:
        """Forget what was heard."""
        self._model.reset_states()

    def __call__(self, frame: Any, rate: int) -> Any:  # noqa: ARG002
        """Return the probability that the next frame is speech, as a tensor of one."""
        import torch

        return self._model(torch.from_numpy(next(self._frames)).to(self._device), rate)


def frames(path: Path) -> "Iterator[NDArray[np.float32]]":
    """Give the file's frames of `FRAME` samples, the last one filled up with silence."""
    import numpy as np

    for _, block in speech_blocks(path, BLOCK_SECONDS):
        for start in range(0, len(block), FRAME):
            frame = block[start : start + FRAME]
            yield np.pad(frame, (0, FRAME - len(frame)))


def find(settings: SileroVadSettings, model: StreamedModel) -> list[tuple[float, float]]:
    """Return start and end in seconds of each segment, as silero's own function finds them.

    That function wants all samples at once, but only counts them and hands them to the model frame by frame.
    So it gets one sample that is repeated without memory, and a model that reads the frames from the file.
    """
    import torch
    from silero_vad import get_speech_timestamps

    progress = Progress("finding speech")
    found = get_speech_timestamps(
        torch.zeros(1).expand(sample_count(model.path)),
        model,
        threshold=settings.threshold,
        sampling_rate=SAMPLE_RATE,
        min_speech_duration_ms=settings.min_speech * 1000,
        min_silence_duration_ms=settings.min_silence * 1000,
        speech_pad_ms=settings.speech_pad * 1000,
        max_speech_duration_s=settings.max_segment or float("inf"),
        progress_tracking_callback=lambda percent: progress.update(percent / 100),
    )
    return [(segment["start"] / SAMPLE_RATE, segment["end"] / SAMPLE_RATE) for segment in found]


def tidy(found: list[tuple[float, float]], settings: SileroVadSettings, duration: float) -> list[Span]:
    """Return the segments in milliseconds and inside the audio; those closer than the gap are one.

    None gets longer than `--max-segment` by that: what was cut stays cut.
    """
    longest = settings.max_segment or float("inf")
    joined: list[tuple[float, float]] = []
    for start, end in found:
        if joined and start - joined[-1][1] < settings.merge_gap and end - joined[-1][0] <= longest:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [Span(start=round(start, 3), end=min(round(end, 3), duration)) for start, end in joined]


def selftest() -> SelfTest:
    """Say what this image finds: versions, GPU and its libraries, the model."""
    sound, facts = gpu_facts(PACKAGES)
    try:
        load("cpu")
        facts["model"] = "loads"
    except Missing as error:
        sound, facts["model"] = False, str(error)
    return SelfTest(ok=sound, facts=facts)


STAGE = Stage(
    name="silero-vad",
    about="Find where somebody speaks in audio (16 kHz mono wav, as demux writes it).",
    settings=SileroVadSettings,
    output=Speech,
    versions=lambda: versions(PACKAGES),
    check=lambda settings: check_speech(settings.input),
    run=run,
    selftest=selftest,
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
