"""When each word was said: by an alignment model, or by the attention of Whisper itself."""

from typing import TYPE_CHECKING, Any

from stagekit.audio import SAMPLE_RATE
from stagekit.errors import Missing, WorkFailed, explained
from stagekit.models import shared_cache

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]


BEFORE, AFTER = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001
"""Punctuation that belongs to the next and to the previous word: faster-whisper's own defaults."""


MEND = "give --align-model (a folder works without a network), or use --words attention or --words none"

Aligner = tuple[Any, dict[str, Any]]
"""A wav2vec2 model, and what WhisperX knows of it."""


def load_aligner(language: str, model: str | None, device: str) -> Aligner:
    """Return the alignment model by name or folder, else WhisperX's choice for `language`."""
    import whisperx

    with (
        explained(Missing, f"alignment model {model or 'for ' + language} can't be loaded", MEND),
        shared_cache(),
    ):
        aligner: Aligner = whisperx.load_align_model(language, device, model_name=model)
    return aligner


def align(segments: list[Any], audio: "Samples", aligner: Aligner, device: str) -> list[Any]:
    """Return `segments` cut into sentences, with words timed by `aligner` (forced alignment)."""
    import whisperx

    with explained(WorkFailed, "alignment failed", MEND):
        aligned: dict[str, list[Any]] = whisperx.align(segments, *aligner, audio, device)
    return aligned["segments"]


def attend(segments: list[Any], audio: "Samples", language: str, task: str, model: Any) -> list[Any]:
    """Return `segments` with words timed by the attention between Whisper's decoder and the audio."""
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import merge_punctuations
    from whisperx.audio import HOP_LENGTH, N_SAMPLES, log_mel_spectrogram

    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task=task, language=language)
    mel_bins = model.feat_kwargs.get("feature_size") or 80
    timed = []
    for segment in segments:
        piece = audio[int(segment["start"] * SAMPLE_RATE) : int(segment["end"] * SAMPLE_RATE)]
        features = log_mel_spectrogram(piece, n_mels=mel_bins, padding=N_SAMPLES - len(piece))
        tokens = tokenizer.encode(segment["text"])
        words = model.find_alignment(tokenizer, [tokens], model.encode(features), len(piece) // HOP_LENGTH)
        merge_punctuations(words[0], BEFORE, AFTER)
        timed.append(
            segment | {"words": [_shift(word, segment["start"]) for word in words[0] if word["word"]]}
        )
    return timed


def _shift(word: dict[str, Any], seconds: float) -> dict[str, Any]:
    return {
        "word": word["word"].strip(),
        "start": seconds + float(word["start"]),
        "end": seconds + float(word["end"]),
        "score": float(word["probability"]),
    }
