"""The stage against a stand-in for TMDB on loopback, as a user runs it."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tmdb_answers import Page
from tmdb_cache import Cache
from tmdb_client import Client, Pace

sys.path.append(str(Path(__file__).parent))
from tmdb_server import Reply, TmdbServer, failure

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Find = Callable[..., dict[str, Any]]

BEARER = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ0ZXN0In0.c2VjcmV0LXRva2Vu"
KEY = "0123456789abcdef0123456789abcdef"
BUSY: Reply = (
    429,
    {"Retry-After": "0"},
    failure(429, 25, "Your request count is over the allowed limit.")[2],
)
OFFLINE: Reply = (503, {"Retry-After": "0"}, failure(503, 9, "Service offline.")[2])

MATRIX, RESURRECTIONS, JOB_1969, JOB_2003, AMELIE, SPIRITED, ANDAZ = 603, 624860, 10854, 9654, 194, 129, 19404


@pytest.fixture
def movies() -> list[dict[str, Any]]:
    films: list[dict[str, Any]] = json.loads(
        Path(__file__).with_name("movies.json").read_text(encoding="utf-8")
    )
    return films


@pytest.fixture
def server(movies: list[dict[str, Any]]) -> Iterator[TmdbServer]:
    with TmdbServer(movies) as running:
        yield running


@pytest.fixture
def film(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes demux's metadata for a film called so."""

    def make(name: str) -> Path:
        path = tmp_path / "audio.metadata.json"
        path.write_text(json.dumps({"source": name, "duration": 1.0}), encoding="utf-8")
        return path

    return make


