"""post-ner: the names in a transcript spelled as the film's metadata spells them; times never change."""

import importlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from name_correct import Corrector
from name_list import known_names
from name_text import Vocabulary
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from stagekit.documents import Entities, MovieMetadata, Segment, Transcript, read_document
from stagekit.errors import WorkFailed, explained
from stagekit.files import write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.models import local_folder
from stagekit.settings import StageSettings
from stagekit.spacy_model import NEEDS, load_spacy, spacy_model_of
from stagekit.stage import SelfTest, Stage, main

log = logging.getLogger("stagekit.post-ner")

PACKAGES = ("spacy", "rapidfuzz", "huggingface-hub")

_CALENDAR = """
january february march april may june july august september october november december monday tuesday wednesday
thursday friday saturday sunday christmas easter god sir madam okay yeah hello mom dad mum grandma grandpa
"""
CALENDAR = frozenset(_CALENDAR.split())
"""English words that have a capital and are no names of films."""


class PostNerSettings(StageSettings):
    """Which names are right, and how much is put right."""

    model_config = SettingsConfigDict(env_prefix="POST_NER_")

    entities: Path | None = Field(
        default=None, description="JSON of pre-ner: the names, most important first"
    )
    metadata: Path | None = Field(default=None, description="JSON of tmdb: characters, title and cast")
    model: str = Field(
        default="auto",
        description="spaCy model that tells names at the beginning of a sentence: name at Hugging Face, "
        "folder, auto (by the transcript's language), or none (by capitals alone)",
    )
    threshold: float = Field(
        default=85, ge=50, le=100, description="least likeness, 0 to 100, of what becomes a known name"
    )


def check(settings: PostNerSettings) -> None:
    """Read the documents, and look at the model's folder."""
    read_document(settings.input, Transcript)
    _known(settings)
    if settings.model not in ("auto", "none"):
        local_folder(settings.model, NEEDS)


def _known(settings: PostNerSettings) -> tuple[Entities | None, MovieMetadata | None]:
    entities = read_document(settings.entities, Entities) if settings.entities else None
    return entities, read_document(settings.metadata, MovieMetadata) if settings.metadata else None


def run(settings: PostNerSettings, recorder: Recorder) -> None:
    """Put the names right, write the transcript."""
    transcript = read_document(settings.input, Transcript)
    names = known_names(*_known(settings))
    segments = transcript.segments
    if names and segments:
        marked: Sequence[set[int] | None] = [None] * len(segments)
        if settings.model != "none":
            model = settings.model
            if model == "auto":
                model = spacy_model_of(transcript.language)
            marked = marks(segments, model, recorder)
        with recorder.step("compare"):
            vocabulary = Vocabulary(
                [segment.text for segment in segments], function_words(transcript.language)
            )
            corrector = Corrector(names, vocabulary, settings.threshold)
            segments = [
                corrector.corrected(segment, mark) for segment, mark in zip(segments, marked, strict=True)
            ]
    changed = sum(
        len(new.changes) - len(old.changes) for new, old in zip(segments, transcript.segments, strict=True)
    )
    log.info("%d names put right, of %d known spellings", changed, len(names))
    write_json(settings.output, transcript.model_copy(update={"segments": segments}))


def marks(segments: Sequence[Segment], model: str, recorder: Recorder) -> list[set[int] | None]:
    """Return for each segment the characters where a word begins that `model` takes for part of a name."""
    with recorder.step("load model"):
        pipeline = load_spacy(
            model, "without a network give a folder as --model, or --model none to go by capitals alone"
        )
    progress, found = Progress("finding names"), []
    with recorder.step("find names"), explained(WorkFailed, "finding names failed", "see --debug for where"):
        for place, document in enumerate(pipeline.pipe(segment.text for segment in segments), start=1):
            found.append(_marked(document))
            progress.update(place / len(segments))
    return found


def _marked(document: Any) -> set[int] | None:
    return {token.idx for token in document if _names(token.ent_type_) or token.pos_ == "PROPN"}


def _names(label: str) -> bool:
    return label not in (
        "",
        "DATE",
        "TIME",
        "CARDINAL",
        "ORDINAL",
        "QUANTITY",
        "PERCENT",
        "MONEY",
        "LANGUAGE",
    )


def function_words(language: str) -> frozenset[str]:
    """Return words of `language` that are never names: spaCy's stop words, and the calendar of English."""
    with_calendar = CALENDAR if language == "en" else frozenset()
    try:
        words = importlib.import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
    except ImportError:  # spaCy knows nothing of this language
        return with_calendar
    return with_calendar | frozenset(word.casefold() for word in words)


STAGE = Stage(
    name="post-ner",
    about="Spell the names in a transcript as the film's metadata spells them.",
    settings=PostNerSettings,
    output=Transcript,
    versions=lambda: versions(PACKAGES),
    check=check,
    run=run,
    selftest=lambda: SelfTest(ok=True, facts=versions(PACKAGES)),
    extra_inputs=lambda settings: {"--entities": settings.entities, "--metadata": settings.metadata},
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
