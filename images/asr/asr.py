"""asr: speech as 16 kHz mono wav in, segments with timed words as JSON out, by WhisperX."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import hearing
import speech_chunks
from pydantic import Field
from pydantic_settings import SettingsConfigDict
from speakers import assign
from words import align, attend, load_aligner

from stagekit.accelerator import Device, gpu_facts, resolve_device
from stagekit.audio import SAMPLE_RATE, check_speech, read_of_audio, sample_count
from stagekit.documents import (
    Diarization,
    Entities,
    Segment,
    Speech,
    Transcript,
    Word,
    WordTimes,
    read_document,
)
from stagekit.errors import InvalidInput, WorkFailed, explained
from stagekit.files import write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.models import local_folder
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

UNDETERMINED = "und"
"""The language of no speech: ISO 639-2."""


class AsrSettings(StageSettings):
    """What to hear, with which models, and where."""

    model_config = SettingsConfigDict(env_prefix="ASR_")

    model: str = Field(default="large-v3", description="Whisper model: name, or folder in CTranslate2 form")
    language: str = Field(default="auto", pattern="^(auto|[a-z]{2,3})$", description="as in en, or auto")
    task: Literal["transcribe", "translate"] = Field(
        default="transcribe", description="translate: into English"
    )
    speech: Path | None = Field(
        default=None,
        description="where somebody speaks, of pyannote-vad or silero-vad; else it is found here",
    )
    speakers: Path | None = Field(
        default=None, description="who speaks when, of diarization: words get speakers"
    )
    entities: Path | None = Field(default=None, description="names of pre-ner; Whisper is told their prompt")
    prompt: str | None = Field(
        default=None,
        description="what Whisper is told instead: names, or a sentence before the first; '': nothing",
    )
    words: WordTimes = Field(
        default="aligned",
        description="times of words by an alignment model (aligned), by Whisper's own attention (attention: "
        "no second model, coarser, segments up to 30 s), or no words (none)",
    )
    align_model: str | None = Field(default=None, description="wav2vec2: name or folder; else by language")
    batch_size: int = Field(default=8, ge=1, description="30 s pieces at once; fewer need less memory")
    block_minutes: float = Field(
        default=15,
        gt=0,
        description="audio in memory at once; cut where nobody speaks, the result is the same",
    )
    device: Device = Field(default="auto", description="auto: the GPU if it works, else the CPU")
    compute_type: Literal["auto", "int8", "int8_float16", "int8_float32", "float16", "float32"] = Field(
        default="auto", description="of the Whisper model; auto: float16 on a GPU, int8 on a CPU"
    )


def check(settings: AsrSettings) -> None:
    """Look at the wav, the model folders, the other stages' files, and what can't go together."""
    check_speech(settings.input)
    local_folder(settings.model, ["model.bin", "config.json", "tokenizer.json"])
    if settings.align_model is not None:
        local_folder(settings.align_model, ["config.json"])
    if settings.task == "translate" and settings.words == "aligned":
        raise InvalidInput("a translation can't be aligned with the speech: use --words attention or none")
    others(settings)
    prompt(settings)


def others(settings: AsrSettings) -> tuple[Speech | None, Diarization | None]:
    """Return where somebody speaks and who, as other stages found it; None for what isn't given."""
    speech = read_of_audio(settings.speech, Speech, settings.input) if settings.speech else None
    who = read_of_audio(settings.speakers, Diarization, settings.input) if settings.speakers else None
    return speech, who


def prompt(settings: AsrSettings) -> str:
    """Return what Whisper is to be told; empty where nothing is."""
    if settings.prompt is not None:
        return settings.prompt
    return read_document(settings.entities, Entities).prompt if settings.entities else ""


def run(settings: AsrSettings, recorder: Recorder) -> None:
    """Transcribe, time the words, say whose they are, write the JSON."""
    speech, who = others(settings)
    segments: list[Segment] = []
    spoken = settings.language
    if speech is None or speech.segments:  # else no model is needed
        segments, spoken = hear(settings, speech, recorder)
    if spoken == "auto":
        spoken = UNDETERMINED
    if who:
        segments = assign(segments, who.segments)
    transcript = Transcript(
        language="en" if settings.task == "translate" else spoken,
        spoken=spoken,
        duration=sample_count(settings.input) / SAMPLE_RATE,
        words=settings.words,
        segments=segments,
    )
    write_json(settings.output, transcript)


def hear(settings: AsrSettings, speech: Speech | None, recorder: Recorder) -> tuple[list[Segment], str]:
    """Return the segments, and the language that is spoken: as set where nobody speaks.

    Memory holds one block of audio at a time. All of it is transcribed first, then the words are timed, so
    each is one step.
    """
    path, device = settings.input, resolve_device(settings.device)
    with recorder.step("load model"):
        pipeline = hearing.load(
            settings.model, device, settings.compute_type, settings.language, settings.task, prompt(settings)
        )
        language = pipeline.preset_language
        aligner = None
        if settings.words == "aligned" and language:  # it would be late to miss it after transcribing
            aligner = load_aligner(language, settings.align_model, device)
    with recorder.step("find speech"), explained(WorkFailed, "finding speech failed", "give --speech"):
        chunks = (
            speech_chunks.found(path, device, Progress("finding speech").update)
            if speech is None
            else speech_chunks.given(path, speech.segments)
        )
    if not chunks:
        return [], language or settings.language
    if not language:
        language = hearing.spoken_language(pipeline, path, chunks)
        if settings.words == "aligned":
            aligner = load_aligner(language, settings.align_model, device)
    blocks = speech_chunks.blocks(chunks, settings.block_minutes * 60)
    with recorder.step("transcribe"):
        heard = hearing.transcribe(pipeline, path, blocks, settings.batch_size, language, settings.task)
    segments: list[Segment] = []
    progress = Progress("timing words")
    with recorder.step("time words"):
        for number, (block, raw) in enumerate(zip(blocks, heard, strict=True), start=1):
            if aligner and raw:
                raw = align(raw, block.audio(path), aligner, device)
            elif settings.words == "attention":
                raw = attend(raw, block.audio(path), language, settings.task, pipeline.model)
            segments += [tidy(segment, block) for segment in raw]
            progress.update(number / len(blocks))
    return segments, language


def tidy(segment: Mapping[str, Any], block: speech_chunks.Block) -> Segment:
    """Return a raw segment of `block` in the output's form.

    Times are in milliseconds of the film, inside the block's audio; words are inside their segment.
    """
    first, last = block.start, block.chunks[-1][1]

    def inside(seconds: float, earliest: float, latest: float) -> float:
        return round(min(max(block.start + float(seconds), earliest), latest), 3)

    start, end = (inside(segment[side], first, last) for side in ("start", "end"))
    words = [
        Word(
            text=word["word"],
            confidence=word.get("score"),
            **{side: inside(word[side], start, end) for side in ("start", "end") if side in word},
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
    extra_inputs=lambda settings: {
        "--speech": settings.speech,
        "--speakers": settings.speakers,
        "--entities": settings.entities,
    },
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