@pytest.fixture
def look(run_stage: RunStage, server: TmdbServer, tmp_path: Path) -> Callable[..., Any]:
    """Return a function that runs the stage against the server."""

    def run(path: Path, *arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        given = {"TMDB_TOKEN": BEARER, "TMDB_URL": server.url, "TMDB_CACHE": str(tmp_path / "cache")}
        return run_stage("tmdb", "--input", path, "--output", "t.json", *arguments, **(given | environment))

    return run


@pytest.fixture
def find(look: Callable[..., Any], film: Callable[[str], Path], tmp_path: Path) -> Find:
    """Return a function that runs the stage for a film called so, and gives the JSON."""

    def run(name: str, *arguments: object, **environment: str) -> dict[str, Any]:
        done = look(film(name), *arguments, **environment)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        found: dict[str, Any] = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
        return found

    return run


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


RETRIED: dict[str, list[Reply]] = {
    "busy": [BUSY, BUSY],
    "offline, then an error": [OFFLINE, (500, {"Retry-After": "0"}, "<html>oops</html>")],
    "hangs up": [(0, {}, "")],
    "breaks off": [(200, {"Content-Length": "999"}, "{")],
    "busy by a date that has passed": [(429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, {})],
}


@pytest.mark.parametrize("case", RETRIED)
def test_a_busy_server_is_asked_again(case: str, find: Find, server: TmdbServer) -> None:
    server.replies = list(RETRIED[case])
    assert find("The.Matrix.1999.mkv")["movie"]["id"] == MATRIX
    assert len(server.requests) == len(RETRIED[case]) + 2


FAILURES: dict[str, tuple[int, str, list[Reply], int]] = {
    "busy for ever": (
        4,
        "answers 429 (Your request count is over the allowed limit.) after 3 tries",
        [BUSY] * 3,
        3,
    ),
    "offline for ever": (4, "answers 503 (Service offline.) after 3 tries", [OFFLINE] * 3, 3),
    "asks for an hour": (4, "and asks to wait 3600 s", [(429, {"Retry-After": "3600"}, {})], 1),
    "token refused": (3, "TMDB refuses the token (Invalid API key", [failure(401, 7, "Invalid API key.")], 1),
    "suspended": (3, "TMDB refuses the token (Suspended", [failure(403, 10, "Suspended API key.")], 1),
    "not there": (
        4,
        "answers 404 (The resource you requested",
        [failure(404, 34, "The resource you requested could not be found.")],
        1,
    ),
    "elsewhere": (4, "answers 301", [(301, {"Location": "http://127.0.0.1:9/"}, "")], 1),
    "a page, not JSON": (4, "answers no Page (the answer: Invalid JSON", [(200, {}, "<html>")], 1),
    "not UTF-8": (4, "answers no Page (the answer: Invalid JSON", [(200, {}, b"\xff\xfe")], 1),
    "JSON of another shape": (
        4,
        "answers no Page (total_pages: Field required)",
        [(200, {}, {"results": []})],
        1,
    ),
    "a film without a title": (
        4,
        "answers no Page (results.0.title: Field required)",
        [(200, {}, {"total_pages": 1, "results": [{"id": 1}]})],
        1,
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failures(
    case: str, server: TmdbServer, film: Callable[[str], Path], run_stage: RunStage, tmp_path: Path
) -> None:
    code, text, server.replies, asked = FAILURES[case]
    given = ["--url", server.url, "--retries", 2, "--cache", tmp_path / "cache"]
    done = run_stage(
        "tmdb", "--input", film("The.Matrix.1999.mkv"), "--output", "t.json", *given, TMDB_TOKEN=BEARER
    )
    assert done.returncode == code, done.stderr
    assert text in done.stderr.splitlines()[-1]
    assert len(server.requests) == asked
    assert not (tmp_path / "t.json").exists()
    assert not list(tmp_path.glob("cache/*")), "an answer that is none isn't kept"


def test_no_server(film: Callable[[str], Path], run_stage: RunStage) -> None:
    given = ["--url", "http://127.0.0.1:9/3", "--retries", 0]
    done = run_stage(
        "tmdb", "--input", film("The.Matrix.1999.mkv"), "--output", "t.json", *given, TMDB_TOKEN=KEY
    )
    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1
    assert (
        "http://127.0.0.1:9/3/search/movie: can't be reached: Connection refused; run again later"
        in done.stderr
    )


def test_a_server_that_says_nothing(film: Callable[[str], Path], run_stage: RunStage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        given = ["--url", f"http://127.0.0.1:{mute.getsockname()[1]}/3", "--retries", 1, "--timeout", 0.2]
        path = film("The.Matrix.1999.mkv")
        done = run_stage("tmdb", "--input", path, "--output", "t.json", *given, TMDB_TOKEN=KEY)
    assert done.returncode == 4
    assert "search/movie: no answer in time after 2 tries; run again later" in done.stderr


def test_every_request_waits_its_turn(
    server: TmdbServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tries again are requests too; what the cache answers is none."""
    turns = []
    monkeypatch.setattr(Pace, "wait", lambda pace: turns.append(len(server.requests)))
    client = Client(server.url, SecretStr(BEARER), Cache(tmp_path / "cache", 1), 20, 2, 5)
    server.replies = [BUSY, OFFLINE]
    for _ in range(2):
        client.get("search/movie", {"query": "Matrix"}, Page)
    assert turns == [0, 1, 2]
    assert len(server.requests) == 3


def test_a_netrc_file_does_not_replace_the_token(find: Find, server: TmdbServer, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password other")
    server.token = BEARER
    assert find("The.Matrix.1999.mkv", NETRC=str(tmp_path / "netrc"))["movie"]


def test_cache(find: Find, server: TmdbServer, tmp_path: Path) -> None:
    """Hit, expiry, damage; everybody may read and replace what is kept."""
    first = find("The.Matrix.1999.mkv")
    assert len(server.requests) == 2
    assert find("The.Matrix.1999.mkv", "--force") == first
    assert len(server.requests) == 2, "both answers are kept"
    find("The.Matrix.1999.mkv", "--force", "--language", "de")
    assert len(server.requests) == 4, "another question is another answer"
    find("The.Matrix.1999.mkv", "--force", "--cache-days", 0)
    assert len(server.requests) == 6
    kept = list((tmp_path / "cache").iterdir())
    assert len(kept) == 4
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o666}
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o777
    for path in kept:
        path.write_text(json.dumps(json.loads(path.read_text()) | {"at": 0}))
    assert find("The.Matrix.1999.mkv", "--force") == first
    assert len(server.requests) == 8, "what is too old is asked for again"
    for damage in ("", "{", "[]", json.dumps({"asked": "x", "at": 9e9, "body": "{}"})):
        for path in kept:
            path.write_text(damage)
        asked = len(server.requests)
        assert find("The.Matrix.1999.mkv", "--force") == first
        assert len(server.requests) == asked + 2


def test_no_cache_is_no_failure(find: Find, server: TmdbServer) -> None:
    assert find("The.Matrix.1999.mkv", "--cache", "/app/cache")["movie"]["id"] == MATRIX
    assert find("The.Matrix.1999.mkv", "--cache", "/dev/null/x", "--force")["movie"]["id"] == MATRIX
    assert len(server.requests) == 4


@pytest.mark.parametrize("token", [BEARER, KEY])
@pytest.mark.parametrize("source", ["file", "variable"])
def test_token_goes_to_tmdb_and_nowhere_else(
    token: str,
    source: str,
    server: TmdbServer,
    look: Callable[..., Any],
    film: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    """Neither into a file nor a line: of a run that goes well, and of four that fail, all with --debug."""
    (tmp_path / "secret").write_text(token + "\n")
    given = ["--token-file", tmp_path / "secret"] if source == "file" else []
    environment = {"TMDB_TOKEN": "f" * 32 if source == "file" else token}
    server.token = token
    path = film("The.Matrix.1999.mkv")
    runs = [look(path, "--debug", *given, **environment)]
    replies: list[Reply] = [
        failure(401, 7, "Invalid API key."),
        failure(404, 34, "Not found."),
        (200, {}, "no JSON"),
    ]
    for reply in replies:
        server.replies = [reply]
        runs.append(look(path, "--debug", "--force", "--cache-days", 0, *given, **environment))
    nobody = ["--retries", 0, "--url", "http://127.0.0.1:9/3"]
    runs.append(look(path, "--debug", "--force", *nobody, *given, **environment))
    assert [done.returncode for done in runs] == [0, 3, 4, 4, 4]
    assert all("Traceback" in done.stderr for done in runs[1:])
    _, query, headers = server.requests[0]
    assert headers.get("authorization") == (f"Bearer {token}" if token == BEARER else None)
    assert query.get("api_key") == (token if token == KEY else None)
    said = "".join(done.stdout + done.stderr for done in runs)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "secret"]
    assert len(files) == 4, "the input, the output of the first run, two answers"
    everything = said + "".join(f"{path}{path.read_text()}" for path in files)
    assert token not in everything
    assert environment["TMDB_TOKEN"] not in everything


def test_token_is_not_in_the_manifest(find: Find, tmp_path: Path) -> None:
    find("The.Matrix.1999.mkv")
    manifest = (tmp_path / "t.json.manifest.json").read_text()
    assert BEARER not in manifest
    assert "cache" not in json.loads(manifest)["settings"], "how TMDB is asked doesn't shape the result"


def test_what_is_done_needs_neither_server_nor_token(
    find: Find, look: Callable[..., Any], film: Callable[[str], Path], server: TmdbServer
) -> None:
    find("The.Matrix.1999.mkv")
    asked = len(server.requests)
    again = look(film("The.Matrix.1999.mkv"), TMDB_TOKEN="")
    assert (again.returncode, len(server.requests)) == (0, asked)
    assert "skipped" in again.stderr


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
