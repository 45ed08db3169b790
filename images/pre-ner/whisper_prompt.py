"""Names as an initial prompt for Whisper, inside its limit."""

import base64
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from ner_names import covers

LIMIT = 223
"""Tokens of a prompt that Whisper hears; of a longer one faster-whisper drops the beginning.

faster_whisper/transcribe.py, get_prompt: `previous_tokens[-(self.max_length // 2 - 1):]`, max_length 448.
"""

_RANKS = Path(__file__).with_name("whisper_tokenizer") / "multilingual.tiktoken"
_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""How text is cut before tokens are looked up: whisper/tokenizer.py, get_encoding."""


@cache
def _encode() -> Callable[[str], list[int]]:
    import tiktoken

    lines = (line.split() for line in _RANKS.read_bytes().splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    encoding = tiktoken.Encoding("multilingual", pat_str=_WORDS, mergeable_ranks=ranks, special_tokens={})
    encode: Callable[[str], list[int]] = encoding.encode_ordinary
    return encode


def count_tokens(prompt: str) -> int:
    """Return how many tokens `prompt` is for Whisper's multilingual models, with the space put before it.

    English-only models have tokens of their own: of names in Latin letters fewer, or up to a tenth more.
    """
    return len(_encode()(" " + prompt.strip())) if prompt.strip() else 0


def prompt_of(names: Iterable[str], most: int) -> str:
    """Return as many of `names` as `most` tokens hold, in their order, each whole; empty where none fits.

    A plain list with commas and a full stop: as something that was said before, in whatever language; words
    around the names would tell Whisper a language. A name that another one spells already is left out; one
    that doesn't fit makes room for shorter ones.
    """
    taken: list[str] = []
    for name in names:
        if not covers(taken, name) and count_tokens(_written([*taken, name])) <= most:
            taken.append(name)
    return _written(taken)


def _written(names: list[str]) -> str:
    return ", ".join(names).removesuffix(".") + "." if names else ""
