"""What is a name, and which names are one: without a model."""

import pytest
from ner_names import Mention, characters, covers, merge, of_label
from whisper_prompt import prompt_of

CHARACTERS = [
    ("Thomas A. Anderson / Neo", ["Thomas A. Anderson", "Neo"]),
    ("Jack/Joe", ["Jack", "Joe"]),
    ('Robert "Bob" Parr / Mr. Incredible (voice)', ["Robert Parr", "Bob", "Mr. Incredible"]),
    ("James \u201cBucky\u201d Barnes", ["James Barnes", "Bucky"]),
    ("Bobby 'The Hat' Jones", ["Bobby Jones", "The Hat"]),
    ("Miles O'Brien", ["Miles O'Brien"]),
    ("Mary Jane Watson aka MJ", ["Mary Jane Watson", "MJ"]),
    ("Ann Lee a.k.a. Lulu", ["Ann Lee", "Lulu"]),
    ("Himself", ["Some Actor"]),
    ("Self - Host (archive footage)", ["Some Actor"]),
    ("Neo / Neo", ["Neo"]),
    ("Young Bruce Wayne", ["Bruce Wayne"]),
    ("R2-D2", ["R2-D2"]),
    ("M", ["M"]),
    ("Captain Miller", ["Captain Miller"]),
    ("Lady of the Lake", ["Lady of the Lake"]),
    ("千尋 (声)", ["千尋"]),
    ("गब्बर सिंह", ["गब्बर सिंह"]),
    ("Neo (uncredited", ["Neo"]),
    ("Police Officer #2", []),
    ("Guard 3", []),
    ("Woman in Elevator", []),
    ("Man at Bar / Thug", []),
    ("Dancers", []),
    ("Additional Voices (voice)", []),
    ("the waitress", []),
    ("(voice)", []),
    ("", []),
    (" / ", []),
]


@pytest.mark.parametrize(("role", "names"), CHARACTERS)
def test_names_of_a_role(role: str, names: list[str]) -> None:
    assert characters(role, "Some Actor") == names


LABELS = [
    ("Rick Blaine's", "PERSON", ("Rick Blaine", "person")),
    ("the East India Trading Company", "ORG", ("East India Trading Company", "organization")),
    ("Paris\n", "GPE", ("Paris", "place")),
    ("the Caribbean", "LOC", ("Caribbean", "place")),
    ("Berlin", "MISC", ("Berlin", "other")),
    ("the 22nd century", "DATE", None),
    ("two", "CARDINAL", None),
    ("earth", "LOC", None),
    ("X", "PERSON", None),
]


@pytest.mark.parametrize(("text", "label", "name"), LABELS)
def test_what_a_model_finds(text: str, label: str, name: tuple[str, str] | None) -> None:
    found = of_label(text, label)
    assert (found and (found.text, found.kind)) == name


def character(text: str) -> Mention:
    return Mention(text, "person", "character", "character")


def person(text: str) -> Mention:
    return Mention(text, "person", "overview", "person")


def place(text: str) -> Mention:
    return Mention(text, "place", "overview", "place")


def actor(text: str) -> Mention:
    return Mention(text, "person", "cast", "cast")


TITLE = Mention("Amélie", "work", "title", "title")

MERGED: list[tuple[list[Mention], list[tuple[str, str, list[str]]]]] = [
    ([], []),
    ([person("neo"), character("Neo")], [("Neo", "person", ["character", "overview"])]),
    ([character("Amélie"), person("AMELIE")], [("Amélie", "person", ["character", "overview"])]),
    ([character("The Oracle"), person("Oracle")], [("The Oracle", "person", ["character", "overview"])]),
    (
        [character("Thomas A. Anderson"), person("Anderson")],
        [("Thomas A. Anderson", "person", ["character", "overview"])],
    ),
    ([character("Ilsa"), person("Ilsa Lund")], [("Ilsa Lund", "person", ["character", "overview"])]),
    ([character("Mr. Anderson"), character("Mr Anderson")], [("Mr. Anderson", "person", ["character"])]),
    (
        [character("Ann"), character("Anna")],
        [("Ann", "person", ["character"]), ("Anna", "person", ["character"])],
    ),
    (
        [character("John"), actor("John Smith")],
        [("John", "person", ["character"]), ("John Smith", "person", ["cast"])],
    ),
    ([character("Ali"), actor("Ali")], [("Ali", "person", ["character", "cast"])]),
    ([place("Neo"), character("Neo")], [("Neo", "person", ["character", "overview"])]),
    (
        [TITLE, character("Amélie Poulain")],
        [("Amélie Poulain", "person", ["character"]), ("Amélie", "work", ["title"])],
    ),
    (
        [actor("A B"), TITLE, place("Paris"), person("Zoe"), character("Neo")],
        [
            ("Neo", "person", ["character"]),
            ("Zoe", "person", ["overview"]),
            ("Paris", "place", ["overview"]),
            ("Amélie", "work", ["title"]),
            ("A B", "person", ["cast"]),
        ],
    ),
    (
        [character("राम"), character("रीम")],
        [("राम", "person", ["character"]), ("रीम", "person", ["character"])],
    ),
    ([character("…")], []),
]


@pytest.mark.parametrize(("mentions", "names"), MERGED)
def test_each_name_once(mentions: list[Mention], names: list[tuple[str, str, list[str]]]) -> None:
    assert [(name.text, name.kind, name.sources) for name in merge(mentions)] == names


def test_prompt_leaves_out_what_another_name_spells() -> None:
    assert prompt_of(["Amélie Poulain", "Amelie", "Nino"], 99) == "Amélie Poulain, Nino."
    assert prompt_of(["Robert Parr Jr."], 99) == "Robert Parr Jr."
    assert prompt_of([], 99) == prompt_of(["Neo"], 0) == ""
    assert covers(["Jack Sparrow"], "sparrow")
    assert not covers(["Jack Sparrow"], "Spar")
