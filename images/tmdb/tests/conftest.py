"""A stand-in for TMDB on loopback, and the stage run against it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tmdb_samples import BEARER
from tmdb_server import TmdbServer

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Find = Callable[..., dict[str, Any]]


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
