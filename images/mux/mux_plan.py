"""Which stream of the film becomes which of the result, and how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from stagekit.errors import InvalidInput

CONTAINERS = {".mkv": "matroska", ".mp4": "mp4"}
"""ffmpeg's name of the container, by the output's suffix."""

How = Literal["copied", "converted", "encoded", "new"]
"""As it was; as text in the container's own form; with the subtitles burned in; the subtitles."""

_TEXT = {"matroska": "srt", "mp4": "mov_text"}
"""What text subtitles are written as."""
_KEPT = {
    "matroska": {"ass", "ssa", "subrip", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle"},
    "mp4": {"mov_text"},
}
_CONVERTED = {"matroska": {"mov_text", "text"}, "mp4": {"subrip", "text", "webvtt"}}
"""Subtitles that a container holds as they are, and those that lose nothing as plain text."""


@dataclass(frozen=True)
class Track:
    """One stream of the result. `source`: its index in the film; None for the new subtitles."""

    source: int | None
    kind: str
    codec: str
    how: How
    cover: bool = False


@dataclass(frozen=True)
class Plan:
    """The streams of the result in their order, and what of the film isn't among them, in words."""

    container: str
    tracks: list[Track]
    dropped: list[str]

    def converter(self) -> str:
        """Return the codec of text subtitles in this container."""
        return _TEXT[self.container]


def planned(
    streams: Sequence[dict[str, Any]],
    container: str,
    burn: bool,
    subtitled: bool,
    holds: Callable[[int], bool],
) -> Plan:
    """Return what to make of ffprobe's `streams`.

    Order as both containers give it back: video, audio and subtitles as in the film, the new subtitles,
    attachments, cover pictures. `holds` says whether the container takes a video or audio stream.
    """
    tracks: list[Track] = []
    dropped: list[str] = []
    for raw in streams:
        if _is_chapter_text(raw):
            continue
        track = _track(raw, container, holds)
        if track is None:
            what = raw.get("codec_name") or raw.get("tags", {}).get("filename", "unknown")
            dropped.append(f"stream {raw['index']} ({raw.get('codec_type')}, {what})")
        else:
            tracks.append(track)
    plain = [track for track in tracks if not track.cover and track.kind != "attachment"]
    if burn and subtitled:
        plain = _burned(plain)
    elif subtitled:
        plain.append(Track(None, "subtitle", _TEXT[container], "new"))
    attached = [track for track in tracks if track.kind == "attachment"]
    return Plan(container, plain + attached + [track for track in tracks if track.cover], dropped)


def _is_chapter_text(raw: dict[str, Any]) -> bool:
    """Say whether this is the text track in which mp4 keeps the titles of chapters."""
    return raw.get("codec_type") == "data" and raw.get("codec_tag_string") == "text"


def _track(raw: dict[str, Any], container: str, holds: Callable[[int], bool]) -> Track | None:
    index, kind, codec = raw["index"], raw.get("codec_type", "unknown"), raw.get("codec_name", "unknown")
    cover = bool(raw.get("disposition", {}).get("attached_pic"))
    if kind == "subtitle" and codec in _CONVERTED[container]:
        return Track(index, kind, codec, "converted")
    if kind in ("video", "audio"):
        kept = cover or holds(index)
    elif kind == "subtitle":
        kept = codec in _KEPT[container]
    else:
        kept = kind == "attachment" and container == "matroska"
    return Track(index, kind, codec, "copied", cover) if kept else None


def _burned(tracks: list[Track]) -> list[Track]:
    first = next((place for place, track in enumerate(tracks) if track.kind == "video"), None)
    if first is None:
        raise InvalidInput("the film has no picture to burn subtitles into; use --mode embed")
    picture = tracks[first]
    return [*tracks[:first], Track(picture.source, "video", "h264", "encoded"), *tracks[first + 1 :]]
