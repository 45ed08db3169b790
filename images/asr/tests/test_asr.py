"""A spoken sentence goes in; the names come out, at the times when they were said. No network."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from asr_transcripts import assert_in_order, seconds, words_of

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Transcribe = Callable[..., dict[str, Any]]
Said = dict[str, list[dict[str, Any]]]

NAMES = ["Alice", "Mumbai", "Bob", "London", "Friday"]


def test_whisper_s_own_times(transcribe: Transcribe, test_data: Path, said: Said) -> None:
    """Words are where they were said: an output shifted by a second fails, an empty one too."""
    transcript = transcribe(test_data / "audio" / "speech.wav", "--words", "attention")
    assert_in_order(transcript)
    assert transcript.items() >= {"language": "en", "spoken": "en", "words": "attention"}.items()
    found = {word["text"].strip(".,"): word for word in words_of(transcript)}
    assert set(NAMES) <= set(found)
    first, second = said["speech.wav"]
    for name, sentence in [("Alice", first), ("London", second)]:
        assert sentence["start"] - 0.3 <= found[name]["start"] <= found[name]["end"] <= sentence["end"] + 0.3
    assert found["Alice"]["start"] == pytest.approx(first["start"], abs=0.5)
    assert found["Friday"]["end"] == pytest.approx(second["end"], abs=0.5)
    assert " ".join(word["text"] for word in words_of(transcript)) == " ".join(
        segment["text"] for segment in transcript["segments"]
    )


def test_alignment_without_a_network(transcribe: Transcribe, test_data: Path) -> None:
    """The model's weights are random, so its times only have to be in order; and sentences are split."""
    wav, model = test_data / "audio" / "speech.wav", test_data / "models" / "align"
    transcript = transcribe(wav, "--align-model", model)
    assert transcript["words"] == "aligned"
    assert_in_order(transcript)
    assert set(NAMES) <= {word["text"].strip(".,") for word in words_of(transcript)}
    assert len(transcript["segments"]) == 2
    assert all(segment["text"].endswith(".") for segment in transcript["segments"])


def test_no_words(transcribe: Transcribe, test_data: Path, tmp_path: Path) -> None:
    transcript = transcribe(test_data / "audio" / "speech.wav", "--words", "none")
    assert words_of(transcript) == []
    assert "Mumbai" in transcript["segments"][0]["text"]
    manifest = json.loads((tmp_path / "asr.json.manifest.json").read_text())
    assert set(manifest["versions"]) >= {"python", "whisperx", "faster-whisper", "ctranslate2", "torch"}
    assert "missing" not in manifest["versions"].values()


def test_silence_has_no_segments(transcribe: Transcribe, tmp_path: Path) -> None:
    """Whisper itself would hear words in silence."""
    soundfile.write(tmp_path / "silence.wav", np.zeros(64_000), 16_000, subtype="PCM_16")
    assert transcribe(tmp_path / "silence.wav", "--words", "attention")["segments"] == []


@pytest.mark.parametrize(("arguments", "language"), [((), "und"), (("--language", "de"), "de")])
def test_no_speech_needs_no_model(
    arguments: tuple[str, ...],
    language: str,
    run_stage: RunStage,
    write: Callable[..., Path],
    test_data: Path,
    tmp_path: Path,
) -> None:
    wav = test_data / "audio" / "speech.wav"
    speech = write("speech.json", duration=seconds(wav), segments=[])
    given = ["--input", wav, "--output", "asr.json", "--model", "not-here", "--speech", speech]
    done = run_stage("asr", *given, *arguments)
    assert done.returncode == 0, done.stderr
    transcript = json.loads((tmp_path / "asr.json").read_text())
    assert (transcript["segments"], transcript["language"]) == ([], language)


REFUSALS = {
    "no such model folder": (3, "model folder /nowhere doesn't exist", ("--model", "/nowhere")),
    "empty model": (2, "the model is empty", ("--model", "")),
    "empty alignment model": (2, "the model is empty", ("--align-model", "")),
    "another form of model": (3, "lacks model.bin", ("--model", "{data}/models/align")),
    "model by name, no network": (3, "Whisper model tiny can't be loaded", ("--model", "tiny")),
    "no alignment model": (3, "alignment model for en can't be loaded", ()),
    "translation can't be aligned": (2, "use --words attention or none", ("--task", "translate")),
    "English model, other language": (2, "knows English only", ("--language", "hi")),
    "no GPU": (3, "no usable GPU: torch sees none", ("--device", "cuda")),
    "film instead of a wav": (2, "isn't a wav file", ("--input", "/app/asr.py")),
    "speech of another audio": (2, "is of 3.0 s of audio, but", ("--speech", "{other}")),
    "speakers of another audio": (2, "is of 3.0 s of audio, but", ("--speakers", "{other}")),
    "speech that is none": (2, "is no Speech", ("--speech", "{data}/audio/times.json")),
    "speakers that are none": (2, "is no Diarization", ("--speakers", "{data}/audio/times.json")),
    "names that are none": (2, "is no Entities", ("--entities", "{data}/audio/times.json")),
    "no such names": (2, "--entities is no file: nowhere", ("--entities", "nowhere")),
    "blocks of nothing": (2, "--block-minutes (ASR_BLOCK_MINUTES)", ("--block-minutes", "0")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, test_data: Path, write: Callable[..., Path], assert_refused: Refuse) -> None:
    code, text, arguments = REFUSALS[case]
    other = write("other.json", duration=3.0, speakers=[], segments=[])
    given = [argument.format(data=test_data, other=other) for argument in arguments]
    wav, model = test_data / "audio" / "speech.wav", test_data / "models" / "whisper-tiny.en"
    assert_refused(code, text, "asr", "--input", wav, "--output", "asr.json", "--model", model, *given)


def test_selftest(run_stage: RunStage) -> None:
    done = run_stage("asr", "selftest", "--json")
    assert done.returncode == 0, done.stdout
    facts = json.loads(done.stdout)["facts"]
    assert facts["libcudnn_ops.so.9"] == "loads"
    assert facts["sentence splitter"] == "found"
    assert "sm_90" in facts["torch architectures"]
    assert "int8" in facts["ctranslate2 on cpu"]
    assert facts["GPU"] == "none: work runs on the CPU"


def test_help_is_quick(run_stage: RunStage) -> None:
    """Importing torch first would take many seconds."""
    import time

    start = time.monotonic()
    assert "--align-model" in run_stage("asr", "--help").stdout
    assert time.monotonic() - start < 5
