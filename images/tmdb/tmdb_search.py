"""Which film is meant: TMDB is asked, and its answers are ranked by title, year and popularity."""

import logging
import math
from collections.abc import Iterable

from tmdb_answers import Details, Found, Page
from tmdb_client import Client
from tmdb_titles import likeness

from stagekit.documents import Candidate

log = logging.getLogger("stagekit.tmdb")

TITLE, YEAR, POPULARITY = 0.7, 0.25, 0.05
"""Shares of the score. Popularity decides among equals alone: the film meant may be the unknown one."""

YEARS_APART = {0: 1.0, 1: 0.75, 2: 0.5}
"""What a year is worth: a film is shown at festivals, at home and abroad in different years."""

LOOKED_INTO = 3
"""Of so many candidates the alternative titles are fetched where no title is like the one searched for."""

APPENDED = "credits,alternative_titles"


class Search:
    """Looks for one film."""

    def __init__(
        self, client: Client, title: str, year: int | None, language: str, pages: int, min_score: float
    ) -> None:
        self._client, self._title, self._year = client, title, year
        self._language, self._pages, self._min_score = language, pages, min_score

    def candidates(self) -> list[Candidate]:
        """Return what is found, best first.

        First films of the year alone: among all films of a common title the one that is meant may stand on a
        late page. Where none is good enough (the file's year is wrong, or one beside it), all films; then the
        alternative titles of the best.
        """
        found = self._pages_of({"year": self._year} if self._year else {})
        ranked = self._rank(found.values(), {})
        if self._year and not self._good(ranked):
            found = self._pages_of({}) | found
            ranked = self._rank(found.values(), {})
        if ranked and not self._good(ranked):
            other = {best.id: self.details(best.id).titles() for best in ranked[:LOOKED_INTO]}
            ranked = self._rank(found.values(), other)
        return ranked

    def best(self, ranked: list[Candidate]) -> Candidate | None:
        """Return the best of `ranked`, None where it isn't good enough."""
        return ranked[0] if self._good(ranked) else None

    def details(self, number: int) -> Details:
        """Return all of film `number`."""
        query = {"language": self._language, "append_to_response": APPENDED}
        return self._client.get(f"movie/{number}", query, Details)

    def _pages_of(self, narrowed: dict[str, int]) -> dict[int, Found]:
        found: dict[int, Found] = {}
        for number in range(1, self._pages + 1):
            query: dict[str, str | int] = {"query": self._title, "language": self._language, "page": number}
            page = self._client.get("search/movie", query | narrowed, Page)
            found |= {film.id: film for film in page.results}
            if number >= page.total_pages:
                break
        return found

    def _good(self, ranked: list[Candidate]) -> bool:
        return bool(ranked) and ranked[0].score >= self._min_score

    def _rank(self, found: Iterable[Found], titles: dict[int, list[str]]) -> list[Candidate]:
        films = list(found)
        most = max((film.popularity for film in films), default=0.0)
        ranked = [
            Candidate(
                id=film.id,
                title=film.title,
                year=film.year,
                popularity=film.popularity,
                score=score(
                    likeness(self._title, titles.get(film.id, [film.title, film.original_title])),
                    (self._year, film.year),
                    math.log1p(max(film.popularity, 0)) / math.log1p(most) if most > 0 else 0,
                ),
            )
            for film in films
        ]
        return sorted(ranked, key=lambda film: (-film.score, -film.popularity, film.id))


def score(title: float, years: tuple[int | None, int | None], popularity: float) -> float:
    """Return 0 to 1 for likeness of the title, years (wanted, found) and popularity (as a share of the most).

    Where no year is wanted, title and popularity share its part. A film without one counts as two years off.
    """
    wanted, found = years
    if wanted is None:
        return round((TITLE * title + POPULARITY * popularity) / (TITLE + POPULARITY), 4)
    near = YEARS_APART[2] if found is None else YEARS_APART.get(abs(wanted - found), 0.0)
    return round(TITLE * title + YEAR * near + POPULARITY * popularity, 4)
