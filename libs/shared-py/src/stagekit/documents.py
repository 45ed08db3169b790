"""What stages hand to each other: one model for each kind of JSON file, for its writer and its readers.

All times are seconds from the beginning of the film. What isn't known is null.
"""

from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from stagekit.errors import InvalidInput


class Span(BaseModel):
    """A stretch of time."""

    start: float = Field(ge=0, description="seconds")
    end: float = Field(description="seconds, not before start")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"end {self.end} is before start {self.start}")
        return self


class Speech(BaseModel):
    """Where somebody speaks. Written by silero-vad and pyannote-vad."""

    duration: float = Field(description="seconds of audio")
    segments: list[Span] = Field(description="in order of time, without overlap; empty where nobody speaks")


class Turn(Span):
    """One stretch of one speaker; turns of two speakers may overlap."""

    speaker: str


class Diarization(BaseModel):
    """Who speaks when. Written by diarization."""

    duration: float = Field(description="seconds of audio")
    speakers: list[str] = Field(description="in order of their first word: SPEAKER_00, SPEAKER_01, …")
    segments: list[Turn] = Field(description="in order of time; empty where nobody speaks")


class Word(BaseModel):
    """One word as written, with its punctuation. Times are null where the model found no place."""

    text: str
    start: float | None = None
    end: float | None = None
    confidence: float | None = Field(default=None, description="0 to 1")
    speaker: str | None = None


class Change(BaseModel):
    """A mark of what a stage changed in a segment's text."""

    by: str = Field(description="the stage")
    before: str = Field(description="the words, or the whole text, as they were")
    after: str = Field(description="as they are now")
    score: float | None = Field(default=None, description="likeness of both, 0 to 100")
    reason: str = Field(description="in words for people: what it follows")


class Segment(Span):
    """One stretch of speech."""

    text: str
    speaker: str | None = None
    words: list[Word] = Field(
        default_factory=list,
        description="spell the text, in order of time; empty where it has no words with times (translated)",
    )
    changes: list[Change] = Field(default_factory=list, description="in the order they were made")


WordTimes = Literal["aligned", "attention", "none"]
"""By an alignment model, by Whisper's own attention, or no words at all."""


class Transcript(BaseModel):
    """What was said, and when. Written by asr; second-pass and post-ner write it again with changed texts."""

    language: str = Field(description="of the texts, as in en")
    spoken: str = Field(description="language of the speech, as in en")
    duration: float = Field(description="seconds of audio")
    words: WordTimes = Field(description="where the times of words come from")
    segments: list[Segment] = Field(description="in order of time; empty where nobody speaks")


class CastMember(BaseModel):
    """An actor and the character."""

    name: str
    character: str
    order: int = Field(description="billing, 0 is the first")


class CrewMember(BaseModel):
    """Somebody behind the camera."""

    name: str
    job: str
    department: str


class Movie(BaseModel):
    """What is known of a film."""

    id: int = Field(description="of TMDB")
    imdb_id: str | None = None
    title: str
    original_title: str
    original_language: str = Field(description="as in en")
    year: int | None = None
    runtime: int | None = Field(default=None, description="minutes")
    overview: str = ""
    genres: list[str] = Field(default_factory=list)
    alternative_titles: list[str] = Field(default_factory=list)
    cast: list[CastMember] = Field(default_factory=list, description="in order of billing")
    crew: list[CrewMember] = Field(default_factory=list)


class Candidate(BaseModel):
    """A film that the search found."""

    id: int
    title: str
    year: int | None
    popularity: float
    score: float = Field(description="0 to 1: title, year and popularity together")


class MovieMetadata(BaseModel):
    """Which film this is. Written by tmdb."""

    title: str = Field(description="what was searched for")
    year: int | None = Field(description="what was searched for")
    language: str = Field(default="en", description="of title and overview, as in en")
    movie: Movie | None = Field(description="the best candidate; null where none is good enough")
    candidates: list[Candidate] = Field(description="best first")


EntityKind = Literal["person", "place", "organization", "work", "other"]


class Entity(BaseModel):
    """A name that may be spoken in the film."""

    text: str = Field(description="as it is to be spelled")
    kind: EntityKind
    sources: list[str] = Field(description="where it stands: title, cast, character, crew, overview")


class Entities(BaseModel):
    """Names of the film, most important first, and a prompt for the speech model. Written by pre-ner."""

    language: str = Field(description="of the metadata, as in en")
    entities: list[Entity]
    prompt: str = Field(description="names for Whisper's initial prompt; empty where there are none")
    prompt_tokens: int = Field(description="of the prompt, by Whisper's tokenizer")


class Song(Span):
    """A stretch that is sung or played."""

    score: float = Field(description="0 to 1")
    reasons: list[str] = Field(description="in words for people, with the numbers")


class Songs(BaseModel):
    """Where the film sings. Written by lyrics."""

    duration: float = Field(description="seconds of audio")
    segments: list[Song] = Field(description="in order of time, without overlap")


class Cue(Span):
    """One subtitle."""

    lines: list[str] = Field(description="as shown, without mark-up")
    speaker: str | None = None
    song: bool = False


class Subtitles(BaseModel):
    """What is shown, and when. Written by subtitle-gen beside the subtitle files."""

    language: str = Field(description="of the lines, as in en")
    cues: list[Cue] = Field(description="in order of time, without overlap")


Document = TypeVar("Document", bound=BaseModel)


def read_document(path: Path, kind: type[Document]) -> Document:
    """Return the JSON file `path` as `kind`.

    Raises:
        InvalidInput: it can't be read, is no JSON, or isn't of that kind; the first wrong place is named.

    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise InvalidInput(f"{path} is no {kind.__name__}: {place}: {first['msg']}") from error
