"""The words of a text, without what is written around them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_AROUND = re.compile(r"^(\W*)(.*?)((?:['’]s?)?\W*)$", re.DOTALL)  # noqa: RUF001
_SENTENCE_END = re.compile(r"[.!?…:]")
_STOP = re.compile(r"[^\s'’\"”)-]")  # noqa: RUF001


@dataclass(frozen=True)
class Token:
    """One word: where its core stands in the text, and what a name can't reach over."""

    core: str
    begin: int
    end: int
    opens: bool
    closes: bool

    @property
    def capital(self) -> bool:
        """Say whether it begins with a capital letter."""
        return self.core[:1].isupper()


def tokens(text: str) -> list[Token]:
    """Return the words of `text` between spaces. `opens`: a sentence begins here; `closes`: a mark follows.

    The core is without quotes, marks and a possessive: of `"Anderson's,` it is `Anderson`.
    """
    found: list[Token] = []
    opens = True
    for match in re.finditer(r"\S+", text):
        around = _AROUND.match(match[0])
        before, core, after = around.groups() if around else ("", match[0], "")
        begin = match.start() + len(before)
        initial = len(core) == 1 and core.isupper() and after == "."
        marks = re.sub(r"^['’]s", "", after)  # noqa: RUF001
        opens = opens or any(sign in before for sign in '-–—"“«¿¡')  # noqa: RUF001
        found.append(Token(core, begin, begin + len(core), opens, bool(_STOP.search(marks)) and not initial))
        opens = bool(_SENTENCE_END.search(marks)) and not initial
    return found


class Vocabulary:
    """How words are written in all of a transcript: what also stands in lower case is no name."""

    def __init__(self, texts: Iterable[str], function_words: frozenset[str]) -> None:
        self._function = function_words
        self._lower: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        self._alone: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            found = tokens(text)
            for place, token in enumerate(found):
                key = token.core.casefold()
                self._lower[key] += token.core.islower()
                self._inside[key] += token.capital and not token.opens
                self._alone[key] += 1
                if place + 1 < len(found):
                    self._pairs[key, found[place + 1].core.casefold()] += 1

    def common(self, word: str) -> bool:
        """Say whether `word` is a function word or is written in lower case somewhere."""
        key = word.casefold()
        return key in self._function or self._lower[key] > 0

    def inside(self, word: str) -> bool:
        """Say whether `word` has its capital somewhere in the middle of a sentence."""
        return self._inside[word.casefold()] > 0

    def always_before(self, word: str, other: str) -> bool:
        """Say whether `word` never stands without `other` behind it."""
        return self._pairs[word.casefold(), other.casefold()] == self._alone[word.casefold()]
