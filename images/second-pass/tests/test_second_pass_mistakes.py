"""Each way to write a translated transcript wrong would be seen."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from second_pass_transcripts import holds, transcript


def _with(found: dict[str, Any], change: Callable[[list[dict[str, Any]]], object]) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(found))
    change(changed["segments"])
    return changed


def _set(name: str, value: Callable[[dict[str, Any]], object]) -> Callable[[list[dict[str, Any]]], object]:
    return lambda segments: [segment.update({name: value(segment)}) for segment in segments]


def _by_length(segments: list[dict[str, Any]]) -> None:
    texts = sorted((segment["text"] for segment in segments), key=len)
    for segment, text in zip(segments, texts, strict=True):
        segment["text"] = text


WRONG: dict[str, Callable[[list[dict[str, Any]]], object]] = {
    "identity": _set("text", lambda segment: segment["changes"][-1]["before"]),
    "empty": _set("text", lambda segment: ""),
    "not back in order": _by_length,
    "times shifted": _set("start", lambda segment: segment["start"] + 0.001),
    "joined": lambda segments: segments.append(segments.pop() | {"end": segments.pop()["end"]}),
    "said twice": _set("text", lambda segment: f"{segment['text']} {segment['text']}"),
    "no mark": _set("changes", lambda segment: segment["changes"][:-1]),
    "marked twice": _set("changes", lambda segment: [*segment["changes"], segment["changes"][-1]]),
    "old words kept": _set("words", lambda segment: [{"text": "old"}]),
    "speaker lost": _set("speaker", lambda segment: None),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_transcripts_would_be_seen(mistake: str, known: Callable[[str], list[dict[str, str]]]) -> None:
    pairs = known("marian")[:5]
    given = transcript([pair["text"] for pair in pairs])
    right = json.loads(json.dumps(given)) | {"language": "fr"}
    for segment, pair in zip(right["segments"], pairs, strict=True):
        mark = {"by": "second-pass", "before": pair["text"], "after": pair["translation"]}
        segment |= {"text": pair["translation"], "words": [], "changes": [*segment.get("changes", []), mark]}
    expected = [pair["translation"] for pair in pairs]
    assert holds(right, given, expected, "fr")
    assert not holds(_with(right, WRONG[mistake]), given, expected, "fr")
