"""ffmpeg and libsndfile do their work."""

import ctypes
import json
import subprocess
from pathlib import Path

import pytest

CODECS = {
    "mkv": ["-c:v", "libx264", "-c:a", "aac"],
    "mp4": ["-c:v", "libx264", "-c:a", "libmp3lame"],
    "webm": ["-c:v", "libvpx-vp9", "-c:a", "libopus"],
}


@pytest.mark.parametrize("form", CODECS)
def test_ffmpeg_makes_and_reads_a_film(form: str, tmp_path: Path) -> None:
    film = tmp_path / f"film.{form}"
    picture = ["-f", "lavfi", "-i", "testsrc=duration=1:size=64x48:rate=10"]
    sound = ["-f", "lavfi", "-i", "sine=duration=1"]
    subprocess.run(["ffmpeg", "-v", "error", *picture, *sound, *CODECS[form], film], check=True)
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", film],
        check=True,
        capture_output=True,
    ).stdout
    facts = json.loads(shown)
    assert sorted(stream["codec_type"] for stream in facts["streams"]) == ["audio", "video"]
    assert float(facts["format"]["duration"]) == pytest.approx(1, abs=0.1)


def test_libsndfile_of_the_system_loads() -> None:
    library = ctypes.CDLL("libsndfile.so.1")
    library.sf_version_string.restype = ctypes.c_char_p
    assert library.sf_version_string().startswith(b"libsndfile-1.")
