"""diarization: speech as 16 kHz mono wav in, who speaks when as JSON out, by a pyannote pipeline."""

import contextlib
import sys
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from stagekit.accelerator import Device, gpu_facts, resolve_device
from stagekit.audio import SAMPLE_RATE, check_speech, read_speech
from stagekit.documents import Diarization, Turn
from stagekit.errors import Missing, WorkFailed, explained
from stagekit.files import write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.models import local_folder, use_writable_cache
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main
from stagekit.tokens import read_token

PACKAGES = ("pyannote.audio", "pyannote.core", "pyannote.pipeline", "torch", "torchaudio", "lightning")

CONFIG = "config.yaml"
SECRET = Path("/run/secrets/hf_token")


class DiarizationSettings(StageSettings):
    """Which pipeline to use, and what is known of the speakers. The token is no setting: never recorded."""

    model_config = SettingsConfigDict(env_prefix="DIARIZATION_")

    model: str = Field(
        default="pyannote/speaker-diarization-3.1",
        description=f"pyannote pipeline: name, or folder with {CONFIG} (paths in it are relative to it)",
    )
    token_file: Path | None = Field(
        default=None,
        description=f"file with the Hugging Face token for a gated model; else {SECRET}, else HF_TOKEN",
    )
    min_speakers: int | None = Field(default=None, ge=1, description="at least so many speakers")
    max_speakers: int | None = Field(default=None, ge=1, description="at most so many speakers")
    device: Device = Field(default="auto", description="auto: the GPU if it works, else the CPU")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_speakers and self.max_speakers and self.min_speakers > self.max_speakers:
            raise ValueError(f"--min-speakers {self.min_speakers} > --max-speakers {self.max_speakers}")
        return self


def check(settings: DiarizationSettings) -> None:
    """Look at the wav, the model folder and the token file."""
    check_speech(settings.input)
    local_folder(settings.model, [CONFIG])
    read_token(settings.token_file, SECRET, "HF_TOKEN")


def run(settings: DiarizationSettings, recorder: Recorder) -> None:
    """Find the speakers, write the JSON."""
    audio = read_speech(settings.input)
    device = resolve_device(settings.device)
    with recorder.step("load model"):
        pipeline = load(settings.model, read_token(settings.token_file, SECRET, "HF_TOKEN"), device)
    import torch

    with recorder.step("diarize"), explained(WorkFailed, "diarization failed", "see --debug for where"):
        found = pipeline(
            {"waveform": torch.from_numpy(audio)[None], "sample_rate": SAMPLE_RATE},
            min_speakers=settings.min_speakers,
            max_speakers=settings.max_speakers,
            hook=Steps(),
        )
    turns = [(turn.start, turn.end, speaker) for turn, _, speaker in found.itertracks(yield_label=True)]
    write_json(settings.output, tidy(turns, len(audio) / SAMPLE_RATE))


def load(model: str, token: SecretStr | None, device: str) -> Any:
    """Return the pipeline `model` on `device`.

    pyannote takes the paths in a config as relative to the current folder; while loading that is the model's
    own, so that the folder can be mounted anywhere.
    """
    use_writable_cache("TORCH_HOME")
    import torch
    from pyannote.audio import Pipeline

    folder = local_folder(model, [CONFIG])
    mend = (
        f"a gated model needs its conditions accepted and a token (--token-file or HF_TOKEN, "
        f"{'given' if token else 'none given'}); without a network give a folder as --model"
    )
    if folder:
        mend = f"look into its {CONFIG}: the models it names must be files in the folder"
    secret = token.get_secret_value() if token else None
    with explained(Missing, f"pipeline {model} can't be loaded", mend), contextlib.chdir(folder or "."):
        pipeline = Pipeline.from_pretrained(CONFIG if folder else model, use_auth_token=secret)
        if pipeline is None:  # how pyannote says that it was refused
            raise Missing(f"pipeline {model} was refused; {mend}")
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
    ordered = sorted(turns)
    labels = list(dict.fromkeys(label for _, _, label in ordered))
    names = {label: f"SPEAKER_{number:02d}" for number, label in enumerate(labels)}
    return Diarization(
        duration=duration,
        speakers=list(names.values()),
        segments=[
            Turn(start=round(max(start, 0.0), 3), end=round(min(end, duration), 3), speaker=names[label])
            for start, end, label in ordered
        ],
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
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
