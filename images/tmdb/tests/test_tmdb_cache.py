"""What is known already isn't asked for again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tmdb_samples import MATRIX
from tmdb_server import TmdbServer

Find = Callable[..., dict[str, Any]]


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


def test_what_is_done_needs_neither_server_nor_token(
    find: Find, look: Callable[..., Any], film: Callable[[str], Path], server: TmdbServer
) -> None:
    find("The.Matrix.1999.mkv")
    asked = len(server.requests)
    again = look(film("The.Matrix.1999.mkv"), TMDB_TOKEN="")
    assert (again.returncode, len(server.requests)) == (0, asked)
    assert "skipped" in again.stderr
