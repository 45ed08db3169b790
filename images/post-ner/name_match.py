"""How alike two spellings are, to the eye and to the ear."""

import re
import unicodedata
from functools import lru_cache

_SOUNDS = (
    ("x", "ks"),
    ("ph", "f"),
    ("ck", "k"),
    ("sch|sh|ch", "x"),
    ("c(?=[eiy])", "s"),
    ("[cq]", "k"),
    ("z", "s"),
    ("w", "v"),
    ("(?<=[bdgklprt])h", ""),
    ("ai|ay|ei|ey|ie|ee|ea|y", "i"),
    ("oo|ou", "u"),
    ("au", "o"),
    (r"(.)\1+", r"\1"),
    ("(?<=[^aeiou])e$", ""),
    ("(?<=.)h(?![aeiou])", ""),
)
"""Spellings that English, German and French ears, and so Whisper, take for each other; in this order."""

_LETTERS, _EARS = 0.4, 0.6
"""Whisper hears right and spells wrong: sound counts more."""


def letters(text: str) -> str:
    """Return the letters and digits of `text`, lower-case, without accents; all in one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum() or unicodedata.category(char) == "Mc")


@lru_cache(maxsize=100_000)
def sound(text: str) -> str:
    """Return `text` spelled roughly as it sounds: the same for `Zephyrine` and `Zeffirine`."""
    heard = letters(text)
    for pattern, said in _SOUNDS:
        heard = re.sub(pattern, said, heard)
    return heard


@lru_cache(maxsize=1_000_000)
def likeness(one: str, other: str) -> float:
    """Return how alike two spellings are, 0 to 100: by edits (Indel) between letters and between sounds."""
    from rapidfuzz import fuzz

    eyes = fuzz.ratio(letters(one), letters(other))
    ears = fuzz.ratio(sound(one), sound(other))
    return float(_LETTERS * eyes + _EARS * ears)


def only_longer(one: str, other: str) -> bool:
    """Say whether one is the other and more, and sounds so: `Martin` and `Martina` are two names."""
    short, long = sorted((letters(one), letters(other)), key=len)
    return short != long and long.startswith(short) and sound(one) != sound(other)
