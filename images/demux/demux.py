"""demux: the audio of a video as 16 kHz mono wav, and what the video holds as JSON."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field
from pydantic_settings import SettingsConfigDict

from stagekit.audio import SAMPLE_RATE
from stagekit.errors import InvalidInput, WorkFailed
from stagekit.ffmpeg import ffmpeg_version, probe, run_ffmpeg
from stagekit.files import atomic_path, write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main


class DemuxSettings(StageSettings):
    """Which audio to take, and where to put what."""

    model_config = SettingsConfigDict(env_prefix="DEMUX_")

    metadata: Path | None = Field(default=None, description="JSON to write; else OUTPUT with .metadata.json")
    audio_stream: int | None = Field(default=None, ge=0, description="which audio stream, counted from 0")
    language: str | None = Field(default=None, description="audio with this language tag, as in the file")


class Stream(BaseModel):
    """One stream of the file. What a kind of stream doesn't have, or the file doesn't say, is null."""

    index: int = Field(description="among all streams, from 0")
    kind: str = Field(description="video, audio, subtitle, attachment, data")
    codec: str | None
    language: str | None = Field(description="the tag as in the file, mostly ISO 639-2 (eng)")
    title: str | None
    default: bool
    channels: int | None
    sample_rate: int | None = Field(description="Hz")
    width: int | None = Field(description="pixels")
    height: int | None = Field(description="pixels")


class Chapter(BaseModel):
    """One chapter; times in seconds from the beginning of the file."""

    start: float
    end: float
    title: str | None


class Metadata(BaseModel):
    """What the input holds, and which of its audio the wav is. Times of the wav are times of the file."""

    source: str = Field(description="file name of the input")
    container: str
    duration: float = Field(description="seconds, of the whole file")
    languages: list[str] = Field(description="of the audio streams, in their order, each once")
    audio_index: int = Field(description="index of the stream that became the wav")
    sample_rate: int = Field(description="Hz, of the wav")
    streams: list[Stream]
    chapters: list[Chapter]


def describe(facts: dict[str, Any], source: Path, audio_stream: int | None, language: str | None) -> Metadata:
    """Return the metadata for ffprobe's `facts`, with the chosen audio stream.

    The choice: by number, by language, else the one marked as default, else the first.

    Raises:
        InvalidInput: there is no audio, or not the one asked for; the message lists what there is.

    """
    streams = [_stream(raw) for raw in facts["streams"]]
    audio = [stream for stream in streams if stream.kind == "audio"]
    if not audio:
        raise InvalidInput(f"{source} has no audio stream; it has: {', '.join(s.kind for s in streams)}")
    chosen = [
        stream
        for number, stream in enumerate(audio)
        if audio_stream in (None, number) and language in (None, stream.language)
    ]
    if not chosen:
        listed = ", ".join(f"{number}: {stream.language or 'no tag'}" for number, stream in enumerate(audio))
        raise InvalidInput(f"{source} has no such audio stream (--audio-stream, --language); it has {listed}")
    return Metadata(
        source=source.name,
        container=facts["format"]["format_name"],
        duration=float(facts["format"].get("duration", 0)),
        languages=list(dict.fromkeys(stream.language for stream in audio if stream.language)),
        audio_index=next((stream for stream in chosen if stream.default), chosen[0]).index,
        sample_rate=SAMPLE_RATE,
        streams=streams,
        chapters=[
            Chapter(start=raw["start_time"], end=raw["end_time"], title=raw.get("tags", {}).get("title"))
            for raw in facts["chapters"]
        ],
    )


def _stream(raw: dict[str, Any]) -> Stream:
    tags = {name.lower(): value for name, value in raw.get("tags", {}).items()}
    return Stream(
        index=raw["index"],
        kind=raw.get("codec_type", "unknown"),
        codec=raw.get("codec_name"),
        language=tags.get("language") if tags.get("language") != "und" else None,
        title=tags.get("title"),
        default=bool(raw.get("disposition", {}).get("default")),
        channels=raw.get("channels"),
        sample_rate=raw.get("sample_rate"),
        width=raw.get("width"),
        height=raw.get("height"),
    )


def extract(source: Path, stream: int, seconds: float, target: Path) -> None:
    """Write audio stream `stream` of `source` to `target`: wav, 16-bit PCM, 16 kHz, mono.

    `aresample=async=1:first_pts=0` puts silence where the stream starts late or has holes, so that a time in
    the wav is the same time in the film. Bit-exact flags: the same input and ffmpeg give the same bytes.
    """
    form = ["-ac", "1", "-ar", str(SAMPLE_RATE), "-af", "aresample=async=1:first_pts=0", "-c:a", "pcm_s16le"]
    plain = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "wav"]
    run_ffmpeg(
        ["-i", f"file:{source}", "-map", f"0:{stream}", *form, *plain, f"file:{target}"],
        seconds,
        Progress("extracting audio").update,
    )


def metadata_path(settings: DemuxSettings) -> Path:
    """Return where the metadata goes."""
    return settings.metadata or settings.output.parent / f"{settings.output.stem}.metadata.json"


def run(settings: DemuxSettings, recorder: Recorder) -> None:
    """Write the wav and the metadata; each comes into being whole, when all work is done."""
    with recorder.step("probe"):
        found = describe(probe(settings.input), settings.input, settings.audio_stream, settings.language)
    with ExitStack() as whole, recorder.step("extract"):
        wav = whole.enter_context(atomic_path(settings.output))
        extract(settings.input, found.audio_index, found.duration, wav)
        if not probe(wav)["streams"]:
            raise WorkFailed(f"{settings.input}: stream {found.audio_index} gave no audio")
        write_json(metadata_path(settings), found)


def used_versions() -> dict[str, str]:
    """Return the versions that shape the result."""
    return {"ffmpeg": ffmpeg_version()} | versions([])


STAGE = Stage(
    name="demux",
    about="Take the audio out of a video as 16 kHz mono wav, and describe the video in JSON.",
    settings=DemuxSettings,
    output=Metadata,
    versions=used_versions,
    check=lambda _: None,
    run=run,
    selftest=lambda: SelfTest(ok=True, facts=used_versions()),
    extra_outputs=lambda settings: {"--metadata": metadata_path(settings)},
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
