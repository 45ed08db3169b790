"""TMDB is busy, offline, silent, or answers nonsense."""

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tmdb_answers import Page
from tmdb_cache import Cache
from tmdb_client import Client, Pace
from tmdb_samples import BEARER, KEY, MATRIX
from tmdb_server import Reply, TmdbServer, failure

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Find = Callable[..., dict[str, Any]]

BUSY: Reply = (
    429,
    {"Retry-After": "0"},
    failure(429, 25, "Your request count is over the allowed limit.")[2],
)
OFFLINE: Reply = (503, {"Retry-After": "0"}, failure(503, 9, "Service offline.")[2])
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
