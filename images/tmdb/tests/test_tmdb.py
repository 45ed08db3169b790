"""The stage against a stand-in for TMDB on loopback, as a user runs it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tmdb_samples import BEARER, KEY, MATRIX
from tmdb_server import TmdbServer

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Find = Callable[..., dict[str, Any]]


def test_everything_of_a_film(find: Find, server: TmdbServer) -> None:
    found = find("The.Matrix.1999.1080p.BluRay.x264-GRP.mkv", "--cast", 3)
    assert (found["title"], found["year"], found["language"]) == ("The Matrix", 1999, "en")
    movie = found["movie"]
    assert [member["character"] for member in movie["cast"]] == [
        "Thomas A. Anderson / Neo",
        "Morpheus",
        "Trinity",
    ]
    assert movie["cast"][0] == {"name": "Keanu Reeves", "character": "Thomas A. Anderson / Neo", "order": 0}
    assert {"name": "Lana Wachowski", "job": "Director", "department": "Directing"} in movie["crew"]
    assert movie["alternative_titles"] == ["Matrix", "La Matrice"]
    assert movie["genres"] == ["Action", "Science Fiction"]
    assert (movie["id"], movie["imdb_id"], movie["year"], movie["runtime"]) == (603, "tt0133093", 1999, 136)
    assert movie["overview"].startswith("Set in the 22nd century")
    assert [path for path, _, _ in server.requests] == ["/3/search/movie", "/3/movie/603"]
    assert server.requests[0][1] == {"query": "The Matrix", "language": "en", "page": "1", "year": "1999"}
    assert server.requests[1][1] == {"language": "en", "append_to_response": "credits,alternative_titles"}


def test_a_film_itself_is_input_too(look: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "The.Matrix.1999.mkv").write_bytes(b"\x1aE\xdf\xa3 no text")
    assert look(tmp_path / "The.Matrix.1999.mkv").returncode == 0
    assert json.loads((tmp_path / "t.json").read_text())["movie"]["id"] == MATRIX


REFUSALS = {
    "no token": (3, "TMDB wants a token and there is none", "The.Matrix.mkv", (), {"TMDB_TOKEN": ""}),
    "no such token file": (3, "token file no can't be read", "The.Matrix.mkv", ("--token-file", "no"), {}),
    "no title": (2, "the name 1080p.mkv holds no title; give --title", "1080p.mkv", (), {}),
    "no name": (2, "holds no title", ".mkv", (), {}),
    "no year": (2, "--year (TMDB_YEAR)", "The.Matrix.mkv", ("--year", "99"), {}),
    "no language": (2, "--language (TMDB_LANGUAGE)", "The.Matrix.mkv", ("--language", "english"), {}),
    "password in the address": (
        2,
        "--url (TMDB_URL)",
        "The.Matrix.mkv",
        ("--url", "http://me:pw@127.0.0.1"),
        {},
    ),
    "no address": (2, "--url http://[x is no address", "The.Matrix.mkv", ("--url", "http://[x"), {}),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, film: Callable[[str], Path], assert_refused: Refuse) -> None:
    code, text, name, arguments, environment = REFUSALS[case]
    given = ["--input", film(name), "--output", "t.json", *arguments]
    assert_refused(code, text, "tmdb", *given, **({"TMDB_TOKEN": BEARER} | environment))


@pytest.mark.parametrize("content", ["{", "[]", "{}", '"film"'])
def test_other_json_is_refused(content: str, tmp_path: Path, assert_refused: Refuse) -> None:
    (tmp_path / "x.json").write_text(content)
    given = ["--input", tmp_path / "x.json", "--output", "t.json"]
    assert_refused(2, "x.json isn't demux's metadata", "tmdb", *given, TMDB_TOKEN=BEARER)


def test_the_stand_in_runs_as_a_program(
    tmp_path: Path, run_stage: RunStage, film: Callable[[str], Path]
) -> None:
    """As a test of the whole pipeline uses it."""
    here = Path(__file__).parent
    command: list[str | Path] = [
        sys.executable,
        here / "tmdb_server.py",
        "--port",
        "0",
        "--movies",
        here / "movies.json",
        "--token",
        KEY,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            given = ["--url", server.stdout.readline().strip(), "--cache", tmp_path / "cache"]
            path = film("The.Matrix.1999.mkv")
            done = run_stage("tmdb", "--input", path, "--output", "t.json", *given, TMDB_TOKEN=KEY)
            wrong = run_stage(
                "tmdb", "--input", path, "--output", "u.json", *given, "--cache-days", 0, TMDB_TOKEN="f" * 32
            )
        finally:
            server.terminate()
    assert done.returncode == 0, done.stderr
    assert wrong.returncode == 3


def test_output_is_as_the_schema_says(find: Find, run_stage: RunStage) -> None:
    schema = json.loads(run_stage("tmdb", "--schema").stdout)
    found = find("The.Matrix.1999.mkv")
    assert set(found) == set(schema["properties"])
    assert set(found["movie"]) == set(schema["$defs"]["Movie"]["properties"])


def test_help_names_tmdb(run_stage: RunStage, locked: Callable[[str], str]) -> None:
    said = " ".join(run_stage("tmdb", "--help").stdout.split())
    assert "uses the TMDB API but is not endorsed or certified by TMDB" in said
    assert json.loads(run_stage("tmdb", "selftest", "--json").stdout)["facts"]["guessit"] == locked("guessit")
