"""Sentences that small models know by heart go in; each one's translation comes out in its place."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from second_pass_transcripts import holds, transcript

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Translate = Callable[..., dict[str, Any]]


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
