"""Which of the films that TMDB finds is taken, if any."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tmdb_samples import AMELIE, ANDAZ, JOB_1969, JOB_2003, MATRIX, SPIRITED
from tmdb_server import TmdbServer

Find = Callable[..., dict[str, Any]]

CHOICES: dict[str, tuple[str, tuple[str, ...], int | None]] = {
    "the popular one has a longer title": ("The.Matrix.mkv", (), MATRIX),
    "same title, the year decides": ("The.Italian.Job.1969.mkv", (), JOB_1969),
    "same title, the other year": ("The Italian Job (2003).mkv", (), JOB_2003),
    "same title, no year: the popular one": ("The.Italian.Job.mkv", (), JOB_2003),
    "the year is one off": ("The.Italian.Job.1970.mkv", (), JOB_1969),
    "same title, but of no such year": ("The.Italian.Job.1985.mkv", (), None),
    "settings win": ("whatever.mkv", ("--title", "The Italian Job", "--year", "1969"), JOB_1969),
    "a year alone wins": ("The.Italian.Job.1969.mkv", ("--year", "2003"), JOB_2003),
    "accents": ("Amelie.2001.mkv", (), AMELIE),
    "accents in the name": ("Amélie (2001).mkv", (), AMELIE),
    "an alternative title": ("Die.fabelhafte.Welt.der.Amelie.2001.mkv", (), AMELIE),
    "an original title": ("千と千尋の神隠し (2001).mkv", (), SPIRITED),
    "Hindi": ("अंदाज़ अपना अपना (1994).mkv", (), ANDAZ),
    "not like enough": ("Matrix.1921.mkv", (), None),
    "taken all the same": ("The.Matrix.1921.mkv", ("--min-score", "0.5"), MATRIX),
    "nothing": ("Nothing.Like.It.2001.mkv", (), None),
}


@pytest.mark.parametrize("case", CHOICES)
def test_choice(case: str, find: Find) -> None:
    name, arguments, right = CHOICES[case]
    movie = find(name, *arguments)["movie"]
    assert (movie["id"] if movie else None) == right


WRONG: dict[str, Callable[[list[dict[str, Any]], int | None], int | None]] = {
    "nothing is ever found": lambda found, year: None,
    "TMDB's first": lambda found, year: found[0]["id"] if found else None,
    "TMDB's last": lambda found, year: found[-1]["id"] if found else None,
    "the first of the year": lambda found, year: next(
        (film["id"] for film in found if film["year"] == year), None
    ),
    "always The Matrix": lambda found, year: MATRIX,
}


DISCERNING = (
    "the popular one has a longer title",
    "same title, the year decides",
    "same title, no year: the popular one",
    "the year is one off",
    "nothing",
)


def test_wrong_choices_would_be_seen(find: Find) -> None:
    """Each wrong way to choose, from the films in TMDB's order, is wrong in one of the cases above."""
    passed = set(WRONG)
    for case in DISCERNING:
        name, arguments, right = CHOICES[case]
        found = find(name, *arguments)
        in_order = sorted(found["candidates"], key=lambda film: -film["popularity"])
        passed -= {mistake for mistake in passed if WRONG[mistake](in_order, found["year"]) != right}
    assert not passed


def test_no_film_is_no_failure(look: Callable[..., Any], film: Callable[[str], Path], tmp_path: Path) -> None:
    done = look(film("The.Italian.Job.1985.mkv"))
    assert done.returncode == 0
    assert (
        "WARNING: no film is near enough to The Italian Job (1985): the best is The Italian Job"
        in done.stderr
    )
    found = json.loads((tmp_path / "t.json").read_text())
    assert found["movie"] is None
    assert {film["id"] for film in found["candidates"]} == {JOB_1969, JOB_2003}
    assert all(film["score"] < 0.8 for film in found["candidates"])


def test_candidates_are_ranked(find: Find) -> None:
    scores = [film["score"] for film in find("The.Matrix.mkv")["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 2
    assert 0 <= scores[1] < scores[0] <= 1


def test_a_later_page_is_read(movies: list[dict[str, Any]], find: Find, server: TmdbServer) -> None:
    """Forty-five popular films whose titles have the same words stand before the one meant."""
    longer = {
        "title": "The Italian Job and other stories of a long summer",
        "original_title": "",
        "popularity": 99.0,
    }
    server.movies = [*(movies[1] | longer | {"id": 1000 + number} for number in range(45)), *movies]

    def pages() -> list[str]:
        return [query["page"] for path, query, _ in server.requests if path == "/3/search/movie"]

    assert find("The.Italian.Job.mkv", "--pages", 2, "--cache-days", 0)["movie"] is None
    assert pages() == ["1", "2"]
    server.requests.clear()
    assert find("The.Italian.Job.mkv", "--pages", 9, "--cache-days", 0)["movie"]["id"] == JOB_2003
    assert pages() == ["1", "2", "3"], "no page after the last is asked for"
