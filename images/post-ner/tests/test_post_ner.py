"""A transcript and names go in; a transcript comes out that differs in names alone."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]

TEXTS = ["I saw Zeffirine in Mumby.", "Mark the page, will you?", "Nobody calls Oka for anything."]


def transcript() -> dict[str, Any]:
    segments = []
    for place, text in enumerate(TEXTS):
        words = text.split()
        segments.append(
            {
                "start": 5.0 * place,
                "end": 5.0 * place + 4,
                "text": text,
                "speaker": "SPEAKER_00",
                "words": [
                    {
                        "text": word,
                        "start": 5.0 * place + i / 2,
                        "end": 5.0 * place + i / 2 + 0.4,
                        "confidence": 0.9,
                    }
                    for i, word in enumerate(words)
                ],
            }
        )
    return {"language": "en", "spoken": "en", "duration": 20.0, "words": "aligned", "segments": segments}


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Write a transcript, entities, and metadata; return the transcript."""
    names = [("Zephyrine", "person"), ("Okafor", "person"), ("Mumbai", "place"), ("Marc", "person")]
    entities = [{"text": text, "kind": kind, "sources": ["character"]} for text, kind in names]
    (tmp_path / "entities.json").write_text(
        json.dumps({"language": "en", "entities": entities, "prompt": "", "prompt_tokens": 0})
    )
    movie = {
        "id": 1, "title": "Zephyrine", "original_title": "Zephyrine", "original_language": "fr",
        "cast": [{"name": "A B", "character": "Zephyrine", "order": 0}],
    }  # fmt: skip
    (tmp_path / "tmdb.json").write_text(
        json.dumps({"title": "x", "year": None, "movie": movie, "candidates": []})
    )
    (tmp_path / "nothing.json").write_text(
        json.dumps({"title": "x", "year": None, "movie": None, "candidates": []})
    )
    (tmp_path / "heard.json").write_text(json.dumps(transcript()))
    return tmp_path / "heard.json"


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def without_names(document: dict[str, Any]) -> list[Any]:
    """Return what must not change: all but texts, changes, and how many words there are."""
    return [document["language"], document["duration"]] + [
        [
            segment["start"],
            segment["end"],
            segment["speaker"],
            [
                (word["start"], word["end"])
                for word in segment["words"]
                if word["text"].strip(".,") not in ("Oka", "for", "Okafor")
            ],
        ]
        for segment in document["segments"]
    ]


