"""Which spaCy model is loaded from where; spaCy itself is called in the tests of the stages that have it."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stagekit.errors import InvalidInput, Missing
from stagekit.spacy_model import load_spacy, spacy_model_of


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Put stand-ins for spaCy and the hub in place; give the names fetched, each with the umask then."""
    seen: list[tuple[str, int]] = []

    def snapshot_download(name: str, **_: Any) -> str:
        mask = os.umask(0)
        os.umask(mask)
        seen.append((name, mask))
        if "missing" in name:
            raise OSError("no such repository\nand more")
        return f"/models/{name}"

    monkeypatch.setitem(sys.modules, "spacy", SimpleNamespace(load=lambda place: ("loaded", str(place))))
    monkeypatch.setitem(sys.modules, "huggingface_hub", SimpleNamespace(snapshot_download=snapshot_download))
    return seen


@pytest.mark.parametrize(
    ("model", "name"),
    [("en_core_web_sm", "spacy/en_core_web_sm"), ("somebody/names", "somebody/names")],
)
def test_a_name_is_a_repository(model: str, name: str, fetched: list[tuple[str, int]]) -> None:
    """An owner is spaCy where none is given; what is fetched is for every user."""
    assert load_spacy(model) == ("loaded", f"/models/{name}")
    assert fetched == [(name, 0)]


def test_a_folder_is_loaded_as_it_is(tmp_path: Path, fetched: list[tuple[str, int]]) -> None:
    for name in ("config.cfg", "meta.json"):
        (tmp_path / name).touch()
    assert load_spacy(str(tmp_path)) == ("loaded", str(tmp_path))
    assert fetched == []


def test_what_is_not_there_is_said(tmp_path: Path, fetched: list[tuple[str, int]]) -> None:
    with pytest.raises(
        Missing, match=r"^spaCy model missing can't be loaded \(OSError: no such repository\); do so$"
    ):
        load_spacy("missing", "do so")
    with pytest.raises(Missing, match=r"lacks config\.cfg, meta\.json"):
        load_spacy(str(tmp_path))
    with pytest.raises(InvalidInput, match="the model is empty"):
        load_spacy(" ")


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "spacy/en_core_web_sm"),
        ("de", "spacy/de_core_news_sm"),
        ("no", "spacy/nb_core_news_sm"),
        ("ja", "spacy/xx_ent_wiki_sm"),
    ],
)
def test_model_by_language(language: str, name: str) -> None:
    """Japanese has a model, which needs packages that no image has."""
    assert spacy_model_of(language) == name
