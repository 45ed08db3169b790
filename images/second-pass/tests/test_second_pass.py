"""Sentences that small models know by heart go in; each one's translation comes out in its place."""

import importlib
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Translate = Callable[..., dict[str, Any]]


@pytest.fixture
def known(test_data: Path) -> Callable[[str], list[dict[str, str]]]:
    """Return a function from a model of the test data to all that it translates."""
    listed = json.loads((test_data / "models" / "translations.json").read_text())
    return lambda model: list(listed[f"translate-{model}"])


def transcript(texts: Sequence[str], language: str = "en") -> dict[str, Any]:
    """Return a transcript with odd times, speakers, words, and a change on the first segment."""
    segments: list[dict[str, Any]] = []
    for number, text in enumerate(texts):
        start = number * 3 + 1 / 3
        words = [{"text": word, "start": start, "end": start + 0.1} for word in text.split()]
        segments.append(
            {
                "start": start,
                "end": start + 2.0001,
                "text": text,
                "speaker": f"SPEAKER_{number % 2:02d}",
                "words": words,
            }
        )
    if segments:
        segments[0]["changes"] = [{"by": "somebody", "before": "a", "after": "b", "reason": "earlier"}]
    return {
        "language": language,
        "spoken": "hi",
        "duration": 99.5,
        "words": "aligned",
        "segments": segments,
    }


@pytest.fixture
def translate(run_stage: RunStage, test_data: Path, tmp_path: Path) -> Translate:
    """Return a function that runs the stage on a transcript and gives what it wrote."""

    def call(given: dict[str, Any], model: str, *arguments: object) -> dict[str, Any]:
        (tmp_path / "in.json").write_text(json.dumps(given))
        folder = test_data / "models" / f"translate-{model}"
        files = ["--input", "in.json", "--output", "out.json", "--model", folder]
        done = run_stage("second-pass", *files, *arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        found: dict[str, Any] = json.loads((tmp_path / "out.json").read_text())
        return found

    return call


def holds(found: dict[str, Any], given: dict[str, Any], expected: Sequence[str], target: str) -> bool:
    """Say whether `found` is `given` with the texts `expected`, and nothing else changed but what must be."""
    if (found["language"], found["spoken"], found["duration"]) != (
        target,
        given["spoken"],
        given["duration"],
    ):
        return False
    if len(found["segments"]) != len(given["segments"]):
        return False
    for new, old, text in zip(found["segments"], given["segments"], expected, strict=True):
        kept = all(new[name] == old[name] for name in ("start", "end", "speaker"))
        changes = len(old.get("changes", []))
        if not (kept and new["text"] == text and len(new["changes"]) >= changes):
            return False
        mine = [(change["by"], change["before"], change["after"]) for change in new["changes"][changes:]]
        if text == old["text"]:
            if mine or len(new["words"]) != len(old["words"]):
                return False
        elif mine != [("second-pass", old["text"], text)] or new["words"]:
            return False
    return True


def test_each_sentence_gets_its_translation(
    translate: Translate, known: Callable[[str], list[dict[str, str]]]
) -> None:
    """Of many lengths, in an order that is not theirs, an empty one between; batches of few."""
    pairs = known("marian")
    texts = [pair["text"] for pair in pairs]
    texts.insert(3, "")
    expected = [pair["translation"] for pair in pairs]
    expected.insert(3, "")
    given = transcript(texts)
    lengths = [len(text) for text in texts]
    assert lengths not in (sorted(lengths), sorted(lengths, reverse=True))
    found = translate(given, "marian", "--target", "fr", "--batch-tokens", 100)
    assert holds(found, given, expected, "fr"), [segment["text"] for segment in found["segments"]]
    assert found["words"] == "none"
    reason = found["segments"][0]["changes"][-1]["reason"]
    assert reason.startswith("translated from en to fr by ")


def _with(found: dict[str, Any], change: Callable[[list[dict[str, Any]]], object]) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(found))
    change(changed["segments"])
    return changed


def _set(name: str, value: Callable[[dict[str, Any]], object]) -> Callable[[list[dict[str, Any]]], object]:
    return lambda segments: [segment.update({name: value(segment)}) for segment in segments]


def _by_length(segments: list[dict[str, Any]]) -> None:
    texts = sorted((segment["text"] for segment in segments), key=len)
    for segment, text in zip(segments, texts, strict=True):
        segment["text"] = text


