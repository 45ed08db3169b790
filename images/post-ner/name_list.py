"""The names a film is known to have, each spelled as it should be, most important first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stagekit.documents import Entities, Movie, MovieMetadata

_HONOURS = """
agent captain colonel detective doctor father general inspector king lady lord madame major miss mister mother
mrs officer president prince princess professor queen saint sergeant sister uncle young
"""
_TITLES = frozenset(_HONOURS.split())
"""Words in names that are no names themselves."""

SHORTEST = 4
"""Letters: shorter words are alike by chance too often."""


@dataclass(frozen=True)
class Name:
    """One spelling to follow. `reason` says for people where it comes from."""

    text: str
    reason: str

    @property
    def words(self) -> tuple[str, ...]:
        """Return its words."""
        return tuple(self.text.split())


def known_names(entities: Entities | None, metadata: MovieMetadata | None) -> list[Name]:
    """Return each spelling once: the entities, then characters, title and cast; of people their parts too.

    `Thomas A. Anderson` is also `Thomas` and `Anderson`: characters are seldom called by all they have.
    """
    found: dict[str, Name] = {}
    for name in (*_of_entities(entities), *_of_movie(metadata.movie if metadata else None)):
        found.setdefault(name.text.casefold(), name)
    return [name for name in found.values() if sum(map(str.isalpha, name.text)) >= SHORTEST]


def _of_entities(entities: Entities | None) -> Iterator[Name]:
    for entity in entities.entities if entities else ():
        reason = f"{entity.kind} of the film ({', '.join(entity.sources)})"
        yield from _whole_and_parts(entity.text, reason, parts=entity.kind == "person")


def _of_movie(movie: Movie | None) -> Iterator[Name]:
    if movie is None:
        return
    for member in movie.cast:
        for character in re.split(r"/|\([^)]*\)", member.character):
            yield from _whole_and_parts(character, "person of the film (character)", parts=True)
    for title in (movie.title, movie.original_title):
        yield from _whole_and_parts(title, "the film's title", parts=False)
    for member in movie.cast:
        yield from _whole_and_parts(member.name, "person of the film (cast)", parts=True)


def _whole_and_parts(text: str, reason: str, *, parts: bool) -> Iterator[Name]:
    whole = " ".join(text.split())
    yield Name(whole, reason)
    if parts and " " in whole:
        for part in whole.split():
            if part[0].isupper() and part.strip(".").casefold() not in _TITLES:
                yield Name(part.strip("\"'“”‘’,"), f"{reason}: part of {whole}")  # noqa: RUF001
