"""Speech, speakers and names that other stages found are used."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asr_transcripts import assert_in_order, seconds, spans, spoken

Transcribe = Callable[..., dict[str, Any]]
Said = dict[str, list[dict[str, Any]]]

VOICES = {"en+m3": "SPEAKER_00", "en+f4": "SPEAKER_01"}


def test_a_film_with_all_that_is_known(
    quick: Transcribe, write: Callable[..., Path], test_data: Path, tmp_path: Path, said: Said
) -> None:
    """Speech, names and speakers of other stages: each sentence has its speaker, each name its spelling."""
    wav, sentences = test_data / "audio" / "film.wav", spoken(said["film.wav"])
    turns = [
        {**span, "speaker": VOICES[one["voice"]]}
        for span, one in zip(spans(sentences), sentences, strict=True)
    ]
    known = {
        "--speech": write("speech.json", duration=seconds(wav), segments=spans(sentences)),
        "--speakers": write("who.json", duration=seconds(wav), speakers=[*VOICES.values()], segments=turns),
        "--entities": write(
            "names.json", language="en", entities=[], prompt="Katarzyna, Tariq, Mumbai.", prompt_tokens=9
        ),
    }
    transcript = quick(wav, "--words", "attention", *(part for pair in known.items() for part in pair))
    assert_in_order(transcript)
    segments = transcript["segments"]
    assert [segment["speaker"] for segment in segments] == [VOICES[one["voice"]] for one in sentences]
    for segment, sentence in zip(segments, sentences, strict=True):
        assert segment["start"] == pytest.approx(sentence["start"], abs=0.5)
        assert segment["end"] == pytest.approx(sentence["end"], abs=1.0)
        assert set(sentence["misheard"]) <= {word["text"].strip(".,") for word in segment["words"]}
        assert " ".join(word["text"] for word in segment["words"]) == segment["text"]
        assert {word["speaker"] for word in segment["words"]} == {segment["speaker"]}
    manifest = json.loads((tmp_path / "asr.json.manifest.json").read_text())
    assert {Path(record["path"]) for record in manifest["inputs"]} == {wav, *known.values()}


MANY = ", ".join(["Katarzyna", "London", *(f"{first}{last}" for first in
    ("Bar", "Dor", "Fel", "Gan", "Hol", "Jas", "Kel", "Lor", "Mar", "Nor") for last in
    ("ton", "ley", "win", "dan", "mir", "stein", "berg", "field", "wood", "ford"))])  # fmt: skip
PROMPTS: dict[str, tuple[tuple[str, ...], bool, bool]] = {
    "none: as Whisper spells them": ((), False, False),
    "text": (("--prompt", "Katarzyna, London."), True, False),
    "text instead of the film's names": (("--entities", "names.json", "--prompt", ""), False, False),
    "too many: the first are told, and it is said": (("--prompt", MANY), True, True),
}


@pytest.mark.parametrize("case", PROMPTS)
def test_prompts(
    case: str,
    quick: Transcribe,
    write: Callable[..., Path],
    test_data: Path,
    said: Said,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An ignored prompt fails; so does one that Whisper itself cuts: it keeps the end."""
    arguments, spelled, cut = PROMPTS[case]
    wav, sentences = test_data / "audio" / "film.wav", spoken(said["film.wav"])
    names = write("names.json", language="en", entities=[], prompt="Katarzyna, London.", prompt_tokens=6)
    speech = write("speech.json", duration=seconds(wav), segments=spans(sentences[2:3]))
    given = [names if argument == "names.json" else argument for argument in arguments]
    transcript = quick(wav, "--words", "none", "--speech", speech, *given)
    text = " ".join(segment["text"] for segment in transcript["segments"])
    assert ("Katarzyna" in text, "Katarina" in text) == (spelled, not spelled), text
    assert ("Whisper takes 223" in caplog.text) == cut


def test_only_the_given_speech_is_heard(
    quick: Transcribe, write: Callable[..., Path], test_data: Path, said: Said
) -> None:
    wav = test_data / "audio" / "speech.wav"
    speech = write("speech.json", duration=seconds(wav), segments=spans(said["speech.wav"])[1:])
    transcript = quick(wav, "--words", "none", "--speech", speech)
    assert [segment["text"] for segment in transcript["segments"]] == ["They came back to London on Friday."]
    assert transcript["segments"][0]["start"] == pytest.approx(said["speech.wav"][1]["start"], abs=0.1)
