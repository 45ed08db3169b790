"""Proof that the result holds what it should: every packet of the film, and every cue at its time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from mux_plan import Plan, Track
from mux_read import Cues, contents, count_packets, count_pictures, cue_times, hashes

from stagekit.errors import WorkFailed
from stagekit.ffmpeg import probe

Proof = Literal["packets", "decoded", "content", "count", "cues"]
"""How a stream was compared with the film's: all its packets; what they decode to (a transport stream has the
same frames in other packets); the attached file; how many packets or pictures; every cue and its time."""

_TOLERANCE = 2
"""Milliseconds: what rounding to the time bases of two containers may add up to."""


def checked(
    source: Path, target: Path, plan: Plan, cues: Cues, language: str | None, seconds: float
) -> list[tuple[Track, dict[str, Any], Proof, str | None]]:
    """Return each stream of `target` with its track, ffprobe's facts, how it was proved, and its SHA-256.

    Raises:
        WorkFailed: a stream is missing or another, a chapter or a cue is lost, a cue has another time, or the
            new track another language.

    """
    before, after = probe(source), probe(target)
    made = [raw for raw in after["streams"] if raw.get("codec_tag_string") != "text"]
    kinds = [track.kind for track in plan.tracks]
    if [raw["codec_type"] for raw in made] != kinds:
        raise WorkFailed(f"{target} has {[raw['codec_type'] for raw in made]} where {kinds} were wanted")
    if len(before["chapters"]) != len(after["chapters"]):
        raise WorkFailed(f"{target} has {len(after['chapters'])} of {len(before['chapters'])} chapters")
    copied = [
        (track, raw)
        for track, raw in zip(plan.tracks, made, strict=True)
        if track.how == "copied" and track.kind != "attachment"
    ]
    ours = hashes(target, [raw["index"] for _, raw in copied], seconds, decode=False)
    theirs = hashes(source, [track.source or 0 for track, _ in copied], seconds, decode=False)
    files = (contents(source), contents(target))
    proved = []
    for track, raw in zip(plan.tracks, made, strict=True):
        index = raw["index"]
        proof: Proof = "count"
        if track.how == "new":
            _check_cues(_shifts(before, plan, made), cue_times(target, [], str(index)), cues)
            _same(language or "und", raw.get("tags", {}).get("language", "und"), track)
            proof = "cues"
        elif track.kind == "attachment":
            proof = "content"
            _same(files[0].get(track.source or 0), files[1].get(index), track)
        elif track.how == "copied":
            proof = "packets"
            if theirs[track.source or 0] != ours[index]:
                proof = "decoded"
                old = hashes(source, [track.source or 0], seconds, decode=True)
                new = hashes(target, [index], seconds, decode=True)
                _same(old[track.source or 0], new[index], track)
        elif track.how == "encoded":
            _same(count_pictures(source, track.source or 0), count_packets(target, index), track)
        else:
            _same(count_packets(source, track.source or 0), count_packets(target, index), track)
        proved.append((track, raw, proof, files[1].get(index) if proof == "content" else ours.get(index)))
    return proved


def _same(one: object, other: object, track: Track) -> None:
    if one != other or one is None:
        what = f"stream {track.source} ({track.kind}, {track.codec})"
        raise WorkFailed(f"{what} isn't the same in the result: {other} instead of {one}; report this")


def _check_cues(shifts: Sequence[int], found: Cues, cues: Cues) -> None:
    """Compare the cues' times with those of the picture or a sound, wherever the container counts from."""
    if len(found) != len(cues):
        raise WorkFailed(f"the result has {len(found)} of {len(cues)} cues; report this")
    for shift in shifts:
        wrong = [
            (start - shift, wanted)
            for (start, end), (wanted, until) in zip(sorted(found), sorted(cues), strict=True)
            if max(abs(start - shift - wanted), abs(end - shift - until)) > _TOLERANCE
        ]
        if not wrong:
            return
    start, wanted = wrong[0]
    raise WorkFailed(
        f"the cue at {wanted / 1000:.3f} s stands at {start / 1000:.3f} s in the result; report this"
    )


def _shifts(before: dict[str, Any], plan: Plan, made: Sequence[dict[str, Any]]) -> list[int]:
    """Return by how many milliseconds pictures and sounds are later than from the film's first time stamp on.

    ffprobe doesn't know the beginning of each: of a picture where packets have no times (AVI), of a sound
    where its decoder throws the first samples away. One that the cues agree with is enough.
    """
    begin = _start(before["format"])
    old = {raw["index"]: raw for raw in before["streams"]}
    shifts = [
        _start(raw) - (_start(old[track.source]) - begin)
        for track, raw in zip(plan.tracks, made, strict=True)
        if track.source is not None and track.kind in ("video", "audio") and not track.cover
    ]
    return list(dict.fromkeys(shifts)) or [0]


def _start(facts: dict[str, Any]) -> int:
    return round(float(facts.get("start_time", 0)) * 1000)
