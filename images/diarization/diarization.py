"""diarization: speech as 16 kHz mono wav in, who speaks when as JSON out, by a pyannote pipeline."""

import contextlib
import sys
from pathlib import Path
from typing import Any, Self

from lean_diarization import diarize
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from stagekit.accelerator import Device, gpu_facts, resolve_device
from stagekit.audio import SAMPLE_RATE, apart, check_speech, read_of_audio, sample_count
from stagekit.documents import Diarization, Speech, Turn
from stagekit.errors import InvalidInput, Missing, WorkFailed, explained
from stagekit.files import write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.models import local_folder, shared_cache, use_writable_cache
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main
from stagekit.tokens import HF_SECRET, read_hf_token

PACKAGES = ("pyannote.audio", "pyannote.core", "pyannote.pipeline", "torch", "torchaudio", "lightning")

CONFIG = "config.yaml"


class DiarizationSettings(StageSettings):
    """Which pipeline to use, and what is known of the speakers. The token is no setting: never recorded."""

    model_config = SettingsConfigDict(env_prefix="DIARIZATION_")

    model: str = Field(
        default="pyannote/speaker-diarization-3.1",
        description=f"pyannote pipeline: name, or folder with {CONFIG} (paths in it are relative to it)",
    )
    token_file: Path | None = Field(
        default=None,
        description=f"file with the Hugging Face token for a gated model; else {HF_SECRET}, else HF_TOKEN",
    )
    speech: Path | None = Field(
        default=None, description="where somebody speaks, of pyannote-vad or silero-vad: listen only there"
    )
    min_speakers: int | None = Field(default=None, ge=1, description="at least so many speakers")
    max_speakers: int | None = Field(default=None, ge=1, description="at most so many speakers")
    max_embeddings: int = Field(
        default=10_000,
        ge=100,
        description="voices in windows that are clustered; of more, so many are drawn. Each voice in each "
        "second of speech is one; memory goes by the square: 0.8 GB for 10000",
    )
    device: Device = Field(default="auto", description="auto: the GPU if it works, else the CPU")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_speakers and self.max_speakers and self.min_speakers > self.max_speakers:
            raise ValueError(f"--min-speakers {self.min_speakers} > --max-speakers {self.max_speakers}")
        return self


def check(settings: DiarizationSettings) -> None:
    """Look at the wav, the model folder, the token file, and the speech, which must be of this audio."""
    check_speech(settings.input)
    local_folder(settings.model, [CONFIG])
    read_hf_token(settings.token_file)
    speech(settings)


def speech(settings: DiarizationSettings) -> list[tuple[float, float]] | None:
    """Return starts and ends, in seconds, of where to listen: in order, apart; None for everywhere.

    Raises:
        InvalidInput: `--speech` is no Speech, or is of another audio.

    """
    if settings.speech is None:
        return None
    segments = read_of_audio(settings.speech, Speech, settings.input).segments
    return apart((span.start, span.end) for span in segments)


def run(settings: DiarizationSettings, recorder: Recorder) -> None:
    """Find the speakers, write the JSON."""
    spoken = speech(settings)
    turns: list[tuple[float, float, str]] = []
    if spoken != []:  # else no model is needed
        device = resolve_device(settings.device)
        with recorder.step("load model"):
            pipeline = load(settings.model, read_hf_token(settings.token_file), device)
        mend = "where memory is short use a smaller --max-embeddings"
        with recorder.step("diarize"), explained(WorkFailed, "diarization failed", mend):
            turns = diarize(
                pipeline,
                settings.input,
                spoken,
                settings.max_embeddings,
                min_speakers=settings.min_speakers,
                max_speakers=settings.max_speakers,
                hook=Steps(),
            )
    write_json(settings.output, tidy(turns, sample_count(settings.input) / SAMPLE_RATE))


def load(model: str, token: SecretStr | None, device: str) -> Any:
    """Return the pipeline `model` on `device`.

    pyannote takes the paths in a config as relative to the current folder; while loading that is the model's
    own, so that the folder can be mounted anywhere.

    Raises:
        Missing: it isn't there, can't be fetched or read.
        InvalidInput: it does something else.

    """
    use_writable_cache("TORCH_HOME")
    import torch
    from pyannote.audio import Pipeline
    from pyannote.audio.pipelines import SpeakerDiarization

    folder = local_folder(model, [CONFIG])
    mend = (
        f"a gated model needs its conditions accepted and a token (--token-file or HF_TOKEN, "
        f"{'given' if token else 'none given'}); without a network give a folder as --model"
    )
    if folder:
        mend = f"look into its {CONFIG}: the models it names must be files in the folder"
    secret = token.get_secret_value() if token else None
    loading = explained(Missing, f"pipeline {model} can't be loaded", mend)
    with loading, shared_cache(), contextlib.chdir(folder or "."):
        pipeline = Pipeline.from_pretrained(CONFIG if folder else model, use_auth_token=secret)
        if pipeline is None:  # how pyannote says that it was refused
            raise Missing(f"pipeline {model} was refused; {mend}")
        if not isinstance(pipeline, SpeakerDiarization):
            kind = type(pipeline).__name__
            raise InvalidInput(f"pipeline {model} is a {kind}; give one of SpeakerDiarization as --model")
        return pipeline.to(torch.device(device))


class Steps:
    """pyannote's hook: progress of the steps that report how far they are."""

    def __init__(self) -> None:
        self._progress: dict[str, Progress] = {}

    def __call__(self, step: str, artifact: Any, file: Any, total: int = 0, completed: int = 0) -> None:  # noqa: ARG002
        """Take one report of pyannote."""
        if total:
            self._progress.setdefault(step, Progress(step)).update(completed / total)


def tidy(turns: list[tuple[float, float, str]], duration: float) -> Diarization:
    """Return raw `turns` (start and end in seconds, label) in order of time and inside the audio.

    Speakers are numbered as they first speak: pyannote's own numbers follow its clusters.
    """
    inside = ((round(max(start, 0.0), 3), round(min(end, duration), 3), label) for start, end, label in turns)
    ordered = sorted(turn for turn in inside if turn[0] < turn[1])
    labels = list(dict.fromkeys(label for _, _, label in ordered))
    names = {label: f"SPEAKER_{number:02d}" for number, label in enumerate(labels)}
    return Diarization(
        duration=duration,
        speakers=list(names.values()),
        segments=[Turn(start=start, end=end, speaker=names[label]) for start, end, label in ordered],
    )


def selftest() -> SelfTest:
    """Say what this image finds: versions, GPU and its libraries."""
    sound, facts = gpu_facts(PACKAGES)
    return SelfTest(ok=sound, facts=facts)


STAGE = Stage(
    name="diarization",
    about="Find who speaks when in speech (16 kHz mono wav, as demux writes it).",
    settings=DiarizationSettings,
    output=Diarization,
    versions=lambda: versions(PACKAGES),
    check=check,
    run=run,
    selftest=selftest,
    extra_inputs=lambda settings: {"--speech": settings.speech},
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
