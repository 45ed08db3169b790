"""Titles out of names, likeness, score, pace and waiting: without a server."""

import pytest
from tmdb_client import LONGEST_WAIT, Pace, backoff
from tmdb_search import score
from tmdb_titles import likeness, title_of

NAMES = [
    ("The.Matrix.1999.1080p.BluRay.x264-GRP.mkv", "The Matrix", 1999),
    ("Amélie (2001).mkv", "Amélie", 2001),
    ("2001 A Space Odyssey (1968).mkv", "2001 A Space Odyssey", 1968),
    ("2001.A.Space.Odyssey.1968.REMASTERED.2160p.mkv", "2001 A Space Odyssey", 1968),
    ("1917.2019.mkv", "1917", 2019),
    ("1917.mkv", "1917", None),
    ("1984.mkv", "1984", None),
    ("2012.2009.1080p.mkv", "2012", 2009),
    ("Blade.Runner.2049.2017.2160p.UHD.mkv", "Blade Runner 2049", 2017),
    ("Blade.Runner.2049.mkv", "Blade Runner 2049", None),
    ("Wonder.Woman.1984.2020.mkv", "Wonder Woman 1984", 2020),
    ("Spider-Man.No.Way.Home.2021.mkv", "Spider-Man No Way Home", 2021),
    ("X-Men.2000.mkv", "X-Men", 2000),
    ("Dune.Part.Two.2024.mkv", "Dune Part Two", 2024),
    ("Kill.Bill.Vol.1.2003.mkv", "Kill Bill Vol 1", 2003),
    ("The Lord of the Rings - The Two Towers (2002) CD1.avi", "The Lord of the Rings - The Two Towers", 2002),
    ("The.Italian.Job.1969.mkv", "The Italian Job", 1969),
    ("The.Italian.Job.mkv", "The Italian Job", None),
    ("Jaane.Tu.Ya.Jaane.Na.2008.Hindi.720p.mkv", "Jaane Tu Ya Jaane Na", 2008),
    ("Don_2006_Hindi_720p.mkv", "Don", 2006),
    ("3.Idiots.2009.mkv", "3 Idiots", 2009),
    ("M.1931.mkv", "M", 1931),
    ("S.W.A.T.2003.mkv", "S.W.A.T.", 2003),
    ("(500) Days of Summer (2009).mkv", "500 Days of Summer", 2009),
    ("[YTS] The.Matrix.1999.mkv", "The Matrix", 1999),
    ("[REC] (2007).mkv", "REC", 2007),
    ("(1999) The Matrix.mkv", "The Matrix", 1999),
    ("WALL·E (2008).mkv", "WALL·E", 2008),
    ("千と千尋の神隠し (2001).mkv", "千と千尋の神隠し", 2001),
    ("अंदाज़ अपना अपना (1994).mkv", "अंदाज़ अपना अपना", 1994),
    ("film.mkv", "film", None),
    ("/films/The.Matrix.1999/The.Matrix.1999.mkv", "The Matrix", 1999),
    ("1080p.mkv", "", None),
    (".mkv", "", None),
    ("", "", None),
]


@pytest.mark.parametrize(("name", "title", "year"), NAMES)
def test_title_and_year_of_a_name(name: str, title: str, year: int | None) -> None:
    assert title_of(name) == (title, year)


ALIKE = [
    ("Amelie", ["Amélie"], 1.0),
    ("Spider-Man No Way Home", ["Spider-Man: No Way Home"], 1.0),
    ("WALL·E", ["Wall-E"], 1.0),
    ("Mr and Mrs Smith", ["Mr. & Mrs. Smith"], 1.0),
    ("Alien 3", ["Alien³"], 1.0),
    ("Straße", ["STRASSE"], 1.0),
    ("अपना", ["अपना"], 1.0),
    ("Die Verurteilten", ["The Shawshank Redemption", "Die Verurteilten"], 1.0),
    ("Alien", [""], 0.0),
    ("Alien", [], 0.0),
]


@pytest.mark.parametrize(("title", "others", "share"), ALIKE)
def test_likeness(title: str, others: list[str], share: float) -> None:
    assert likeness(title, others) == share


def test_likeness_of_others_is_less() -> None:
    assert 0.5 < likeness("The Matrix", ["The Matrix Reloaded"]) < 0.9 < likeness("Alien", ["Aliens"]) < 1
    assert likeness("अपना", ["अपनी"]) < 1, "the vowel signs of Indian scripts are no accents"
    assert likeness("The Matrix", ["Amélie"]) < 0.5


def test_score() -> None:
    assert score(1, (1999, 1999), 1) == 1
    assert score(0, (1999, 1950), 0) == 0
    assert score(1, (None, 1999), 1) == 1, "a year that isn't known takes nothing away"
    assert score(1, (1999, 1999), 0) > score(1, (1999, 2000), 1) > score(1, (1999, 2001), 1) > 0.8
    assert score(1, (1999, 2003), 1) < 0.8, "same title of another year isn't the film"
    assert score(1, (None, 1), 0) > score(0.9, (None, 1), 1), "popularity doesn't outdo a title"


def test_pace_by_a_clock_of_its_own() -> None:
    """Five at four a second, asked for at once: at 0, 0.25, …; a pause leaves no debt and no credit."""
    now, begun = [0.0], []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    pace = Pace(4, lambda: now[0], sleep)
    for _ in range(5):
        pace.wait()
        begun.append(now[0])
    assert begun == [0.0, 0.25, 0.5, 0.75, 1.0]
    now[0] = 10.0
    begun.clear()
    for _ in range(3):
        pace.wait()
        begun.append(now[0])
    assert begun == [10.0, 10.25, 10.5]


def test_waiting_doubles_and_has_a_part_of_chance() -> None:
    assert [backoff(attempt, lambda: 0.0) for attempt in range(4)] == [0.5, 1, 2, 4]
    assert backoff(1, lambda: 1.0) == 1.5
    assert backoff(99, lambda: 1.0) <= LONGEST_WAIT
    assert len({backoff(3) for _ in range(20)}) > 1