WRONG: dict[str, Callable[[list[dict[str, Any]]], object]] = {
    "identity": _set("text", lambda segment: segment["changes"][-1]["before"]),
    "empty": _set("text", lambda segment: ""),
    "not back in order": _by_length,
    "times shifted": _set("start", lambda segment: segment["start"] + 0.001),
    "joined": lambda segments: segments.append(segments.pop() | {"end": segments.pop()["end"]}),
    "said twice": _set("text", lambda segment: f"{segment['text']} {segment['text']}"),
    "no mark": _set("changes", lambda segment: segment["changes"][:-1]),
    "marked twice": _set("changes", lambda segment: [*segment["changes"], segment["changes"][-1]]),
    "old words kept": _set("words", lambda segment: [{"text": "old"}]),
    "speaker lost": _set("speaker", lambda segment: None),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_transcripts_would_be_seen(mistake: str, known: Callable[[str], list[dict[str, str]]]) -> None:
    pairs = known("marian")[:5]
    given = transcript([pair["text"] for pair in pairs])
    right = json.loads(json.dumps(given)) | {"language": "fr"}
    for segment, pair in zip(right["segments"], pairs, strict=True):
        mark = {"by": "second-pass", "before": pair["text"], "after": pair["translation"]}
        segment |= {"text": pair["translation"], "words": [], "changes": [*segment.get("changes", []), mark]}
    expected = [pair["translation"] for pair in pairs]
    assert holds(right, given, expected, "fr")
    assert not holds(_with(right, WRONG[mistake]), given, expected, "fr")


def test_long_texts_are_translated_in_pieces(
    translate: Translate, known: Callable[[str], list[dict[str, str]]]
) -> None:
    """The model has room for one of these sentences; cut off, or in one piece, it would lose the others."""
    pairs = sorted(known("marian"), key=lambda pair: -len(pair["text"]))[:5]
    given = transcript([" ".join(pair["text"] for pair in pairs)])
    found = translate(given, "marian", "--target", "fr", "--beams", 1)
    assert holds(found, given, [" ".join(pair["translation"] for pair in pairs)], "fr"), found["segments"]


@pytest.mark.parametrize("model", ["nllb", "mbart"])
@pytest.mark.parametrize(("source", "target"), [("en", "fr"), ("en", "de"), ("fr", "de")])
def test_models_of_many_languages_are_told_both(
    model: str, source: str, target: str, translate: Translate, known: Callable[[str], list[dict[str, str]]]
) -> None:
    """`Hello!` differs by the target alone, `Chat.` by the source alone."""
    pairs = [pair for pair in known(model) if (pair["source"], pair["target"]) == (source, target)]
    assert pairs
    given = transcript([pair["text"] for pair in pairs], source)
    found = translate(given, model, "--target", target)
    assert holds(found, given, [pair["translation"] for pair in pairs], target), found["segments"]


def test_texts_in_the_target_language_pass(run_stage: RunStage, tmp_path: Path) -> None:
    """No model is looked for: there is no network, and this name is nobody's."""
    given = transcript(["Hello!", "", "No."])
    (tmp_path / "in.json").write_text(json.dumps(given))
    done = run_stage("second-pass", "--input", "in.json", "--output", "out.json", "--model", "nobody/nothing")
    assert done.returncode == 0, done.stderr
    assert "passed through as they are" in done.stderr
    found = json.loads((tmp_path / "out.json").read_text())
    assert holds(found, given, ["Hello!", "", "No."], "en")
    assert found["words"] == "aligned"


def test_small_memory_means_small_batches() -> None:
    """Batches are halved until they fit, nothing is lost; where one text is too much, it ends with advice."""
    import torch

    batches = importlib.import_module("translation_batches")
    errors = importlib.import_module("stagekit.errors")
    sizes: list[int] = []

    def small(texts: Sequence[str]) -> list[str]:
        sizes.append(len(texts))
        if len(texts) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [text.upper() for text in texts]

    def no_room(texts: Sequence[str]) -> list[str]:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory")

    texts = [f"text {'x' * number}" for number in range(20)]
    shares: list[float] = []
    found = batches.translate_all(texts, small, len, 100, 10_000, " ", shares.append)
    assert found == [text.upper() for text in texts]
    assert sizes[:4] == [20, 10, 5, 2]
    assert set(sizes[3:]) == {2}
    assert shares == sorted(shares)
    assert shares[-1] == 1
    with pytest.raises(errors.WorkFailed, match="use fewer --beams"):
        batches.translate_all(texts, no_room, len, 100, 10_000, " ", shares.append)


def test_batches_are_of_like_length() -> None:
    """With padding, a batch has at most so many tokens; in another order they'd be more batches."""
    batches = importlib.import_module("translation_batches")
    seen: list[list[int]] = []

    def note(texts: Sequence[str]) -> list[str]:
        seen.append([len(text) for text in texts])
        return list(texts)

    texts = ["x" * length for length in (5, 50, 6, 49, 7, 48, 8, 200)]
    assert batches.translate_all(texts, note, len, 1000, 150, " ", lambda _: None) == texts
    assert seen == [[200], [50, 49, 48], [8, 7, 6, 5]]


SPLITS = {
    "fits": ("One. Two.", 9, ["One. Two."]),
    "sentences": ("One is. Two is. Three is.", 16, ["One is. Two is.", "Three is."]),
    "no sentences": ("one two three four", 10, ["one two", "three four"]),
    "no spaces": ("abcdefgh", 4, ["abcd", "efgh"]),
    "Chinese": ("你好吗。我很好。", 5, ["你好吗。", "我很好。"]),
}


@pytest.mark.parametrize("case", SPLITS)
def test_split(case: str) -> None:
    text, limit, expected = SPLITS[case]
    assert importlib.import_module("translation_batches").split(text, len, limit) == expected


def test_codes_are_the_models_own() -> None:
    """Every code stands in the tokenizer, every language in Whisper's list, and none is left out."""
    from transformers.models.mbart50 import tokenization_mbart50
    from transformers.models.nllb import tokenization_nllb
    from transformers.models.whisper.tokenization_whisper import LANGUAGES

    codes = importlib.import_module("translation_codes")
    for ours, theirs in ((codes.NLLB, tokenization_nllb), (codes.MBART, tokenization_mbart50)):
        assert set(ours.values()) <= set(theirs.FAIRSEQ_LANGUAGE_CODES)
    assert LANGUAGES.keys() - codes.NLLB.keys() == {"br", "haw", "la"}
    assert codes.NLLB.keys() <= LANGUAGES.keys()
    assert set(tokenization_mbart50.FAIRSEQ_LANGUAGE_CODES) - set(codes.MBART.values()) == {"xh_ZA"}


PREFIXES = {
    "one target": ([], "fr", ""),
    "by three letters": ([">>deu<<", ">>fra<<"], "fr", ">>fra<< "),
    "by two letters": ([">>fr<<", ">>de<<"], "fr", ">>fr<< "),
    "with a script": ([">>jpn<<", ">>cmn_Hans<<", ">>cmn_Hant<<"], "zh", ">>cmn_Hans<< "),
}


@pytest.mark.parametrize("case", PREFIXES)
def test_marian_is_told_one_of_several_targets(case: str) -> None:
    codes, target, expected = PREFIXES[case]
    assert importlib.import_module("translation_models").marian_prefix(codes, target) == expected


REFUSALS = {
    "no such folder": (3, "model folder /nowhere doesn't exist", ("--model", "/nowhere")),
    "name, no network": (3, "can't be loaded", ("--model", "nobody/nothing")),
    "the pair's own, no network": (
        3,
        "translation model Helsinki-NLP/opus-mt-en-fr can't",
        ("--model", "Helsinki-NLP/opus-mt-{{source}}-{{target}}"),
    ),
    "no translation model": (
        2,
        "is wav2vec2, no translation model",
        ("--model", "{data}/models/align"),
    ),
    "unknown to NLLB": (
        2,
        "NLLB knows no language la; it knows af, am, ",
        ("--model", "{data}/models/translate-nllb", "--target", "la"),
    ),
    "unknown to mBART": (
        2,
        "mBART-50 knows no language is; it knows af, ar, ",
        ("--model", "{data}/models/translate-mbart", "--target", "is"),
    ),
    "no language": (2, "--target (SECOND_PASS_TARGET)", ("--target", "French")),
    "no GPU": (3, "no usable GPU: torch sees none", ("--device", "cuda")),
    "no transcript": (2, "is no Transcript", ("--input", "{data}/audio/times.json")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, test_data: Path, tmp_path: Path, assert_refused: Refuse) -> None:
    code, text, arguments = REFUSALS[case]
    (tmp_path / "in.json").write_text(json.dumps(transcript(["Hello!"])))
    model = test_data / "models" / "translate-marian"
    given = ["--input", "in.json", "--output", "out.json", "--target", "fr", "--model", model]
    more = [argument.format(data=test_data) for argument in arguments]
    assert_refused(code, text, "second-pass", *given, *more, HF_HUB_OFFLINE="1")


def test_selftest(run_stage: RunStage, locked: Callable[[str], str]) -> None:
    done = run_stage("second-pass", "selftest", "--json")
    assert done.returncode == 0, done.stdout
    facts = json.loads(done.stdout)["facts"]
    assert facts["protobuf"] == locked("protobuf")
    assert facts["libcublas.so.12"] == "loads"


def test_help_names_the_licence(run_stage: RunStage) -> None:
    assert "CC-BY-NC" in run_stage("second-pass", "--help").stdout
