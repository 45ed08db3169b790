"""mux: a film with its subtitles, as a track of their own or burned into the picture; all else as it was."""

import sys
from pathlib import Path
from typing import Any, Literal

from mux_check import Proof, checked
from mux_ffmpeg import Burning, Marks, check_fonts, container_takes, mux
from mux_languages import container_tag
from mux_plan import CONTAINERS, How, Track, planned
from mux_read import srt_cues
from pydantic import BaseModel, Field, FilePath
from pydantic_settings import SettingsConfigDict

from stagekit.documents import Subtitles, read_document
from stagekit.errors import InvalidInput, Missing
from stagekit.ffmpeg import ffmpeg_version, probe
from stagekit.files import atomic_path, write_json
from stagekit.manifest import Recorder, versions
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main


class MuxSettings(StageSettings):
    """Which subtitles go into the film, and how."""

    model_config = SettingsConfigDict(env_prefix="MUX_")

    subtitles: FilePath = Field(description="SRT, UTF-8, as subtitle-gen writes it")
    cues: Path | None = Field(default=None, description="JSON of subtitle-gen: it tells the language")
    report: Path | None = Field(default=None, description="JSON to write; else OUTPUT with .mux.json")
    mode: Literal["embed", "burn"] = Field(
        default="embed", description="embed: a track to switch on and off; burn: into the picture, for good"
    )
    language: str | None = Field(
        default=None, pattern="^[a-z]{2,3}$", description="of the subtitles, as in en; else that of --cues"
    )
    title: str | None = Field(default=None, description="of the track, as players list it")
    default: Literal["auto", "yes", "no"] = Field(
        default="auto",
        description="whether players show the track unasked; auto: if the film has no other that they do",
    )
    drop_unsupported: bool = Field(
        default=False, description="leave out what the container can't hold; else it is an error"
    )
    crf: int = Field(default=18, ge=0, le=51, description="quality of x264 where burned; lower is better")
    preset: Literal[
        "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"
    ] = Field(default="medium", description="of x264 where burned; slower gives smaller files")
    fonts: Path | None = Field(
        default=None, description="folder of fonts, for burning scripts the image lacks"
    )


class MuxedStream(BaseModel):
    """One stream of the result. What it doesn't have is null."""

    index: int
    kind: str = Field(description="video, audio, subtitle, attachment")
    codec: str | None
    language: str | None
    title: str | None
    default: bool
    how: How = Field(description="copied; converted to the container's form of text; encoded; new")
    source: int | None = Field(description="index in the film; null for the new subtitles")
    proof: Proof = Field(
        description="what was compared with the film: all packets, what they decode to, the attached file's "
        "content, the number of packets or pictures; cues: each one's time"
    )
    sha256: str | None = Field(description="of all packets, or of the attached file; null where not copied")


class Report(BaseModel):
    """What the result holds; it was checked before it was put in place."""

    source: str = Field(description="file name of the film")
    container: str
    mode: Literal["embed", "burn"]
    duration: float = Field(description="seconds")
    cues: int = Field(description="subtitles in the track, or in the picture")
    chapters: int
    streams: list[MuxedStream]
    dropped: list[str] = Field(description="streams of the film that the container can't hold")


def check(settings: MuxSettings) -> None:
    """Look at the suffix, the subtitles, the language, and the fonts for burning."""
    container = CONTAINERS.get(settings.output.suffix.lower())
    if container is None:
        raise InvalidInput(f"--output {settings.output.name}: its suffix must be .mkv or .mp4")
    srt_cues(settings.subtitles)
    language(settings, container)
    if settings.fonts and not settings.fonts.is_dir():
        raise Missing(f"--fonts {settings.fonts} is no folder; mount one with -v")
    if settings.mode == "burn" and not settings.fonts:
        check_fonts(settings.subtitles.read_text(encoding="utf-8", errors="replace"))


def language(settings: MuxSettings, container: str) -> str | None:
    """Return the three letters of the subtitles' language, None where it isn't known."""
    told = read_document(settings.cues, Subtitles).language if settings.cues else None
    found = settings.language or told
    return container_tag(found, container) if found else None


def report_path(settings: MuxSettings) -> Path:
    """Return where the report goes."""
    return settings.report or settings.output.with_suffix(".mux.json")


def run(settings: MuxSettings, recorder: Recorder) -> None:
    """Make the film beside its place, prove it, and put it there with its report."""
    container = CONTAINERS[settings.output.suffix.lower()]
    with recorder.step("probe"):
        facts, cues = probe(settings.input), srt_cues(settings.subtitles)
        plan = planned(
            facts["streams"],
            container,
            settings.mode == "burn",
            bool(cues),
            lambda stream: container_takes(settings.input, container, stream),
        )
    if plan.dropped and not settings.drop_unsupported:
        mend = "write .mkv" if container == "mp4" else "give --drop-unsupported"
        raise InvalidInput(
            f"{container} can't hold {', '.join(plan.dropped)} of {settings.input}; {mend}"
            + (", or give --drop-unsupported" if container == "mp4" else "")
        )
    seconds = float(facts["format"].get("duration", 0))
    marks = Marks(language(settings, container), settings.title, _is_default(settings, facts))
    burning = Burning(settings.crf, settings.preset, settings.fonts)
    with atomic_path(settings.output) as film:
        with recorder.step("mux"):
            mux(settings.input, settings.subtitles, plan, marks, burning, seconds, film)
        with recorder.step("check"):
            proved = checked(settings.input, film, plan, cues, marks.language, seconds)
        after = probe(film)
        report = Report(
            source=settings.input.name,
            container=container,
            mode=settings.mode,
            duration=float(after["format"].get("duration", 0)),
            cues=len(cues),
            chapters=len(after["chapters"]),
            streams=[_described(*stream) for stream in proved],
            dropped=plan.dropped,
        )
        write_json(report_path(settings), report)


def _is_default(settings: MuxSettings, facts: dict[str, Any]) -> bool:
    marked = any(
        raw.get("codec_type") == "subtitle" and raw.get("disposition", {}).get("default")
        for raw in facts["streams"]
    )
    return settings.default == "yes" or (settings.default == "auto" and not marked)


def _described(track: Track, raw: dict[str, Any], proof: Proof, sha256: str | None) -> MuxedStream:
    tags = {name.lower(): value for name, value in raw.get("tags", {}).items()}
    return MuxedStream(
        index=raw["index"],
        kind=raw["codec_type"],
        codec=raw.get("codec_name"),
        language=tags.get("language") if tags.get("language") != "und" else None,
        title=tags.get("title"),
        default=bool(raw.get("disposition", {}).get("default")),
        how=track.how,
        source=track.source,
        proof=proof,
        sha256=sha256,
    )


def used_versions() -> dict[str, str]:
    """Return the versions that shape the result."""
    return {"ffmpeg": ffmpeg_version()} | versions([])


STAGE = Stage(
    name="mux",
    about="Put subtitles into a film, as a track or burned into the picture, and leave all else as it was.",
    settings=MuxSettings,
    output=Report,
    versions=used_versions,
    check=check,
    run=run,
    selftest=lambda: SelfTest(ok=True, facts=used_versions()),
    extra_inputs=lambda settings: {"--subtitles": settings.subtitles, "--cues": settings.cues},
    extra_outputs=lambda settings: {"--report": report_path(settings)},
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
