"""What Whisper hears: its model, the language that is spoken, and the texts of chunks, block by block."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asr_prompt import cleaned, fit
from speech_chunks import Block, Chunk, first_speech

from stagekit.errors import InvalidInput, Missing, WorkFailed, explained
from stagekit.logs import Progress, quiet_libraries
from stagekit.models import shared_cache, use_writable_cache

log = logging.getLogger("stagekit.asr")

Raw = dict[str, Any]
"""A segment as WhisperX has it; its times are from the beginning of its block."""


def load(model: str, device: str, compute_type: str, language: str, task: str, prompt: str) -> Any:
    """Return WhisperX's pipeline, which hears the chunks that its `vad_model` is given.

    Raises:
        Missing: the model can't be found, fetched or loaded.
        InvalidInput: it doesn't know the language.

    """
    use_writable_cache("TORCH_HOME")  # WhisperX makes this folder even if nothing will go there
    from whisperx.asr import WhisperModel, load_model
    from whisperx.vads import Vad

    class GivenChunks(Vad):  # type: ignore[misc]  # whisperx has no types
        """Speech that is known already; in the place of WhisperX's own finder."""

        chunks: Sequence[Chunk] = ()

        def __call__(self, _audio: Any) -> list[Raw]:
            return [{"start": start, "end": end} for start, end in self.chunks]

        @staticmethod
        def merge_chunks(segments: list[Raw], *_: Any, **__: Any) -> list[Raw]:
            return segments

    if compute_type == "auto":
        compute_type = "float16" if device == "cuda" else "int8"
    mend = "without a network give a folder, or fill the volume on /models with one run that has a network"
    with explained(Missing, f"Whisper model {model} can't be loaded", mend), shared_cache():
        threads = len(os.sched_getaffinity(0))
        whisper = WhisperModel(model, device=device, compute_type=compute_type, cpu_threads=threads)
    known = None if language == "auto" else language
    if not whisper.model.is_multilingual:
        if known not in (None, "en") or task == "translate":
            raise InvalidInput(f"model {model} knows English only: give a multilingual --model")
        known = "en"
    with explained(InvalidInput, f"--language {language} is refused", "see Whisper's codes"):
        return load_model(
            model,
            device,
            model=whisper,
            language=known,
            task=task,
            vad_model=GivenChunks(vad_onset=0.5),
            asr_options={"initial_prompt": fitting(prompt, whisper) or None},
        )


def fitting(prompt: str, whisper: Any) -> str:
    """Return as much of `prompt` as the model takes, and say so where that isn't all.

    faster_whisper/transcribe.py, get_prompt: `previous_tokens[-(self.max_length // 2 - 1):]`.
    """

    def count(text: str) -> int:
        return len(whisper.hf_tokenizer.encode(" " + text, add_special_tokens=False).ids)

    limit, whole = whisper.max_length // 2 - 1, cleaned(prompt)
    told = fit(whole, limit, count)
    if told != whole:
        log.warning(
            "the prompt has %d tokens, Whisper takes %d: it is told up to …%s",
            count(whole), limit, told[-30:] or " nothing",
        )  # fmt: skip
    return told


def spoken_language(pipeline: Any, path: Path, chunks: Sequence[Chunk]) -> str:
    """Return the language of the first 30 s of speech; not of the film's, as WhisperX: they may be music."""
    with explained(WorkFailed, "the language can't be told", "give --language"):
        return str(pipeline.detect_language(first_speech(path, chunks)))


def transcribe(
    pipeline: Any, path: Path, blocks: Sequence[Block], batch_size: int, language: str, task: str
) -> list[list[Raw]]:
    """Return the segments of each block: one for each chunk in which Whisper hears words."""
    heard = []
    all_chunks, done = sum(len(block.chunks) for block in blocks), 0
    progress = Progress("transcribing")
    mend = "where memory is short use a smaller --batch-size or --model"
    for block in blocks:
        pipeline.vad_model.chunks = block.inside()
        part = _Part(progress, done / all_chunks, len(block.chunks) / all_chunks)
        with explained(WorkFailed, "transcription failed", mend), quiet_libraries(part):
            found = pipeline.transcribe(
                block.audio(path), batch_size=batch_size, language=language, task=task, print_progress=True
            )
        # One for each chunk, but WhisperX has rounded their times.
        exact = zip(found["segments"], block.inside(), strict=True)
        heard.append(
            [
                {"text": segment["text"], "start": start, "end": end}
                for segment, (start, end) in exact
                if segment["text"].strip()
            ]
        )
        done += len(block.chunks)
    return heard


class _Part(Progress):
    """Progress of one block as a share of all."""

    def __init__(self, whole: Progress, first: float, size: float) -> None:
        self._whole, self._first, self._size = whole, first, size

    def update(self, share: float) -> None:
        """Say that `share` (0 to 1) of the block is done."""
        self._whole.update(self._first + self._size * share)
