"""second-pass: a transcript in, the same transcript with translated texts out, by a translation model."""

import logging
import sys

from pydantic import Field
from pydantic_settings import SettingsConfigDict
from translation_batches import translate_all
from translation_codes import WITHOUT_SPACES
from translation_models import NEEDS, Pair, load_translator

from stagekit.accelerator import Device, gpu_facts, resolve_device
from stagekit.documents import Change, Segment, Transcript, read_document
from stagekit.errors import WorkFailed, explained
from stagekit.files import write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.models import local_folder
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main

PACKAGES = ("transformers", "tokenizers", "sentencepiece", "protobuf", "torch")

OPUS = "Helsinki-NLP/opus-mt-{source}-{target}"

log = logging.getLogger("stagekit.second-pass")


class SecondPassSettings(StageSettings):
    """Into which language, and with which model."""

    model_config = SettingsConfigDict(env_prefix="SECOND_PASS_")

    target: str = Field(
        default="en", pattern="^[a-z]{2,3}$", description="language to translate into, as in en"
    )
    model: str = Field(
        default=OPUS,
        description="Marian, NLLB or mBART-50 model: name or folder; {source}, {target} are the languages. "
        "facebook/nllb-200-distilled-600M knows 97 of Whisper's, but NOT FOR COMMERCIAL USE (CC-BY-NC-4.0)",
    )
    beams: int = Field(default=4, ge=1, description="translations kept in view; 1 is fastest")
    batch_tokens: int = Field(
        default=4096, ge=1, description="tokens of source at once; fewer need less memory"
    )
    device: Device = Field(default="auto", description="auto: the GPU if it works, else the CPU")


def model_of(settings: SecondPassSettings, pair: Pair) -> str:
    """Return the model for `pair`."""
    return settings.model.replace("{source}", pair.source).replace("{target}", pair.target)


def check(settings: SecondPassSettings) -> None:
    """Read the transcript, and look at the model's folder where one will be needed."""
    given = read_document(settings.input, Transcript)
    if given.language != settings.target:
        local_folder(model_of(settings, Pair(given.language, settings.target)), NEEDS)


def run(settings: SecondPassSettings, recorder: Recorder) -> None:
    """Translate, write the JSON."""
    given = read_document(settings.input, Transcript)
    texts = [segment.text.strip() for segment in given.segments]
    wanted = [number for number, text in enumerate(texts) if text]
    if given.language == settings.target:
        log.info("the texts are in %s already: passed through as they are", settings.target)
        write_json(settings.output, given)
        return
    pair = Pair(given.language, settings.target)
    if not wanted:
        log.info("there is no text: nothing to translate")
        write_json(settings.output, given.model_copy(update={"language": pair.target}))
        return
    model = model_of(settings, pair)
    with recorder.step("load model"):
        translator = load_translator(model, pair, settings.beams, resolve_device(settings.device))
    with recorder.step("translate"), explained(WorkFailed, "translation failed", "see --debug for where"):
        found = translate_all(
            [texts[number] for number in wanted],
            translator,
            translator.count,
            translator.limit,
            settings.batch_tokens,
            "" if pair.target in WITHOUT_SPACES else " ",
            Progress("translating").update,
        )
    translations = dict(zip(wanted, found, strict=True))
    write_json(settings.output, translated(given, translations, pair, model))


def translated(given: Transcript, translations: dict[int, str], pair: Pair, model: str) -> Transcript:
    """Return `given` with the texts of `translations` (number of the segment → text); all else is kept.

    A changed segment keeps its old text as a Change and has no words: the old ones don't spell the new text.
    A segment without a translation, or with its own text as one, stays as it is.
    """
    reason = f"translated from {pair} by {model}"
    segments = [
        _changed(segment, translations.get(number, ""), reason)
        for number, segment in enumerate(given.segments)
    ]
    empty = sum(not text for text in translations.values())
    if empty:
        log.warning("%d text(s) came back empty: kept in %s", empty, pair.source)
    timed = any(segment.words for segment in segments)
    return given.model_copy(
        update={
            "language": pair.target,
            "words": given.words if timed else "none",
            "segments": segments,
        }
    )


def _changed(segment: Segment, text: str, reason: str) -> Segment:
    if text in ("", segment.text):
        return segment
    change = Change(by="second-pass", before=segment.text, after=text, reason=reason)
    return segment.model_copy(update={"text": text, "words": [], "changes": [*segment.changes, change]})


def selftest() -> SelfTest:
    """Say what this image finds: versions, GPU and its libraries."""
    sound, facts = gpu_facts(PACKAGES)
    return SelfTest(ok=sound, facts=facts)


STAGE = Stage(
    name="second-pass",
    about="Translate a transcript, as asr writes it, into another language. Models have licences of their "
    "own: NLLB's weights are not for commercial use (CC-BY-NC-4.0).",
    settings=SecondPassSettings,
    output=Transcript,
    versions=lambda: versions(PACKAGES),
    check=check,
    run=run,
    selftest=selftest,
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
