"""What TMDB answers, as far as it is used (developer.themoviedb.org/reference), and what becomes of it."""

from typing import Any

from pydantic import BaseModel, Field, field_validator

from stagekit.documents import CastMember, CrewMember, Movie


class _Answer(BaseModel):
    """Texts that TMDB doesn't have are null in some of its answers and empty in others: here empty."""

    @field_validator("*", mode="before")
    @classmethod
    def _no_null_text(cls, value: Any, info: Any) -> Any:
        return "" if value is None and cls.model_fields[info.field_name].annotation is str else value


class Found(_Answer):
    """One film of a search."""

    id: int
    title: str
    original_title: str = ""
    release_date: str = Field(default="", description="2001-04-25, or empty")
    popularity: float = 0.0

    @property
    def year(self) -> int | None:
        """The year of release, where known."""
        return int(self.release_date[:4]) if self.release_date[:4].isdigit() else None


class Page(_Answer):
    """The answer to search/movie."""

    total_pages: int
    results: list[Found]


class _Named(_Answer):
    name: str


class _AlternativeTitle(_Answer):
    title: str


class _AlternativeTitles(_Answer):
    titles: list[_AlternativeTitle] = []


class _Cast(_Named):
    character: str = ""
    order: int = 0


class _Crew(_Named):
    job: str = ""
    department: str = ""


class _Credits(_Answer):
    cast: list[_Cast] = []
    crew: list[_Crew] = []


class Details(Found):
    """The answer to movie/{id} with credits and alternative_titles appended."""

    imdb_id: str = ""
    original_language: str = ""
    overview: str = ""
    runtime: int | None = None
    genres: list[_Named] = []
    credits: _Credits
    alternative_titles: _AlternativeTitles

    def titles(self) -> list[str]:
        """Return all names of the film."""
        return [self.title, self.original_title, *(other.title for other in self.alternative_titles.titles)]

    def movie(self, cast: int) -> Movie:
        """Return the film with its first `cast` actors by billing, and each title once."""
        names = list(dict.fromkeys(self.titles()))
        billed = sorted(self.credits.cast, key=lambda member: member.order)[:cast]
        return Movie(
            id=self.id,
            imdb_id=self.imdb_id or None,
            title=self.title,
            original_title=self.original_title or self.title,
            original_language=self.original_language,
            year=self.year,
            runtime=self.runtime or None,
            overview=self.overview,
            genres=[genre.name for genre in self.genres],
            alternative_titles=[name for name in names if name not in (self.title, self.original_title, "")],
            cast=[CastMember(name=m.name, character=m.character, order=m.order) for m in billed],
            crew=[CrewMember(name=m.name, job=m.job, department=m.department) for m in self.credits.crew],
        )
