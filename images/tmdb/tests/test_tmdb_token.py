"""The token goes to TMDB, and nowhere else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tmdb_samples import BEARER, KEY
from tmdb_server import Reply, TmdbServer, failure

Find = Callable[..., dict[str, Any]]


def test_a_netrc_file_does_not_replace_the_token(find: Find, server: TmdbServer, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password other")
    server.token = BEARER
    assert find("The.Matrix.1999.mkv", NETRC=str(tmp_path / "netrc"))["movie"]


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
