"""asr: speech as 16 kHz mono wav in, segments with timed words as JSON out, by WhisperX."""

import os
import sys
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict
from words import align, attend, load_aligner

from stagekit.accelerator import Device, gpu_facts, resolve_device
from stagekit.audio import SAMPLE_RATE, check_speech, read_speech
from stagekit.documents import Segment, Transcript, Word, WordTimes
from stagekit.errors import InvalidInput, Missing, WorkFailed, explained
from stagekit.files import write_json
from stagekit.logs import Progress, quiet_libraries
from stagekit.manifest import Recorder, versions
from stagekit.models import local_folder, use_writable_cache
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main

PACKAGES = (
    "whisperx",
    "faster-whisper",
    "ctranslate2",
    "torch",
    "torchaudio",
    "transformers",
    "pyannote.audio",
)


class AsrSettings(StageSettings):
    """What to hear, with which models, and where."""

    model_config = SettingsConfigDict(env_prefix="ASR_")

    model: str = Field(default="large-v3", description="Whisper model: name, or folder in CTranslate2 form")
    language: str = Field(default="auto", pattern="^(auto|[a-z]{2,3})$", description="as in en, or auto")
    task: Literal["transcribe", "translate"] = Field(
        default="transcribe", description="translate: into English"
    )
    words: WordTimes = Field(
        default="aligned",
        description="times of words by an alignment model (aligned), by Whisper's own attention (attention: "
        "no second model, coarser, segments up to 30 s), or no words (none)",
    )
    align_model: str | None = Field(default=None, description="wav2vec2: name or folder; else by language")
    batch_size: int = Field(default=8, ge=1, description="30 s pieces at once; fewer need less memory")
    device: Device = Field(default="auto", description="auto: the GPU if it works, else the CPU")
    compute_type: Literal["auto", "int8", "int8_float16", "int8_float32", "float16", "float32"] = Field(
        default="auto", description="of the Whisper model; auto: float16 on a GPU, int8 on a CPU"
    )


def check(settings: AsrSettings) -> None:
    """Look at the wav, the model folders and what can't go together."""
    check_speech(settings.input)
    local_folder(settings.model, ["model.bin", "config.json", "tokenizer.json"])
    if settings.align_model is not None:
        local_folder(settings.align_model, ["config.json"])
    if settings.task == "translate" and settings.words == "aligned":
        raise InvalidInput("a translation can't be aligned with the speech: use --words attention or none")


def run(settings: AsrSettings, recorder: Recorder) -> None:
    """Transcribe, time the words, write the JSON."""
    audio = read_speech(settings.input)
    device = resolve_device(settings.device)
    with recorder.step("load model"):
        pipeline, language = load(settings, device)
        aligner = None
        if settings.words == "aligned" and language:  # it would be late to miss it after transcribing
            aligner = load_aligner(language, settings.align_model, device)
    mend = "where memory is short use a smaller --batch-size or --model"
    progress = quiet_libraries(Progress("transcribing"))
    with recorder.step("transcribe"), explained(WorkFailed, "transcription failed", mend), progress:
        heard = pipeline.transcribe(
            audio, batch_size=settings.batch_size, language=language, task=settings.task, print_progress=True
        )
    segments, language = heard["segments"], heard["language"]
    with recorder.step("time words"):
        if settings.words == "aligned" and segments:
            aligner = aligner or load_aligner(language, settings.align_model, device)
            segments = align(segments, audio, aligner, device)
        elif settings.words == "attention":
            segments = attend(segments, audio, language, settings.task, pipeline.model)
    duration = len(audio) / SAMPLE_RATE
    transcript = Transcript(
        language="en" if settings.task == "translate" else language,
        spoken=language,
        duration=duration,
        words=settings.words,
        segments=[tidy(segment, duration) for segment in segments],
    )
    write_json(settings.output, transcript)


def load(settings: AsrSettings, device: str) -> tuple[Any, str | None]:
    """Return WhisperX's pipeline and the language to use, None for detection.

    Speech is found by the pyannote model that WhisperX carries: its other way, silero, needs a network.
    """
    use_writable_cache("TORCH_HOME")  # WhisperX makes this folder even if nothing will go there
    from whisperx.asr import WhisperModel, load_model

    compute_type = settings.compute_type
    if compute_type == "auto":
        compute_type = "float16" if device == "cuda" else "int8"
    mend = "without a network give a folder, or fill the volume on /models with one run that has a network"
    with explained(Missing, f"Whisper model {settings.model} can't be loaded", mend):
        threads = len(os.sched_getaffinity(0))
        model = WhisperModel(settings.model, device=device, compute_type=compute_type, cpu_threads=threads)
    language = None if settings.language == "auto" else settings.language
    if not model.model.is_multilingual:
        if language not in (None, "en") or settings.task == "translate":
            raise InvalidInput(f"model {settings.model} knows English only: give a multilingual --model")
        language = "en"
    with explained(InvalidInput, f"--language {settings.language} is refused", "see Whisper's codes"):
        pipeline = load_model(
            settings.model, device, model=model, language=language, task=settings.task, vad_method="pyannote"
        )
    return pipeline, language


def tidy(segment: dict[str, Any], duration: float) -> Segment:
    """Return a raw segment in the output's form: milliseconds, inside the audio, words inside the segment."""
    start, end = (round(min(max(float(segment[side]), 0.0), duration), 3) for side in ("start", "end"))

    def inside(seconds: float | None) -> float | None:
        return None if seconds is None else round(min(max(seconds, start), end), 3)

    words = [
        Word(
            text=word["word"],
            start=inside(word.get("start")),
            end=inside(word.get("end")),
            confidence=word.get("score"),
        )
        for word in segment.get("words", [])
    ]
    return Segment(start=start, end=end, text=segment["text"].strip(), words=words)


def selftest() -> SelfTest:
    """Say what this image finds: versions, GPU and its libraries, the data that alignment needs."""
    sound, facts = gpu_facts(PACKAGES)
    try:
        import nltk

        nltk.data.find("tokenizers/punkt_tab/english/")
        facts["sentence splitter"] = "found"
    except LookupError:
        sound, facts["sentence splitter"] = False, "missing: NLTK's punkt_tab isn't on NLTK_DATA"
    return SelfTest(ok=sound, facts=facts)


STAGE = Stage(
    name="asr",
    about="Transcribe speech (16 kHz mono wav, as demux writes it) into segments and timed words.",
    settings=AsrSettings,
    output=Transcript,
    versions=lambda: versions(PACKAGES),
    check=check,
    run=run,
    selftest=selftest,
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
