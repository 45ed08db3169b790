"""pyannote-vad: speech as 16 kHz mono wav in, where somebody speaks as JSON out, by a pyannote model.

With `--segments` it listens only around the speech that an earlier stage found, and refines it.
"""

import sys
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict
from vad_scores import binarize, scores

from stagekit.accelerator import Device, gpu_facts, resolve_device
from stagekit.audio import SAMPLE_RATE, apart, check_speech, read_of_audio, sample_count
from stagekit.documents import Span, Speech
from stagekit.errors import InvalidInput, Missing, WorkFailed, explained
from stagekit.files import write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.models import local_folder, shared_cache, use_writable_cache
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main
from stagekit.tokens import HF_SECRET, read_hf_token

PACKAGES = ("pyannote.audio", "pyannote.core", "torch", "torchaudio", "lightning")

WEIGHTS = "pytorch_model.bin"


class PyannoteVadSettings(StageSettings):
    """Which model to use, and what counts as speech. Times are in seconds. The token is no setting."""

    model_config = SettingsConfigDict(env_prefix="PYANNOTE_VAD_")

    model: str = Field(
        default="pyannote/segmentation-3.0",
        description=f"pyannote segmentation model: name, file, or folder with {WEIGHTS}",
    )
    token_file: Path | None = Field(
        default=None,
        description=f"file with the Hugging Face token for a gated model; else {HF_SECRET}, else HF_TOKEN",
    )
    segments: Path | None = Field(
        default=None, description="speech as silero-vad writes it: listen only there; else everywhere"
    )
    padding: float = Field(default=0.5, ge=0, description="listen so far around each of --segments, too")
    onset: float = Field(default=0.5, gt=0, lt=1, description="speech begins above this score, 0 to 1")
    offset: float = Field(
        default=0.5, gt=0, lt=1, description="speech ends below this score; at most --onset"
    )
    min_speech: float = Field(
        default=0.0, ge=0, description="shorter speech is dropped (pyannote: min_duration_on)"
    )
    min_silence: float = Field(
        default=0.1, ge=0, description="a shorter pause is filled first (pyannote: min_duration_off)"
    )
    batch_size: int = Field(default=32, ge=1, description="windows at once; fewer need less memory")
    device: Device = Field(default="auto", description="auto: the GPU if it works, else the CPU")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.offset > self.onset:
            raise ValueError(f"--offset {self.offset} > --onset {self.onset}")
        return self


def check(settings: PyannoteVadSettings) -> None:
    """Look at the wav, the model's file, the token file, and the segments, which must be of this audio."""
    check_speech(settings.input)
    model_file(settings.model)
    read_hf_token(settings.token_file)
    listened(settings, sample_count(settings.input) / SAMPLE_RATE)


def run(settings: PyannoteVadSettings, recorder: Recorder) -> None:
    """Find the speech, write the JSON."""
    duration = sample_count(settings.input) / SAMPLE_RATE
    device = resolve_device(settings.device)
    with recorder.step("load model"):
        token = read_hf_token(settings.token_file)
        inference = load(settings.model, token, device, settings.batch_size)
    mend = "where memory is short use a smaller --batch-size"
    with recorder.step("find speech"), explained(WorkFailed, "finding speech failed", mend):
        spans = listened(settings, duration)
        found = binarize(
            scores(settings.input, inference, spans, Progress("finding speech").update),
            onset=settings.onset,
            offset=settings.offset,
            min_speech=settings.min_speech,
            min_silence=settings.min_silence,
        )
    segments = [Span(start=round(start, 3), end=min(round(end, 3), duration)) for start, end in found]
    write_json(settings.output, Speech(duration=duration, segments=segments))


def model_file(model: str) -> Path | None:
    """Return the file of weights that `model` is or holds; None where it is a name to find or fetch."""
    if Path(model).is_file():
        return Path(model)
    folder = local_folder(model, [WEIGHTS])
    return folder and folder / WEIGHTS


def listened(settings: PyannoteVadSettings, duration: float) -> list[tuple[float, float]]:
    """Return start and end, in seconds, of the stretches to listen to: in order, apart, inside the audio.

    Raises:
        InvalidInput: `--segments` is no Speech, or is of another audio.

    """
    if settings.segments is None:
        return [(0.0, duration)]
    pad = settings.padding
    segments = read_of_audio(settings.segments, Speech, settings.input).segments
    return apart((max(span.start - pad, 0.0), min(span.end + pad, duration)) for span in segments)


def load(model: str, token: SecretStr | None, device: str, batch_size: int) -> Any:
    """Return pyannote's `Inference` with the segmentation `model`, giving a score for each frame and voice.

    Raises:
        Missing: it isn't there, can't be fetched or read.
        InvalidInput: it is no segmentation model.

    """
    use_writable_cache("TORCH_HOME")
    import torch
    from pyannote.audio import Inference, Model
    from pyannote.audio.core.task import Resolution

    file = model_file(model)
    mend = (
        f"a gated model needs its conditions accepted and a token (--token-file or HF_TOKEN, "
        f"{'given' if token else 'none given'}); without a network give a file or folder as --model"
    )
    if file:
        mend = "it must be the file that pyannote publishes"
    secret = token.get_secret_value() if token else None
    with explained(Missing, f"model {model} can't be loaded", mend), shared_cache():
        loaded = Model.from_pretrained(file or model, use_auth_token=secret, strict=False)
        if loaded is None:  # how pyannote says that it was refused
            raise Missing(f"model {model} was refused; {mend}")
    if getattr(loaded.specifications, "resolution", None) != Resolution.FRAME:
        raise InvalidInput(f"model {model} doesn't say where somebody speaks; give a segmentation --model")
    return Inference(loaded, skip_aggregation=True, device=torch.device(device), batch_size=batch_size)


def selftest() -> SelfTest:
    """Say what this image finds: versions, GPU and its libraries."""
    sound, facts = gpu_facts(PACKAGES)
    return SelfTest(ok=sound, facts=facts)


STAGE = Stage(
    name="pyannote-vad",
    about="Find where somebody speaks in audio (16 kHz mono wav, as demux writes it), or refine it.",
    settings=PyannoteVadSettings,
    output=Speech,
    versions=lambda: versions(PACKAGES),
    check=check,
    run=run,
    selftest=selftest,
    extra_inputs=lambda settings: {"--segments": settings.segments},
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
