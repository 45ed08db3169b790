"""Speech, a sung passage, noise and silence go in; songs come out where it is sung, and nowhere else."""

import importlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

RunStage = Callable[..., "subprocess.CompletedProcess[str]"]
Refuse = Callable[..., None]
Said = dict[str, list[dict[str, Any]]]
Find = Callable[..., list[dict[str, Any]]]

RATE = 16_000
TOLERANCE_SECONDS = 1.0


@pytest.fixture
def find(run_stage: RunStage, tmp_path: Path) -> Find:
    """Return a function that runs the stage on a wav and gives the songs."""

    def call(wav: Path, *arguments: object) -> list[dict[str, Any]]:
        done = run_stage("lyrics", "--input", wav, "--output", "songs.json", *arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        found = json.loads((tmp_path / "songs.json").read_text())
        assert found["duration"] == soundfile.info(str(wav)).frames / RATE
        return list(found["segments"])

    return call


def sung(passages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [passage for passage in passages if passage["kind"] == "song"]


def matches(found: list[dict[str, Any]], passages: list[dict[str, Any]]) -> bool:
    """Say whether songs are found where it is sung, each edge within the tolerance."""
    expected = [[passage["start"], passage["end"]] for passage in sung(passages)]
    places = [[song["start"], song["end"]] for song in found]
    return len(places) == len(expected) and bool(
        not expected or np.abs(np.subtract(places, expected)).max() <= TOLERANCE_SECONDS
    )


def test_the_song_in_the_film_is_found(find: Find, test_data: Path, said: Said) -> None:
    found = find(test_data / "audio" / "film.wav")
    assert matches(found, said["film.wav"]), found
    assert 0.6 <= found[0]["score"] <= 1
    assert any("held tones" in reason for reason in found[0]["reasons"])
    assert all(any(sign.isdigit() for sign in reason) for reason in found[0]["reasons"])


WRONG: dict[str, Callable[[list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "empty": lambda passages: [],
    "all of it": lambda passages: [{"start": 0.0, "end": passages[-1]["end"] + 1}],
    "the speech": lambda passages: [passage for passage in passages if passage["kind"] == "speech"],
    "shifted": lambda passages: [
        {"start": song["start"] + 2, "end": song["end"] + 2} for song in sung(passages)
    ],
    "in two": lambda passages: sung(passages) * 2,
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_songs_would_be_seen(mistake: str, said: Said) -> None:
    assert matches(sung(said["film.wav"]), said["film.wav"])
    assert not matches(WRONG[mistake](said["film.wav"]), said["film.wav"])


def _noise(slope: float) -> "np.ndarray[Any, np.dtype[np.float64]]":
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(12 * RATE))
    hertz = np.arange(len(spectrum)) + 1
    noise = np.fft.irfft(spectrum / hertz**slope)
    return np.asarray(0.5 * noise / np.abs(noise).max())


NO_SONGS: dict[str, Callable[[], "np.ndarray[Any, np.dtype[np.float64]]"]] = {
    "white noise": lambda: _noise(0),
    "wind": lambda: _noise(0.5),
    "rumble": lambda: _noise(1),
    "hum": lambda: 0.1 * np.sin(2 * np.pi * 50 * np.arange(12 * RATE) / RATE),
    "a beep": lambda: 0.1 * np.sin(2 * np.pi * 1000 * np.arange(12 * RATE) / RATE),
    "silence": lambda: np.zeros(12 * RATE),
}


def test_speech_and_noise_are_no_songs(find: Find, test_data: Path, tmp_path: Path) -> None:
    """One after the other with a second between them, so that the stage starts once; and too short a file."""
    speech = soundfile.read(test_data / "audio" / "voices.wav")[0]
    pause = np.zeros(RATE)
    parts = [part for make in NO_SONGS.values() for part in (make(), pause)]
    soundfile.write(tmp_path / "other.wav", np.concatenate([speech, pause, *parts]), RATE, subtype="PCM_16")
    assert find(tmp_path / "other.wav") == []
    soundfile.write(tmp_path / "short.wav", np.zeros(1), RATE, subtype="PCM_16")
    assert find(tmp_path / "short.wav") == []


def test_music_under_speech_is_no_song(find: Find, test_data: Path, tmp_path: Path) -> None:
    song, speech = (soundfile.read(test_data / "audio" / name)[0] for name in ("song.wav", "voices.wav"))
    mixed = speech[: len(song)] + 0.2 * song
    soundfile.write(tmp_path / "mixed.wav", mixed, RATE, subtype="PCM_16")
    assert find(tmp_path / "mixed.wav") == []


def test_shorter_than_asked_is_no_song(find: Find, test_data: Path, said: Said) -> None:
    assert matches(find(test_data / "audio" / "song.wav", "--min-seconds", 10), said["song.wav"])
    assert find(test_data / "audio" / "song.wav", "--min-seconds", 15) == []


def test_blocks_give_what_the_whole_gives(test_data: Path) -> None:
    """Edges that aren't on a note or a word, and a margin that is shorter than the filters, would show."""
    features = importlib.import_module("song_features")
    wav = test_data / "audio" / "film.wav"
    whole, parts = features.read_frames(wav, 1000), features.read_frames(wav, 7)
    assert len(whole.tones) == -(-soundfile.info(str(wav)).frames // features.HOP)
    for name, values in vars(whole).items():
        np.testing.assert_allclose(getattr(parts, name), values, rtol=1e-3, atol=1e-4, err_msg=name)


def segment(start: float, end: float, text: str) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text}


def transcript(*segments: dict[str, Any]) -> dict[str, Any]:
    return {"language": "en", "spoken": "en", "duration": 40, "words": "none", "segments": list(segments)}


LINE = "row your boat"
HINTS: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "speech": ([segment(0, 2, "this is said at usual speed")], []),
    "repeated": ([segment(0, 1.5, LINE), segment(2, 3.5, f"{LINE.title()}!")], ["repeated", "repeated"]),
    "one word is no line": ([segment(0, 1, "No."), segment(2, 3, "No.")], []),
    "slow": ([segment(0, 6, "la la la")], ["slow"]),
    "fast": ([segment(0, 2, "so many words in only two seconds here")], ["fast"]),
    "marked": ([segment(0, 1, "♪ la ♪"), segment(2, 3, "[Music]")], ["marked", "marked"]),
}


@pytest.mark.parametrize("case", HINTS)
def test_hints_of_the_transcript(case: str) -> None:
    documents = importlib.import_module("stagekit.documents")
    segments, expected = HINTS[case]
    given = documents.Transcript.model_validate(transcript(*segments)).segments
    found = importlib.import_module("song_score").transcript_hints(given)
    assert [hint.kind for hint in found] == expected


def test_the_transcript_changes_the_score(find: Find, test_data: Path, said: Said, tmp_path: Path) -> None:
    """A line repeated in the song: score up, and a reason more; a threshold between both tells them apart."""
    wav = test_data / "audio" / "song.wav"
    [alone] = find(wav)
    given = transcript(segment(1, 7, "Ah, the long road home."), segment(7, 13, "Ah, the long road home"))
    (tmp_path / "said.json").write_text(json.dumps(given))
    [told] = find(wav, "--transcript", "said.json")
    assert told["score"] > alone["score"] + 0.02
    assert set(told["reasons"]) - set(alone["reasons"]) == {
        "the line “ah, the long road home” is there 2 times",
        "0.8 words a second",
    }
    assert matches([told], said["song.wav"])


SPANS: dict[str, tuple[list[float], list[tuple[float, float]]]] = {
    "nothing": ([0.1] * 20, []),
    "never loud enough": ([0.45] * 20, []),
    "dips stay above release": ([0.0] * 4 + [0.9, 0.45] * 6 + [0.0] * 4, [(2.0, 8.0)]),
    "edges down to release": ([0.45] * 2 + [0.9] * 10 + [0.45] * 2 + [0.0] * 4, [(0.0, 7.0)]),
    "short gap": ([0.9] * 6 + [0.0] * 3 + [0.9] * 6, [(0.0, 7.4)]),
    "long gap": ([0.9] * 10 + [0.0] * 4 + [0.9] * 10, [(0.0, 5.0), (7.0, 11.9)]),
    "too short": ([0.0] * 4 + [0.9] * 9 + [0.0] * 4, []),
    "until the end": ([0.0] * 4 + [0.9] * 10, [(2.0, 6.9)]),
}


@pytest.mark.parametrize("case", SPANS)
def test_songs_of_scores(case: str) -> None:
    score, expected = SPANS[case]
    duration = len(score) / 2 - 0.1
    found = importlib.import_module("song_score").find_songs(
        np.array(score), threshold=0.5, release=0.4, gap=2.0, shortest=4.9, duration=duration
    )
    assert [(start, end) for start, end, _ in found] == expected


SUNG = {"tones": 0.7, "peak": 0.45, "held": 0.9, "unbroken": 0.8, "beat": 0.5, "loudness": 0.1, "still": 0.5}
SOUNDS: dict[str, tuple[dict[str, float], float]] = {
    "song": ({}, 1.0),
    "all pitches alike": ({"peak": 0.1}, 0.0),
    "the same all the time": ({"still": 0.99}, 0.0),
    "not to be heard": ({"loudness": 0.0005}, 0.0),
    "broken": ({"unbroken": 0.1}, 0.8),
    "no tones": ({"tones": 0.3}, 0.6),
    "tones alone": ({"held": 0.5, "unbroken": 0.1, "beat": 0.1}, 0.55),
}


@pytest.mark.parametrize("case", SOUNDS)
def test_score_of_marks(case: str) -> None:
    """Weights count as documented; noise, hum and silence are nothing whatever else they are."""
    other, expected = SOUNDS[case]
    marks = {name: np.array([value]) for name, value in (SUNG | other).items()}
    score = importlib.import_module("song_score").sound_score(marks)
    assert score.tolist() == pytest.approx([expected])


def test_weights_add_up() -> None:
    marks = importlib.import_module("song_score").MARKS.values()
    assert sum(mark.weight for mark in marks) == pytest.approx(1)


REFUSALS = {
    "no wav": (2, "isn't a wav file", ("--input", "/app/lyrics.py")),
    "no transcript": (2, "is no Transcript", ("--transcript", "{data}/audio/times.json")),
    "no such transcript": (2, "--transcript is no file: nothere.json", ("--transcript", "nothere.json")),
    "release above": (2, "--release 0.9 > --threshold 0.5", ("--release", "0.9")),
    "threshold": (2, "--threshold (LYRICS_THRESHOLD)", ("--threshold", "2")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, test_data: Path, assert_refused: Refuse) -> None:
    code, text, arguments = REFUSALS[case]
    more = [argument.format(data=test_data) for argument in arguments]
    wav = test_data / "audio" / "song.wav"
    assert_refused(code, text, "lyrics", "--input", wav, "--output", "songs.json", *more)


def test_selftest(run_stage: RunStage, locked: Callable[[str], str]) -> None:
    done = run_stage("lyrics", "selftest", "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["facts"]["librosa"] == locked("librosa")
