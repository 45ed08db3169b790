"""tmdb: a film's name in, what TMDB knows of the film out."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict
from tmdb_cache import Cache
from tmdb_client import Client
from tmdb_search import Search
from tmdb_titles import title_of

from stagekit.documents import Candidate, MovieMetadata
from stagekit.errors import InvalidInput, Missing
from stagekit.files import write_json
from stagekit.manifest import Recorder, versions
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main
from stagekit.tokens import read_token

log = logging.getLogger("stagekit.tmdb")

PACKAGES = ("requests", "guessit")
SECRET = Path("/run/secrets/tmdb_token")


class TmdbSettings(StageSettings):
    """What to look for, and how to ask. The token is no setting: never recorded."""

    model_config = SettingsConfigDict(env_prefix="TMDB_")

    title: str | None = Field(
        default=None, min_length=1, description="of the film; else from the file's name"
    )
    year: int | None = Field(
        default=None, ge=1870, le=2200, description="of release; else from the file's name"
    )
    language: str = Field(
        default="en", pattern="^[a-z]{2}(-[A-Z]{2})?$", description="of title and overview, as in en or pt-BR"
    )
    min_score: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="a candidate below is not the film; same title of another year is 0.75",
    )
    cast: int = Field(default=40, ge=0, description="at most so many actors, by billing")
    pages: int = Field(default=3, ge=1, le=500, description="of a search to read, 20 films each")
    url: str = Field(
        default="https://api.themoviedb.org/3",
        pattern=r"^https?://[^@\s]+$",
        description="address of the API, without user and password",
    )
    token_file: Path | None = Field(
        default=None, description=f"file with TMDB's read access token or key; else {SECRET}, else TMDB_TOKEN"
    )
    cache: Path = Field(
        default=Path("/models/tmdb"), description="folder for answers; not used where it can't be written"
    )
    cache_days: float = Field(
        default=7,
        ge=0,
        le=180,
        description="an answer in the cache is good for so long; 0: never (180: TMDB's terms)",
    )
    rate: float = Field(default=20, gt=0, description="requests a second at most; TMDB takes some 40")
    retries: int = Field(default=4, ge=0, description="tries more where TMDB is busy or not reached")
    timeout: float = Field(default=10, gt=0, description="seconds to wait for an answer")

    def recorded(self) -> dict[str, Any]:
        """Leave out how TMDB is asked: it doesn't shape the result."""
        how = ("token_file", "cache", "cache_days", "rate", "retries", "timeout")
        return {name: value for name, value in super().recorded().items() if name not in how}


def wanted(settings: TmdbSettings) -> tuple[str, int | None]:
    """Return title and year to look for: as set, else from the name of the film.

    The name is what demux's metadata call the source, else that of the input file itself.

    Raises:
        InvalidInput: the input is JSON of something else, or the name holds no title.

    """
    name = _source(settings.input)
    title, year = title_of(name)
    title, year = settings.title or title, settings.year or year
    if not title.strip():
        raise InvalidInput(f"the name {name} holds no title; give --title and --year")
    return title, year


def _source(path: Path) -> str:
    if path.suffix != ".json":
        return path.name
    try:
        return str(json.loads(path.read_bytes())["source"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{path} isn't demux's metadata: no JSON with `source`; or give a film") from error


def check(settings: TmdbSettings) -> None:
    """Look at the name and the token file."""
    wanted(settings)
    read_token(settings.token_file, SECRET, "TMDB_TOKEN")


def run(settings: TmdbSettings, recorder: Recorder) -> None:
    """Search, choose, fetch the rest, write the JSON."""
    title, year = wanted(settings)
    cache = Cache(settings.cache, settings.cache_days)
    client = Client(settings.url, _token(settings), cache, settings.rate, settings.retries, settings.timeout)
    search = Search(client, title, year, settings.language, settings.pages, settings.min_score)
    with recorder.step("search"):
        ranked = search.candidates()
        best = search.best(ranked)
    with recorder.step("details"):
        movie = search.details(best.id).movie(settings.cast) if best else None
    if movie is None:
        log.warning("%s", _nothing(title, year, ranked))
    write_json(
        settings.output,
        MovieMetadata(title=title, year=year, language=settings.language[:2], movie=movie, candidates=ranked),
    )


def _token(settings: TmdbSettings) -> SecretStr:
    token = read_token(settings.token_file, SECRET, "TMDB_TOKEN")
    if token is None:
        raise Missing(
            "TMDB wants a token and there is none; make one (themoviedb.org, Settings, API), then give "
            f"--token-file, or mount it as {SECRET}, or set TMDB_TOKEN"
        )
    return token


def _nothing(title: str, year: int | None, ranked: list[Candidate]) -> str:
    meant = f"{title} ({year})" if year else title
    if not ranked:
        return f"TMDB has no film for {meant}; give --title and --year, or go on without"
    best = ranked[0]
    return (
        f"no film is near enough to {meant}: the best is {best.title} ({best.year}) with "
        f"a score of {best.score}; give --title and --year, or a lower --min-score, or go on without"
    )


STAGE = Stage(
    name="tmdb",
    about="Find a film at TMDB by its file name: titles, cast, crew, overview. "
    "This product uses the TMDB API but is not endorsed or certified by TMDB.",
    settings=TmdbSettings,
    output=MovieMetadata,
    versions=lambda: versions(PACKAGES),
    check=check,
    run=run,
    selftest=lambda: SelfTest(ok=True, facts=versions(PACKAGES)),
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
