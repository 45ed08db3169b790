"""A spoken sentence goes in; the names come out, at the times when they were said. No network."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import soundfile

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Transcribe = Callable[..., dict[str, Any]]
Said = dict[str, list[dict[str, Any]]]

NAMES = ["Alice", "Mumbai", "Bob", "London", "Friday"]


@pytest.fixture
def transcribe(run_stage: RunStage, test_data: Path, tmp_path: Path) -> Transcribe:
    """Return a function that transcribes a wav of the test data with tiny.en and gives the JSON."""

    def call(wav: Path, *arguments: object) -> dict[str, Any]:
        model = test_data / "models" / "whisper-tiny.en"
        done = run_stage("asr", "--input", wav, "--output", "asr.json", "--model", model, *arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        transcript: dict[str, Any] = json.loads((tmp_path / "asr.json").read_text())
        return transcript

    return call


def words_of(transcript: dict[str, Any]) -> list[dict[str, Any]]:
    return [word for segment in transcript["segments"] for word in segment["words"]]


def assert_in_order(transcript: dict[str, Any]) -> None:
    """Segments follow each other inside the audio, words follow each other inside their segment."""
    segments = transcript["segments"]
    edges = [edge for segment in segments for edge in (segment["start"], segment["end"])]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= transcript["duration"]
    for segment in segments:
        starts = [word["start"] for word in segment["words"] if word["start"] is not None]
        assert starts == sorted(starts)
        assert all(
            segment["start"] <= word["start"] <= word["end"] <= segment["end"] for word in segment["words"]
        )


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


@pytest.fixture(scope="module")
def stage() -> Iterator[ModuleType]:
    """Return the stage as a module; `asr` is the folder of these tests for pytest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend("/app")
        spec = importlib.util.spec_from_file_location("asr_stage", "/app/asr.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        import torch

        patch.setattr("os.sched_getaffinity", lambda _: {0})  # threads wait for each other on busy cores
        torch.set_num_threads(1)
        yield module


@pytest.fixture
def quick(stage: ModuleType, test_data: Path, tmp_path: Path) -> Transcribe:
    """Return what `transcribe` does, but in this process: torch takes seconds to import."""

    def call(wav: Path, *arguments: object) -> dict[str, Any]:
        model, output = test_data / "models" / "whisper-tiny.en", tmp_path / "asr.json"
        given = ["--input", wav, "--output", output, "--model", model, *arguments]
        with pytest.MonkeyPatch.context() as patch:  # stagekit's main takes the process's signals and logs
            patch.setattr("signal.signal", lambda number, handler: None)
            patch.setattr("stagekit.logs.configure", lambda stage, form, debug: None)
            assert stage.main(stage.STAGE, [*map(str, given)]) == 0
        transcript: dict[str, Any] = json.loads(output.read_text())
        return transcript

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a document of another stage."""

    def call(name: str, **content: object) -> Path:
        (tmp_path / name).write_text(json.dumps(content))
        return tmp_path / name

    return call


def seconds(wav: Path) -> float:
    return float(soundfile.info(wav).frames / 16_000)


def spoken(passages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [passage for passage in passages if passage["kind"] == "speech"]


def spans(passages: list[dict[str, Any]]) -> list[dict[str, float]]:
    """Return where somebody speaks, as a finder of speech gives it."""
    return [{"start": passage["start"] - 0.05, "end": passage["end"] + 0.05} for passage in passages]


VOICES = {"en+m3": "SPEAKER_00", "en+f4": "SPEAKER_01"}


def test_a_film_with_all_that_is_known(
    quick: Transcribe, write: Callable[..., Path], test_data: Path, tmp_path: Path, said: Said
) -> None:
    """Speech, names and speakers of other stages: each sentence has its speaker, each name its spelling."""
    wav, sentences = test_data / "audio" / "film.wav", spoken(said["film.wav"])
    turns = [
        {**span, "speaker": VOICES[one["voice"]]}
        for span, one in zip(spans(sentences), sentences, strict=True)
    ]
    known = {
        "--speech": write("speech.json", duration=seconds(wav), segments=spans(sentences)),
        "--speakers": write("who.json", duration=seconds(wav), speakers=[*VOICES.values()], segments=turns),
        "--entities": write(
            "names.json", language="en", entities=[], prompt="Katarzyna, Tariq, Mumbai.", prompt_tokens=9
        ),
    }
    transcript = quick(wav, "--words", "attention", *(part for pair in known.items() for part in pair))
    assert_in_order(transcript)
    segments = transcript["segments"]
    assert [segment["speaker"] for segment in segments] == [VOICES[one["voice"]] for one in sentences]
    for segment, sentence in zip(segments, sentences, strict=True):
        assert segment["start"] == pytest.approx(sentence["start"], abs=0.5)
        assert segment["end"] == pytest.approx(sentence["end"], abs=1.0)
        assert set(sentence["misheard"]) <= {word["text"].strip(".,") for word in segment["words"]}
        assert " ".join(word["text"] for word in segment["words"]) == segment["text"]
        assert {word["speaker"] for word in segment["words"]} == {segment["speaker"]}
    manifest = json.loads((tmp_path / "asr.json.manifest.json").read_text())
    assert {Path(record["path"]) for record in manifest["inputs"]} == {wav, *known.values()}


MANY = ", ".join(["Katarzyna", "London", *(f"{first}{last}" for first in
    ("Bar", "Dor", "Fel", "Gan", "Hol", "Jas", "Kel", "Lor", "Mar", "Nor") for last in
    ("ton", "ley", "win", "dan", "mir", "stein", "berg", "field", "wood", "ford"))])  # fmt: skip
PROMPTS: dict[str, tuple[tuple[str, ...], bool, bool]] = {
    "none: as Whisper spells them": ((), False, False),
    "text": (("--prompt", "Katarzyna, London."), True, False),
    "text instead of the film's names": (("--entities", "names.json", "--prompt", ""), False, False),
    "too many: the first are told, and it is said": (("--prompt", MANY), True, True),
}


@pytest.mark.parametrize("case", PROMPTS)
def test_prompts(
    case: str,
    quick: Transcribe,
    write: Callable[..., Path],
    test_data: Path,
    said: Said,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An ignored prompt fails; so does one that Whisper itself cuts: it keeps the end."""
    arguments, spelled, cut = PROMPTS[case]
    wav, sentences = test_data / "audio" / "film.wav", spoken(said["film.wav"])
    names = write("names.json", language="en", entities=[], prompt="Katarzyna, London.", prompt_tokens=6)
    speech = write("speech.json", duration=seconds(wav), segments=spans(sentences[2:3]))
    given = [names if argument == "names.json" else argument for argument in arguments]
    transcript = quick(wav, "--words", "none", "--speech", speech, *given)
    text = " ".join(segment["text"] for segment in transcript["segments"])
    assert ("Katarzyna" in text, "Katarina" in text) == (spelled, not spelled), text
    assert ("Whisper takes 223" in caplog.text) == cut


def test_only_the_given_speech_is_heard(
    quick: Transcribe, write: Callable[..., Path], test_data: Path, said: Said
) -> None:
    wav = test_data / "audio" / "speech.wav"
    speech = write("speech.json", duration=seconds(wav), segments=spans(said["speech.wav"])[1:])
    transcript = quick(wav, "--words", "none", "--speech", speech)
    assert [segment["text"] for segment in transcript["segments"]] == ["They came back to London on Friday."]
    assert transcript["segments"][0]["start"] == pytest.approx(said["speech.wav"][1]["start"], abs=0.1)


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


TIMES = 13
Words = list[tuple[str, float, float]]


@pytest.fixture(scope="module")
def long(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return three and a half minutes of the voices, and where they speak."""
    folder = tmp_path_factory.mktemp("long")
    samples, rate = soundfile.read(test_data / "audio" / "voices.wav", dtype="int16")
    soundfile.write(folder / "long.wav", np.tile(samples, TIMES), rate)
    said = json.loads((test_data / "audio" / "times.json").read_text())["voices.wav"]
    segments = [
        {side: seconds + number * len(samples) / rate for side, seconds in span.items()}
        for number in range(TIMES)
        for span in spans(said)
    ]
    speech = {"duration": TIMES * len(samples) / rate, "segments": segments}
    (folder / "speech.json").write_text(json.dumps(speech))
    return folder / "long.wav", folder / "speech.json"


def timed(transcript: dict[str, Any]) -> Words:
    return [(word["text"], word["start"], word["end"]) for word in words_of(transcript)]


def same(found: Words, expected: Words) -> bool:
    """Say whether the same words were said at the same times."""
    return [word for word, *_ in found] == [word for word, *_ in expected] and bool(
        np.allclose([times for _, *times in found], [times for _, *times in expected], atol=0.1)
    )


def cut_every(seconds: float, chunks: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Cut as an implementation would that makes blocks of equal length, whatever is said at their edges."""
    cuts = []
    for start, end in chunks:
        edges = [seconds * number for number in range(round(end / seconds) + 1)]
        inside = [edge for edge in edges if start < edge < end]
        cuts += list(pairwise([start, *inside, end]))
    return cuts


@pytest.mark.parametrize(
    ("chunks", "expected"), [([(1, 9)], [(1, 9)]), ([(1, 20), (21, 59)], [(1, 20), (21, 40), (40, 59)])]
)
def test_wrong_cuts_are_made(chunks: Any, expected: Any) -> None:
    assert cut_every(20, chunks) == expected


def test_blocks_make_no_difference(
    quick: Transcribe, stage: ModuleType, long: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In blocks of 40 s the words and their times are those of the whole file at once.

    Not so where times aren't shifted back, where a block is lost, and where words are cut at a block's edge.
    """
    wav, speech = long
    arguments = ("--speech", speech, "--words", "attention", "--block-minutes")
    whole = timed(quick(wav, *arguments, 60))
    assert len(whole) > 20 * TIMES
    starts: list[float] = []
    blocks = stage.speech_chunks.blocks

    def seen(chunks: list[tuple[float, float]], size: float) -> list[Any]:
        found: list[Any] = blocks(chunks, size)
        starts.extend(block.start for block in found)
        return found

    monkeypatch.setattr(stage.speech_chunks, "blocks", seen)
    found = timed(quick(wav, *arguments, 40 / 60))
    assert len(starts) > 4
    assert same(found, whole)

    def begin(time: float) -> float:
        return max(start for start in starts if start <= time + 0.001)

    unshifted = [(word, start - begin(start), end - begin(start)) for word, start, end in found]
    assert not same(unshifted, whole)
    assert not same([word for word in found if begin(word[1]) != starts[1]], whole)
    monkeypatch.setattr(
        stage.speech_chunks, "blocks", lambda chunks, size: blocks(cut_every(40, chunks), size)
    )
    cut = quick(wav, "--speech", speech, "--words", "none", "--block-minutes", 40 / 60)
    text = " ".join(segment["text"] for segment in cut["segments"])
    assert text.split() != [word for word, *_ in whole]


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
