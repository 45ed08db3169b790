import type { StageFacts } from './facts.ts';

/** A whole stage to be edited away: how loud a wav is from second to second. */
export const script = ({ name, description, device }: StageFacts): string =>
  `"""${name}: ${description}."""

import sys

from pydantic import BaseModel, Field
from pydantic_settings import SettingsConfigDict

${device === 'gpu' ? 'from stagekit.accelerator import Device, gpu_facts, resolve_device\n' : ''}from stagekit.audio import SAMPLE_RATE, check_speech, sample_count, speech_blocks
from stagekit.files import write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main

PACKAGES = (${device === 'gpu' ? '"soundfile", "torch"' : '"numpy", "soundfile"'})
SILENCE = -120.0


class Settings(StageSettings):
    """How finely to look."""

    model_config = SettingsConfigDict(env_prefix="${name.toUpperCase().replaceAll('-', '_')}_")

    window: float = Field(default=1.0, ge=0.01, description="seconds that are measured together")
${device === 'gpu' ? '    device: Device = Field(default="auto", description="auto: the GPU if it works, else the CPU")\n' : ''}

class Level(BaseModel):
    """How loud a stretch of time is."""

    start: float = Field(description="seconds")
    level: float = Field(description=f"root mean square in dB of full scale; {SILENCE} is silence")


class Levels(BaseModel):
    """How loud it is when."""

    duration: float = Field(description="seconds of audio")
    levels: list[Level] = Field(description="in order of time, without gaps; the last may be shorter")


def run(settings: Settings, recorder: Recorder) -> None:
    """Measure window by window, write the JSON."""
${device === 'gpu' ? GPU_RUN : CPU_RUN}

def selftest() -> SelfTest:
    """Say what this image finds${device === 'gpu' ? ': versions, GPU and its libraries' : ''}."""
${
  device === 'gpu'
    ? '    sound, facts = gpu_facts(PACKAGES)\n    return SelfTest(ok=sound, facts=facts)\n'
    : '    return SelfTest(ok=True, facts=versions(PACKAGES))\n'
}

STAGE = Stage(
    name="${name}",
    about="${sentence(description)}",
    settings=Settings,
    output=Levels,
    versions=lambda: versions(PACKAGES),
    check=lambda settings: check_speech(settings.input),
    run=run,
    selftest=selftest,
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
`;

const CPU_RUN = `    import numpy as np

    duration = sample_count(settings.input) / SAMPLE_RATE
    progress = Progress("measuring")
    levels: list[Level] = []
    with recorder.step("measure"):
        for start, samples in speech_blocks(settings.input, settings.window):
            power = float(np.mean(np.square(samples, dtype=np.float64)))
            level = 10 * float(np.log10(max(power, 10 ** (SILENCE / 10))))
            levels.append(Level(start=round(start, 3), level=round(level, 2)))
            progress.update((start + settings.window) / duration)
    write_json(settings.output, Levels(duration=duration, levels=levels))
`;

const GPU_RUN = `    device = resolve_device(settings.device)
    import torch

    duration = sample_count(settings.input) / SAMPLE_RATE
    progress = Progress("measuring")
    levels: list[Level] = []
    with recorder.step("measure"):
        for start, samples in speech_blocks(settings.input, settings.window):
            power = torch.from_numpy(samples).to(device).double().square().mean()
            level = 10 * float(power.clamp(min=10 ** (SILENCE / 10)).log10())
            levels.append(Level(start=round(start, 3), level=round(level, 2)))
            progress.update((start + settings.window) / duration)
    write_json(settings.output, Levels(duration=duration, levels=levels))
`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
