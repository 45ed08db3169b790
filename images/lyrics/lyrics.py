"""lyrics: 16 kHz mono wav in, where the film sings as JSON out, by rules on the sound and the transcript."""

import logging
import sys
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict
from song_features import read_frames
from song_score import find_songs, song, sound_marks, sound_score, transcript_hints, with_hints

from stagekit.audio import SAMPLE_RATE, check_speech, sample_count
from stagekit.documents import Songs, Transcript, read_document
from stagekit.errors import WorkFailed, explained
from stagekit.files import write_json
from stagekit.logs import Progress
from stagekit.manifest import Recorder, versions
from stagekit.settings import StageSettings
from stagekit.stage import SelfTest, Stage, main

PACKAGES = ("librosa", "numba", "numpy", "scipy")

BLOCK_SECONDS = 60

log = logging.getLogger("stagekit.lyrics")


class LyricsSettings(StageSettings):
    """What counts as a song."""

    model_config = SettingsConfigDict(env_prefix="LYRICS_")

    transcript: Path | None = Field(
        default=None, description="transcript of asr: repeated lines, slow words and marks of music count too"
    )
    threshold: float = Field(default=0.5, ge=0, le=1, description="score that makes a song; lower finds more")
    release: float = Field(
        default=0.4, ge=0, le=1, description="score below which a song ends; not above --threshold"
    )
    min_seconds: float = Field(default=5.0, ge=0, description="shorter songs are none")
    merge_gap: float = Field(
        default=2.0, ge=0, description="songs with less than so many seconds between are one"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.release > self.threshold:
            raise ValueError(f"--release {self.release} > --threshold {self.threshold}")
        return self


def check(settings: LyricsSettings) -> None:
    """Look at the wav and the transcript."""
    check_speech(settings.input)
    if settings.transcript:
        read_document(settings.transcript, Transcript)


def run(settings: LyricsSettings, recorder: Recorder) -> None:
    """Find the songs, write the JSON."""
    duration = sample_count(settings.input) / SAMPLE_RATE
    failed = explained(WorkFailed, "the sound can't be analysed", "see --debug for where")
    with recorder.step("analyse"), failed:
        frames = read_frames(settings.input, BLOCK_SECONDS, Progress("listening").update)
    with recorder.step("score"):
        marks = sound_marks(frames)
        score = sound_score(marks)
        hints = []
        if settings.transcript:
            hints = transcript_hints(read_document(settings.transcript, Transcript).segments)
            score = with_hints(score, hints)
        spans = find_songs(
            score, settings.threshold, settings.release, settings.merge_gap, settings.min_seconds, duration
        )
    songs = Songs(duration=duration, segments=[song(span, marks, hints) for span in spans])
    log.info(
        "%d song(s), %.0f s of %.0f s", len(spans), sum(end - start for start, end, _ in spans), duration
    )
    write_json(settings.output, songs)


STAGE = Stage(
    name="lyrics",
    about="Find where a film sings or plays music, in its sound (16 kHz mono wav, as demux writes it) and "
    "its transcript. Rules, not a model: each song says why.",
    settings=LyricsSettings,
    output=Songs,
    versions=lambda: versions(PACKAGES),
    check=check,
    run=run,
    selftest=lambda: SelfTest(ok=True, facts=versions(PACKAGES)),
    extra_inputs=lambda settings: {"--transcript": settings.transcript},
)

if __name__ == "__main__":
    sys.exit(main(STAGE))