def test_names_are_put_right_and_nothing_else(given: Path, run_stage: RunStage) -> None:
    done = run_stage(
        "post-ner", "--input", given, "--output", "out.json", "--entities", "entities.json", "--model", "none"
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "3 names put right" in done.stderr
    found = read(given.parent / "out.json")
    assert [segment["text"] for segment in found["segments"]] == [
        "I saw Zephyrine in Mumbai.",
        "Mark the page, will you?",
        "Nobody calls Okafor anything.",
    ]
    for segment in found["segments"]:
        assert segment["text"] == " ".join(word["text"] for word in segment["words"])
    assert without_names(found) == without_names(transcript())
    joined = found["segments"][2]["words"][2]
    assert (joined["text"], joined["start"], joined["end"]) == ("Okafor", 11.0, 11.9)
    changes = [change for segment in found["segments"] for change in segment["changes"]]
    assert [(change["before"], change["after"]) for change in changes] == [
        ("Zeffirine", "Zephyrine"),
        ("Mumby", "Mumbai"),
        ("Oka for", "Okafor"),
    ]
    assert all(change["by"] == "post-ner" and 85 <= change["score"] <= 100 for change in changes)


NOTHING_KNOWN = [(), ("--metadata", "nothing.json")]


@pytest.mark.parametrize("names", NOTHING_KNOWN)
def test_without_names_nothing_changes(names: tuple[str, ...], given: Path, run_stage: RunStage) -> None:
    """Nor is a model asked for: there is no network here."""
    assert run_stage("post-ner", "--input", given, "--output", "out.json", *names).returncode == 0
    found = read(given.parent / "out.json")
    assert [segment["text"] for segment in found["segments"]] == TEXTS
    assert without_names(found) == without_names(transcript())


def test_metadata_alone_will_do(given: Path, run_stage: RunStage) -> None:
    names = ("--metadata", "tmdb.json", "--model", "none")
    assert run_stage("post-ner", "--input", given, "--output", "out.json", *names).returncode == 0
    assert read(given.parent / "out.json")["segments"][0]["text"] == "I saw Zephyrine in Mumby."


def test_threshold_is_heard(given: Path, run_stage: RunStage) -> None:
    names = ("--entities", "entities.json", "--model", "none", "--threshold", "99")
    assert run_stage("post-ner", "--input", given, "--output", "out.json", *names).returncode == 0
    assert read(given.parent / "out.json")["segments"][0]["text"] == TEXTS[0]


def test_earlier_changes_are_kept(given: Path, run_stage: RunStage) -> None:
    told = read(given)
    told["segments"][0]["changes"] = [{"by": "second-pass", "before": "a", "after": "b", "reason": "r"}]
    given.write_text(json.dumps(told))
    names = ("--entities", "entities.json", "--model", "none")
    assert run_stage("post-ner", "--input", given, "--output", "out.json", *names).returncode == 0
    by = [change["by"] for change in read(given.parent / "out.json")["segments"][0]["changes"]]
    assert by == ["second-pass", "post-ner", "post-ner"]


def rule_model(folder: Path) -> Path:
    """Write a spaCy model that takes the word Mark for a person, wherever it is."""
    import spacy

    model = spacy.blank("en")
    rules: Any = model.add_pipe("entity_ruler")
    rules.add_patterns([{"label": "PERSON", "pattern": "Mark"}])
    model.to_disk(folder / "model")
    return folder / "model"


def test_a_model_tells_names_at_the_beginning(given: Path, tmp_path: Path, run_stage: RunStage) -> None:
    names = ("--entities", "entities.json", "--model", rule_model(tmp_path))
    done = run_stage("post-ner", "--input", given, "--output", "out.json", *names)
    assert done.returncode == 0, done.stderr
    assert read(given.parent / "out.json")["segments"][1]["text"] == "Marc the page, will you?"


BEGINNINGS = [
    "Mark told me everything.",
    "Mark the page, will you?",
    "Mumby is far away.",
    "Rose petals fell.",
]
TOLD = [
    ("none", BEGINNINGS),
    ("spacy-en", ["Marc told me everything.", BEGINNINGS[1], "Mumbai is far away.", BEGINNINGS[3]]),
]


@pytest.mark.parametrize(("model", "expected"), TOLD)
def test_a_real_model_tells_the_name_from_the_verb(
    model: str, expected: list[str], given: Path, test_data: Path, run_stage: RunStage
) -> None:
    told = transcript()
    told["segments"] = [
        {"start": place, "end": place + 1, "text": text} for place, text in enumerate(BEGINNINGS)
    ]
    given.write_text(json.dumps(told))
    folder = "none" if model == "none" else test_data / "models" / model
    names = ("--entities", "entities.json", "--model", folder)
    done = run_stage("post-ner", "--input", given, "--output", "out.json", *names)
    assert done.returncode == 0, done.stderr
    assert [segment["text"] for segment in read(given.parent / "out.json")["segments"]] == expected


REFUSALS = {
    "no transcript": (2, "is no Transcript", ("--input", "entities.json")),
    "no entities": (2, "is no Entities", ("--entities", "heard.json")),
    "no metadata": (2, "is no MovieMetadata", ("--metadata", "heard.json")),
    "no such folder": (3, "model folder /nowhere doesn't exist", ("--model", "/nowhere")),
    "name, no network": (3, "without a network give a folder as --model", ("--model", "some/model")),
    "threshold": (2, "--threshold (POST_NER_THRESHOLD)", ("--threshold", "20")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, given: Path, assert_refused: Refuse) -> None:
    code, text, arguments = REFUSALS[case]
    names = ("--entities", "entities.json", *arguments)
    assert_refused(
        code, text, "post-ner", "--input", given, "--output", "out.json", *names, HF_HUB_OFFLINE="1"
    )


def test_help_schema_and_selftest(run_stage: RunStage, locked: Callable[[str], str]) -> None:
    assert "--threshold" in run_stage("post-ner", "--help").stdout
    assert json.loads(run_stage("post-ner", "--schema").stdout)["title"] == "Transcript"
    facts = json.loads(run_stage("post-ner", "selftest", "--json").stdout)["facts"]
    assert facts["rapidfuzz"] == locked("rapidfuzz")
