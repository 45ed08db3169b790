"""The command lines: how the plan is told to ffmpeg."""

import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mux_plan import Plan, Track

from stagekit.errors import Missing, WorkFailed
from stagekit.ffmpeg import run_ffmpeg
from stagekit.logs import Progress

_PICTURES = {"mjpeg": ("jpg", "image/jpeg"), "png": ("png", "image/png"), "gif": ("gif", "image/gif")}


_TIMES = ("-fflags", "+genpts")
"""Gives times to the packets of old AVI files, which have none."""

_STANDARD = ("-strict", "experimental")
"""FLAC and TrueHD in mp4 have specifications since, but this ffmpeg still asks for it."""


@dataclass(frozen=True)
class Marks:
    """How the new track is tagged. `default`: players show it unasked; the film's own then lose that mark."""

    language: str | None
    title: str | None
    default: bool


@dataclass(frozen=True)
class Burning:
    """How the picture is encoded: x264's quality and speed, and a folder of fonts beside the system's."""

    crf: int
    preset: str
    fonts: Path | None


def container_takes(source: Path, container: str, stream: int) -> bool:
    """Say whether ffmpeg writes this video or audio stream of `source` into `container` as it is."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "quiet", *_TIMES, "-i", f"file:{source}", "-map", f"0:{stream}",
             "-c", "copy",
             "-frames", "1", *_STANDARD, "-f", container, f"file:{folder}/x"],
            check=False,
        )  # fmt: skip
    return done.returncode == 0


def mux(
    source: Path, subtitles: Path, plan: Plan, marks: Marks, burning: Burning, seconds: float, target: Path
) -> None:
    """Write `target` by `plan`.

    Times are those of the film from its first one on, which is where demux begins its wav and so where the
    subtitles count from. A default mark is set only where the film or `marks` says so: else Matroska's muxer
    marks the first of each kind.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = [*_TIMES, "-i", f"file:{source}"]
        new = any(track.how == "new" for track in plan.tracks)
        if new:
            arguments += ["-f", "srt", "-i", f"file:{subtitles}"]
        attached = plan.container == "matroska"
        covers = [track for track in plan.tracks if track.cover and attached]
        mapped = [track for track in plan.tracks if track not in covers]
        for track in mapped:
            arguments += ["-map", "1:0" if track.source is None else f"0:{track.source}"]
        arguments += [
            "-map_metadata",
            "0",
            "-map_chapters",
            "0",
            "-max_muxing_queue_size",
            "9999",
            "-c",
            "copy",
        ]
        for place, track in enumerate(mapped):
            arguments += _treated(place, track, plan, marks, burning, subtitles, folder)
        for place, track in enumerate(covers, start=len(mapped)):
            arguments += _attached(place, source, track, folder)
        form = ["-default_mode", "passthrough"] if attached else ["-movflags", "+faststart"]
        run_ffmpeg(
            [*arguments, *form, *_STANDARD, "-f", plan.container, f"file:{target}"],
            seconds,
            Progress("muxing").update,
        )


def _treated(
    place: int, track: Track, plan: Plan, marks: Marks, burning: Burning, subtitles: Path, folder: Path
) -> list[str]:
    """Return the options of output stream `place`."""
    if track.how == "encoded":
        return [
            f"-c:{place}", "libx264", f"-crf:{place}", str(burning.crf), f"-preset:{place}", burning.preset,
            f"-filter:{place}", _burn_filter(subtitles, burning.fonts, folder),
            f"-fps_mode:{place}", "passthrough",
        ]  # fmt: skip
    options = []
    if track.how in ("new", "converted"):
        verbatim = track.how == "new" and plan.container == "matroska"
        options += [f"-c:{place}", "copy" if verbatim else plan.converter()]
    if track.how == "new":
        options += [f"-metadata:s:{place}", f"language={marks.language or 'und'}"]
        options += [f"-metadata:s:{place}", f"title={marks.title}"] if marks.title else []
        if marks.title and plan.container == "mp4":
            options += [f"-metadata:s:{place}", f"handler_name={marks.title}"]
        options += [f"-disposition:{place}", "default" if marks.default else "0"]
    elif track.kind == "subtitle" and marks.default:
        options += [f"-disposition:{place}", "-default"]
    return options


def _burn_filter(subtitles: Path, fonts: Path | None, folder: Path) -> str:
    """Return the filter that draws `subtitles`.

    Filter graphs have three levels of quoting; links in a temporary folder have names that need none of them.
    """
    (folder / "subtitles.srt").symlink_to(subtitles.resolve())
    drawn = f"subtitles=filename={folder}/subtitles.srt:charenc=UTF-8"
    if fonts is None:
        return drawn
    (folder / "fonts").symlink_to(fonts.resolve())
    return f"{drawn}:fontsdir={folder}/fonts"


def _attached(place: int, source: Path, track: Track, folder: Path) -> list[str]:
    """Return the options that attach a cover picture: copied as a stream it would be a video track."""
    suffix, mime = _PICTURES.get(track.codec, ("bin", "application/octet-stream"))
    picture = folder / f"cover{place}.{suffix}"
    run_ffmpeg(
        ["-i", f"file:{source}", "-map", f"0:{track.source}", "-c", "copy", "-frames", "1", "-f", "image2",
         "-update", "1", f"file:{picture}"],
        0, lambda _: None,
    )  # fmt: skip
    tags = [f"-metadata:s:{place}", f"mimetype={mime}", f"-metadata:s:{place}", f"filename=cover.{suffix}"]
    return ["-attach", str(picture), *tags]


def check_fonts(text: str) -> None:
    """Look whether the system has fonts for the scripts in `text`; libass would draw boxes, and say nothing.

    Raises:
        Missing: a script has no font here.

    """
    for script, letter in _scripts(text):
        with _quiet_failure():
            found = subprocess.run(
                ["fc-list", f":charset={ord(letter):x}", "family"], check=True, capture_output=True, text=True
            )
        if not found.stdout.strip():
            mend = "mount a folder with a font that has them and give it as --fonts"
            raise Missing(f"no font here has {script} letters ({letter}); {mend}")


def _scripts(text: str) -> list[tuple[str, str]]:
    """Return each script of the letters in `text`, by the first word of a Unicode name, and one letter."""
    found: dict[str, str] = {}
    for letter in sorted(set(text)):
        if letter.isalpha():
            found.setdefault(unicodedata.name(letter, "UNNAMED").split()[0], letter)
    return sorted(found.items())


@contextmanager
def _quiet_failure() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Missing("fc-list isn't on PATH; install fontconfig") from error
    except subprocess.CalledProcessError as error:
        raise WorkFailed(f"fc-list failed with {error.returncode}: {error.stderr.strip()}") from error
