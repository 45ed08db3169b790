"""Metadata go in; names are judged by what a reader of the overview would name."""

from collections.abc import Callable
from typing import Any

from pre_ner_films import film

Entity = dict[str, Any]

EXPECTED = {
    "Rick Blaine": ("person", {"character", "overview"}),
    "Ilsa Lund": ("person", {"character", "overview"}),
    "Victor Laszlo": ("person", {"character", "overview"}),
    "Captain Louis Renault": ("person", {"character", "overview"}),
    "Major Heinrich Strasser": ("person", {"character", "overview"}),
    "Sam": ("person", {"character"}),
    "Casablanca": ("place", {"overview", "title"}),
    "Morocco": ("place", {"overview"}),
    "Lisbon": ("place", {"overview"}),
    "Humphrey Bogart": ("person", {"cast"}),
    "Michael Curtiz": ("person", {"crew"}),
}
"""What must be found, with its kind and at least these sources."""

NOT_NAMES = (
    "Banker",
    "Woman in Café",
    "Woman",
    "December 1941",
    "One night",
    "Rick",
    "Rick's",
    "Arthur Edeson",
    "(uncredited)",
)


def good(entities: list[Entity]) -> bool:
    """Say whether these are the names of the film: all, each once, of the right kind, in a sane order."""
    found = {entity["text"]: entity for entity in entities}
    if len(found) != len(entities) or any(name in found for name in NOT_NAMES):
        return False
    for name, (kind, sources) in EXPECTED.items():
        if name not in found or found[name]["kind"] != kind or not sources & set(found[name]["sources"]):
            return False
    order = list(found)
    ranked = ["Rick Blaine", "Ilsa Lund", "Sam", "Morocco", "Humphrey Bogart", "Michael Curtiz"]
    return sorted(ranked, key=order.index) == ranked


def test_names_of_a_film(find: Callable[..., dict[str, Any]]) -> None:
    found = find(film())
    assert good(found["entities"]), found["entities"]
    assert found["language"] == "en"
    named = {entity["text"]: entity["sources"] for entity in found["entities"]}
    assert named["Rick Blaine"] == ["character", "overview"]
    assert {"Carl", "The Headwaiter", "Karl"} <= set(named)


WRONG: dict[str, Callable[[list[Entity]], list[Entity]]] = {
    "nothing": lambda right: [],
    "structured fields only": lambda right: [e for e in right if e["sources"] != ["overview"]],
    "overview only": lambda right: [e for e in right if "overview" in e["sources"]],
    "by the alphabet": lambda right: sorted(right, key=lambda e: str(e["text"])),
    "actors first": lambda right: sorted(right, key=lambda e: "cast" not in e["sources"]),
    "all are persons": lambda right: [e | {"kind": "person"} for e in right],
    "each twice": lambda right: [*right, *right],
    "parts of names as well": lambda right: [*right, right[0] | {"text": "Rick"}],
    "parts without a name as well": lambda right: [*right, right[0] | {"text": "Banker"}],
    "in capitals": lambda right: [e | {"text": e["text"].upper()} for e in right],
    "the first three": lambda right: right[:3],
}


def test_wrong_names_would_be_seen(find: Callable[..., dict[str, Any]]) -> None:
    right = find(film())["entities"]
    assert good(right)
    assert [mistake for mistake, change in WRONG.items() if good(change(right))] == []
