"""subtitle-gen: a transcript as subtitles that people can read: SRT, WebVTT, and the cues as JSON."""

import sys
from contextlib import ExitStack
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict
from subtitle_cues import subtitles
from subtitle_files import write_srt, write_vtt
from subtitle_rules import DEFAULT_LINE, DEFAULT_SPEED, LINE, SPEED, Labels, Rules

from stagekit.documents import Songs, Subtitles, Transcript, read_document
from stagekit.errors import InvalidInput
from stagekit.files import atomic_path, write_json
from stagekit.manifest import Recorder, versions
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main

PACKAGES = ("pysubs2", "pysrt")


class SubtitleSettings(StageSettings):
    """How subtitles are cut, timed and marked; the defaults are of Netflix's Timed Text Style Guides."""

    model_config = SettingsConfigDict(env_prefix="SUBTITLE_GEN_")

    songs: Path | None = Field(default=None, description="JSON of lyrics: what is sung is shown with notes")
    vtt: Path | None = Field(default=None, description="WebVTT to write; else OUTPUT with .vtt")
    cues: Path | None = Field(default=None, description="JSON to write; else OUTPUT with .cues.json")
    line_length: int | None = Field(
        default=None,
        ge=1,
        description="most characters a line; else by language: 42, zh and ko 16, ja 13 (full-width ones)",
    )
    lines: int = Field(default=2, ge=1, le=4, description="most lines of a cue")
    reading_speed: float | None = Field(
        default=None,
        gt=0,
        description="most characters a second, where there is time; else by language: en 20, zh 9, ko 12, "
        "ja 4, others 17",
    )
    shortest: float = Field(
        default=0.833, ge=0, description="seconds a cue stays at least, where there is time"
    )
    longest: float = Field(default=7.0, gt=0, description="seconds a cue stays at most")
    gap: float = Field(default=0.083, ge=0, description="seconds between two cues")
    speakers: Labels = Field(
        default="auto",
        description="mark who speaks: auto where it changes between several; none; always, on every cue",
    )
    speaker_names: dict[str, str] = Field(
        default_factory=dict, description="SPEAKER_00=Alice: names to show; a speaker without one gets a dash"
    )


def rules_for(settings: SubtitleSettings, language: str) -> Rules:
    """Return the rules of the settings, and of the language where they say nothing."""
    return Rules(
        language=language,
        line=settings.line_length or LINE.get(language, DEFAULT_LINE),
        lines=settings.lines,
        speed=settings.reading_speed or SPEED.get(language, DEFAULT_SPEED),
        shortest=settings.shortest,
        longest=settings.longest,
        gap=settings.gap,
        labels=settings.speakers,
        names=settings.speaker_names,
    )


def check(settings: SubtitleSettings) -> None:
    """Read the inputs, and look at what can't go together."""
    if settings.shortest > settings.longest:
        raise InvalidInput(f"--shortest {settings.shortest} > --longest {settings.longest}")
    read_document(settings.input, Transcript)
    _read_songs(settings)


def _read_songs(settings: SubtitleSettings) -> Songs | None:
    return read_document(settings.songs, Songs) if settings.songs else None


def vtt_path(settings: SubtitleSettings) -> Path:
    """Return where the WebVTT goes."""
    return settings.vtt or settings.output.with_suffix(".vtt")


def cues_path(settings: SubtitleSettings) -> Path:
    """Return where the cues go."""
    return settings.cues or settings.output.with_suffix(".cues.json")


def run(settings: SubtitleSettings, recorder: Recorder) -> None:
    """Make the cues, write the three files; each comes into being whole, when all work is done."""
    transcript = read_document(settings.input, Transcript)
    with recorder.step("cut and time"):
        made = subtitles(transcript, _read_songs(settings), rules_for(settings, transcript.language))
    with recorder.step("write"), ExitStack() as whole:
        write_srt(made.cues, whole.enter_context(atomic_path(settings.output)))
        write_vtt(made.cues, whole.enter_context(atomic_path(vtt_path(settings))))
        write_json(cues_path(settings), made)


STAGE = Stage(
    name="subtitle-gen",
    about="Make subtitles (SRT, WebVTT, and cues as JSON) from a transcript.",
    settings=SubtitleSettings,
    output=Subtitles,
    versions=lambda: versions(PACKAGES),
    check=check,
    run=run,
    selftest=lambda: SelfTest(ok=True, facts=versions(PACKAGES)),
    extra_inputs=lambda settings: {"--songs": settings.songs},
    extra_outputs=lambda settings: {"--vtt": vtt_path(settings), "--cues": cues_path(settings)},
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
