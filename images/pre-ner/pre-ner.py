"""pre-ner: film metadata in, names that may be spoken and a prompt for Whisper that spells them out."""

import sys
from collections.abc import Iterator

from ner_names import UNSAID, Mention, merge, of_label, structured
from pydantic import Field
from pydantic_settings import SettingsConfigDict
from whisper_prompt import LIMIT, count_tokens, prompt_of

from stagekit.documents import Entities, MovieMetadata, read_document
from stagekit.errors import WorkFailed, explained
from stagekit.files import write_json
from stagekit.manifest import Recorder, versions
from stagekit.models import local_folder
from stagekit.settings import StageSettings
from stagekit.spacy_model import NEEDS, load_spacy, spacy_model_of
from stagekit.stage import SelfTest, Stage, main

PACKAGES = ("spacy", "huggingface-hub", "tiktoken")


class PreNerSettings(StageSettings):
    """How to find names in the overview, and how much of them Whisper is told."""

    model_config = SettingsConfigDict(env_prefix="PRE_NER_")

    model: str = Field(
        default="auto",
        description="spaCy model for the overview: name at Hugging Face, folder, auto (by the metadata's "
        "language), or none (names of the structured fields only)",
    )
    prompt_tokens: int = Field(
        default=200, ge=0, le=LIMIT, description=f"of the prompt at most; Whisper hears {LIMIT}"
    )


def check(settings: PreNerSettings) -> None:
    """Look at the metadata and the model's folder."""
    read_document(settings.input, MovieMetadata)
    if settings.model not in ("auto", "none"):
        local_folder(settings.model, NEEDS)


def run(settings: PreNerSettings, recorder: Recorder) -> None:
    """Collect the names, write the JSON."""
    metadata = read_document(settings.input, MovieMetadata)
    mentions: list[Mention] = []
    if metadata.movie:
        mentions += structured(metadata.movie)
        if metadata.movie.overview.strip() and settings.model != "none":
            model = settings.model
            if model == "auto":
                model = spacy_model_of(metadata.language)
            mentions += in_text(metadata.movie.overview, model, recorder)
    names = merge(mentions)
    prompt = prompt_of((name.text for name in names if name.rank not in UNSAID), settings.prompt_tokens)
    write_json(
        settings.output,
        Entities(
            language=metadata.language,
            entities=[name.entity() for name in names],
            prompt=prompt,
            prompt_tokens=count_tokens(prompt),
        ),
    )


def in_text(text: str, model: str, recorder: Recorder) -> Iterator[Mention]:
    """Give the names that spaCy's `model` finds in `text`, in their order."""
    with recorder.step("load model"):
        pipeline = load_spacy(
            model, "without a network give a folder as --model, or --model none to do without the overview"
        )
    with recorder.step("find names"), explained(WorkFailed, "finding names failed", "see --debug for where"):
        found = pipeline(text).ents
    for entity in found:
        mention = of_label(entity.text, entity.label_)
        if mention:
            yield mention


STAGE = Stage(
    name="pre-ner",
    about="Find the names of a film in what TMDB knows of it (JSON, as tmdb writes it).",
    settings=PreNerSettings,
    output=Entities,
    versions=lambda: versions(PACKAGES),
    check=check,
    run=run,
    selftest=lambda: SelfTest(ok=True, facts=versions(PACKAGES)),
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
