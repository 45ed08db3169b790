"""The prompt has whole names that may be said, as many as Whisper hears."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pre_ner_films import CAST, film


def test_prompt_is_of_names_that_may_be_said(find: Callable[..., dict[str, Any]]) -> None:
    prompt = find(film())["prompt"]
    assert prompt.startswith("Rick Blaine, Ilsa Lund, Victor Laszlo, Captain Louis Renault,")
    assert prompt.endswith(".")
    assert "Morocco" in prompt
    assert not any(name in prompt for name in ("Bogart", "Bergman", "Curtiz", "Steiner", "Banker"))


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
