"""The check of what was made sees each way to make it wrong."""

import re
from pathlib import Path

import pytest
from mux_check import checked
from mux_films import SRT, ffmpeg
from mux_plan import Plan, planned
from mux_read import srt_cues

from stagekit.errors import WorkFailed
from stagekit.ffmpeg import probe

MADE = [
    "-map",
    "0:v:0",
    "-map",
    "0:a",
    "-map",
    "0:s",
    "-map",
    "1:0",
    "-c",
    "copy",
    "-metadata:s:s:1",
    "language=ger",
]
WRONG: dict[str, tuple[list[str], str]] = {
    "subtitles shifted": (
        ["-itsoffset", "0.5", "-i", "new.srt", *MADE],
        "the cue at 1.000 s stands at 1.500 s",
    ),
    "a cue lost": (["-i", "one.srt", *MADE], "has 1 of 2 cues"),
    "sound encoded anew": (
        ["-i", "new.srt", *MADE, "-c:a:0", "aac"],
        "isn't the same",
    ),
    "sounds swapped": (
        ["-i", "new.srt", "-map", "0:v:0", "-map", "0:a:1", "-map", "0:a:0", *MADE[4:]],
        "isn't the same",
    ),
    "picture encoded anew": (["-i", "new.srt", *MADE, "-c:v", "libx264"], "isn't the same"),
    "a stream lost": (["-i", "new.srt", "-map", "0:v:0", "-map", "0:a:0", *MADE[4:]], "where"),
    "chapters lost": (["-i", "new.srt", *MADE, "-map_chapters", "-1"], "0 of 1 chapters"),
    "another language": (["-i", "new.srt", *MADE, "-metadata:s:s:1", "language=eng"], "eng instead of ger"),
    "the old subtitles instead": (["-i", "old.srt", *MADE], "has 1 of 2 cues"),
}


@pytest.mark.parametrize("mistake", ["none", *WRONG])
def test_wrong_films_would_be_seen(mistake: str, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(film.parent)
    (film.parent / "one.srt").write_text(SRT.split("\n\n")[0] + "\n")
    arguments, fault = WRONG.get(mistake, (["-i", "new.srt", *MADE], ""))
    ffmpeg("-i", film, *arguments, "made.mkv")
    whole = planned(probe(film)["streams"], "matroska", burn=False, subtitled=True, holds=lambda _: True)
    plan = Plan(
        "matroska", [track for track in whole.tracks if track.kind != "attachment" and not track.cover], []
    )
    cues = srt_cues(film.parent / "new.srt")
    if mistake == "none":
        assert len(checked(film, Path("made.mkv"), plan, cues, "ger", 4)) == 5
    else:
        with pytest.raises(WorkFailed, match=re.escape(fault)):
            checked(film, Path("made.mkv"), plan, cues, "ger", 4)
