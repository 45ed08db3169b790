"""A folder with the parts of films, and a film with a stream of every kind."""

import json
from pathlib import Path

import pytest
from mux_films import PICTURE, SRT, TONES, ffmpeg

OLD = "1\n00:00:00,500 --> 00:00:01,500\nGuten Tag\n"
CHAPTERS = ";FFMETADATA1\ntitle=The Film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=One\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the parts of films."""
    (tmp_path / "new.srt").write_text(SRT)
    (tmp_path / "old.srt").write_text(OLD)
    (tmp_path / "chapters.txt").write_text(CHAPTERS)
    (tmp_path / "font.ttf").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "cues.json").write_text(json.dumps({"language": "de", "cues": []}))
    return tmp_path


@pytest.fixture
def film(folder: Path) -> Path:
    """Make a film: picture, two kinds of sound, a default subtitle, a chapter, a font, a cover picture."""
    ffmpeg("-f", "lavfi", "-i", "testsrc=duration=1:size=64x64", "-frames:v", "1", folder / "cover.jpg")
    files = ["-i", folder / "old.srt", "-i", folder / "chapters.txt"]
    maps = ["-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map_metadata", "4"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a:0", "aac", "-c:a:1", "flac", "-c:s", "srt"]
    tags = [
        "-metadata:s:a:0",
        "language=eng",
        "-metadata:s:a:1",
        "language=hin",
        "-metadata:s:s:0",
        "language=fre",
    ]
    attach = ["-attach", folder / "font.ttf", "-metadata:s:t:0", "mimetype=font/ttf"]
    attach += ["-attach", folder / "cover.jpg", "-metadata:s:t:1", "mimetype=image/jpeg"]
    ffmpeg(
        *PICTURE,
        *TONES,
        *files,
        *maps,
        *codecs,
        *tags,
        "-disposition:s:0",
        "default",
        *attach,
        folder / "film.mkv",
    )
    return folder / "film.mkv"
