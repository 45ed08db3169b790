"""The stage as a user runs it: odd metadata, odd letters, models, refusals."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pre_ner_films import film

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]


def test_without_a_model(find: Callable[..., dict[str, Any]]) -> None:
    """`none` needs no spaCy; the overview is left alone."""
    found = find(film(), "--model", "none")
    named = {entity["text"]: entity["sources"] for entity in found["entities"]}
    assert named["Rick Blaine"] == ["character"]
    assert named["Casablanca"] == ["title"]
    assert "Morocco" not in named
    assert "Rick Blaine" in found["prompt"]


def test_no_film_has_no_names(run_stage: RunStage, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(
        json.dumps({"title": "x", "year": None, "movie": None, "candidates": []})
    )
    done = run_stage("pre-ner", "--input", "t.json", "--output", "e.json")
    assert done.returncode == 0, done.stderr
    expected = {"language": "en", "entities": [], "prompt": "", "prompt_tokens": 0}
    assert json.loads((tmp_path / "e.json").read_text()) == expected


def test_no_overview_needs_no_model(run_stage: RunStage, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps(film(overview=" ")))
    done = run_stage("pre-ner", "--input", "t.json", "--output", "e.json")
    assert done.returncode == 0, done.stderr


def test_letters_of_all_scripts(find: Callable[..., dict[str, Any]]) -> None:
    cast = ["अमर", "राम प्रसाद शर्मा", "千尋 (声)", "Алёша", "Nguye\u0302\u0303n Văn A", "Ørjan", "محمد"]
    members = [{"name": "X", "character": name, "order": at} for at, name in enumerate(cast)]
    found = find(film(cast=members, title="अंदाज़ अपना अपना", original_title="千と千尋の神隠し", overview=""))
    named = [entity["text"] for entity in found["entities"]]
    assert named[:7] == ["अमर", "राम प्रसाद शर्मा", "千尋", "Алёша", "Nguyễn Văn A", "Ørjan", "محمد"]
    assert "अंदाज़ अपना अपना" in found["prompt"]
    assert "千と千尋の神隠し" in named
    assert "千と千尋の神隠し" not in found["prompt"], "the original title is of another language"


def test_same_input_gives_the_same_bytes(find: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    find(film())
    first = (tmp_path / "e.json").read_bytes()
    find(film(), "--force")
    assert (tmp_path / "e.json").read_bytes() == first


def test_model_by_name_from_the_cache(run_stage: RunStage, test_data: Path, tmp_path: Path) -> None:
    """The default model by the language, without a network, from what an earlier run has fetched."""
    repository = tmp_path / "hf" / "hub" / "models--spacy--en_core_web_sm"
    (repository / "snapshots").mkdir(parents=True)
    (repository / "snapshots" / ("a" * 40)).symlink_to(test_data / "models" / "spacy-en")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("a" * 40)
    (tmp_path / "t.json").write_text(json.dumps(film()))
    for name in ("auto", "en_core_web_sm", "spacy/en_core_web_sm"):
        given = ["--input", "t.json", "--output", "e.json", "--model", name, "--force"]
        done = run_stage("pre-ner", *given, HF_HOME=str(tmp_path / "hf"))
        assert done.returncode == 0, done.stderr
        assert "Morocco" in (tmp_path / "e.json").read_text()


MEND = "without a network give a folder as --model, or --model none to do without the overview"
REFUSALS: dict[str, tuple[int, str, Any, tuple[str, ...]]] = {
    "default model, no network": (3, "spaCy model spacy/en_core_web_sm can't be loaded (", film(), ()),
    "what mends it": (3, MEND, film(), ("--model", "some/model")),
    "by the language": (3, "spaCy model spacy/fr_core_news_sm can't", film() | {"language": "fr"}, ()),
    "any language": (3, "spaCy model spacy/xx_ent_wiki_sm can't", film() | {"language": "hi"}, ()),
    "no such folder": (3, "model folder /nowhere doesn't exist", film(), ("--model", "/nowhere")),
    "another folder": (3, "lacks config.cfg, meta.json", film(), ("--model", "/app")),
    "no model": (2, "the model is empty", film(), ("--model", " ")),
    "more than Whisper hears": (
        2,
        "--prompt-tokens (PRE_NER_PROMPT_TOKENS)",
        film(),
        ("--prompt-tokens", "224"),
    ),
    "no metadata": (2, "is no MovieMetadata: title: Field required", {}, ()),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, tmp_path: Path, assert_refused: Refuse) -> None:
    code, text, metadata, arguments = REFUSALS[case]
    (tmp_path / "t.json").write_text(json.dumps(metadata))
    assert_refused(code, text, "pre-ner", "--input", "t.json", "--output", "e.json", *arguments)


def test_output_is_as_the_schema_says(find: Callable[..., dict[str, Any]], run_stage: RunStage) -> None:
    schema = json.loads(run_stage("pre-ner", "--schema").stdout)
    found = find(film())
    assert set(found) == set(schema["properties"])
    assert all(set(entity) == set(schema["$defs"]["Entity"]["properties"]) for entity in found["entities"])


def test_help_and_selftest(run_stage: RunStage, locked: Callable[[str], str]) -> None:
    assert "--prompt-tokens" in run_stage("pre-ner", "--help").stdout
    assert json.loads(run_stage("pre-ner", "selftest", "--json").stdout)["facts"]["spacy"] == locked("spacy")
