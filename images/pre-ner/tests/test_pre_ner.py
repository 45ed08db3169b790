"""Metadata go in; names and prompt are judged by what a reader of the overview would name."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Entity = dict[str, Any]

OVERVIEW = (
    "In December 1941, American expatriate Rick Blaine runs a nightclub in Casablanca, Morocco, where "
    "refugees wait for papers to Lisbon. One night Ilsa Lund, whom he loved in Paris, walks in with her "
    "husband Victor Laszlo, a leader of the Resistance. Rick's rival Signor Ferrari and Captain Renault of "
    "the police both know who holds the letters of transit that Major Strasser of the Gestapo is looking for."
)
CAST = [
    ("Humphrey Bogart", "Rick Blaine"),
    ("Ingrid Bergman", "Ilsa Lund"),
    ("Paul Henreid", "Victor Laszlo"),
    ("Claude Rains", "Captain Louis Renault"),
    ("Conrad Veidt", "Major Heinrich Strasser (uncredited)"),
    ("S. Z. Sakall", 'Carl "The Headwaiter" / Karl'),
    ("Dooley Wilson", "Sam"),
    ("Dan Seymour", "Abdul the Guard"),
    ("Torben Meyer", "Banker"),
    ("Norma Varden", "Woman in Café"),
]
CREW = [
    ("Michael Curtiz", "Director"),
    ("Max Steiner", "Original Music Composer"),
    ("Hal B. Wallis", "Producer"),
    ("Arthur Edeson", "Gaffer"),
]


def film(**changes: Any) -> dict[str, Any]:
    """Return metadata as tmdb writes them."""
    movie = {
        "id": 289,
        "title": "Casablanca",
        "original_title": "Casablanca",
        "original_language": "en",
        "year": 1942,
        "overview": OVERVIEW,
        "cast": [{"name": n, "character": c, "order": at} for at, (n, c) in enumerate(CAST)],
        "crew": [{"name": name, "job": job, "department": "x"} for name, job in CREW],
    }
    return {"title": "Casablanca", "year": 1942, "language": "en", "movie": movie | changes, "candidates": []}


@pytest.fixture
def find(run_stage: RunStage, test_data: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that runs the stage on metadata and gives the JSON."""

    def run(metadata: dict[str, Any], *arguments: object) -> dict[str, Any]:
        (tmp_path / "t.json").write_text(json.dumps(metadata), encoding="utf-8")
        model = ["--model", test_data / "models" / "spacy-en"]
        done = run_stage("pre-ner", "--input", "t.json", "--output", "e.json", *model, *arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        found: dict[str, Any] = json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))
        return found

    return run


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


def test_prompt_is_of_names_that_may_be_said(find: Callable[..., dict[str, Any]]) -> None:
    prompt = find(film())["prompt"]
    assert prompt.startswith("Rick Blaine, Ilsa Lund, Victor Laszlo, Captain Louis Renault,")
    assert prompt.endswith(".")
    assert "Morocco" in prompt
    assert not any(name in prompt for name in ("Bogart", "Bergman", "Curtiz", "Steiner", "Banker"))


def test_without_a_model(find: Callable[..., dict[str, Any]]) -> None:
    """`none` needs no spaCy; the overview is left alone."""
    found = find(film(), "--model", "none")
    named = {entity["text"]: entity["sources"] for entity in found["entities"]}
    assert named["Rick Blaine"] == ["character"]
    assert named["Casablanca"] == ["title"]
    assert "Morocco" not in named
    assert "Rick Blaine" in found["prompt"]


@pytest.mark.parametrize("most", [0, 1, 3, 4, 5, 20, 50, 223])
def test_prompt_has_whole_names_inside_the_limit(most: int, find: Callable[..., dict[str, Any]]) -> None:
    """A cast of a hundred with names of many tokens: as many as fit, and none cut."""
    cast = [
        {"name": f"Actor {at}", "character": f"Zbigniew Wołodyjowski-{at} Szczęsny", "order": at}
        for at in range(99)
    ]
    members = [*cast, {"name": "A B", "character": "Bo", "order": 99}]
    metadata = film(cast=members, overview="", title="Zbigniew Wołodyjowski Szczęsny")
    found = find(metadata, "--prompt-tokens", most)
    assert found["prompt_tokens"] <= most
    named = found["prompt"].removesuffix(".").split(", ") if found["prompt"] else []
    texts = [entity["text"] for entity in found["entities"]]
    assert set(named) <= set(texts)
    assert [text for text in texts if text in named] == named, "the order is that of the entities"
    assert bool(named) == (most >= 3)
    if 3 <= most <= 5:
        assert named == ["Bo"], "a short name takes the room that long ones can't"
    if most == 223:
        assert found["prompt_tokens"] > 200, "the room is used"


def english_only(test_data: Path) -> Callable[[str], int]:
    """Return how the test model, which is English-only, counts tokens: from its own tokenizer.json."""
    import tiktoken

    model = json.loads((test_data / "models" / "whisper-tiny.en" / "tokenizer.json").read_text())["model"]
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    other = [byte for byte in range(256) if byte not in printable]
    letters = {chr(byte): byte for byte in printable} | {chr(256 + at): byte for at, byte in enumerate(other)}
    ranks = {
        bytes(letters[letter] for letter in piece): rank
        for piece, rank in model["vocab"].items()
        if piece != "<|endoftext|>"
    }
    words = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    encoding = tiktoken.Encoding("en", pat_str=words, mergeable_ranks=ranks, special_tokens={})
    return lambda text: len(encoding.encode_ordinary(" " + text))


def test_prompt_fits_the_test_model(find: Callable[..., dict[str, Any]], test_data: Path) -> None:
    """English-only Whisper has tokens of its own; the default leaves room enough for the difference."""
    count = english_only(test_data)
    assert count("Hello world") == 2
    full = find(
        film(
            cast=[
                {"name": "A", "character": f"{n} {c}", "order": 0}
                for n, c in CAST
                for c in ("Lund", "Ferrari", "Renault", "Laszlo")
            ]
        )
    )
    assert full["prompt_tokens"] > 150
    assert 0.8 < count(full["prompt"]) / full["prompt_tokens"] < 1.1
    assert count(full["prompt"]) <= 223


def test_the_tokens_are_whisper_s() -> None:
    """Numbers from the tests of openai-whisper (tests/test_tokenizer.py); all of its tokens are there."""
    from whisper_prompt import _encode, count_tokens

    assert _encode()(" elle est l") == [8404, 871, 287]
    assert count_tokens("elle est l") == count_tokens("  elle est l ") == 3
    assert count_tokens("") == count_tokens(" ") == 0
    assert count_tokens("<|endoftext|>") > 1, "a name can't give orders"
    path = Path("/app/whisper_tokenizer/multilingual.tiktoken")
    tokens = [base64.b64decode(line.split()[0]) for line in path.read_bytes().splitlines()]
    assert len(set(tokens)) == 50_257


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
