"""Speaks and sings what the tests hear into wav files, and notes when each was to be heard.

Usage: speak.py FOLDER (needs numpy, scipy, soundfile and espeakng_loader)
"""

import ctypes
import json
import sys
from math import gcd
from pathlib import Path
from typing import Any, NamedTuple

import espeakng_loader
import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly
from sing import sing

SAMPLE_RATE = 16_000
PAUSE_SECONDS = 1.0
SILENCE = 0.01
"""Amplitude, 0 to 1, below which a voice counts as silent."""


class Speech(NamedTuple):
    """A sentence, the names in it, and how Whisper tiny.en spells those that it doesn't know."""

    voice: str
    text: str
    names: tuple[str, ...] = ()
    misheard: tuple[tuple[str, str], ...] = ()


class Song(NamedTuple):
    """A passage of sing.py."""

    seconds: float


_KATARZYNA, _TARIQ = ("Katarzyna", "Katarina"), ("Tariq", "Tarik")

FILES: dict[str, tuple[Speech | Song, ...]] = {
    "speech.wav": (
        Speech("en", "Alice went to Mumbai with Bob.", ("Alice", "Mumbai", "Bob")),
        Speech("en", "They came back to London on Friday.", ("London",)),
    ),
    "voices.wav": (
        Speech("en+m3", "Good morning, I am happy to see you all here today."),
        Speech("en+f4", "Thank you, we have a lot of work to do this week."),
        Speech("en+m3", "Let us begin with the letters that came last night."),
        Speech("en+f4", "I have read them, and there is nothing new in them."),
    ),
    "song.wav": (Song(12.0),),
    "film.wav": (
        Speech("en+m3", "Alice went to Mumbai with Bob.", ("Alice", "Mumbai", "Bob")),
        Speech("en+f4", "Good morning, I am happy to see you all here today."),
        Speech(
            "en+m3",
            "I have a letter for Katarzyna, and it came from London.",
            ("Katarzyna", "London"),
            (_KATARZYNA,),
        ),
        Speech("en+f4", "The letters came from Tariq and Alice.", ("Tariq", "Alice"), (_TARIQ,)),
        Speech("en+m3", "Let us begin with the letters that came last night."),
        Song(12.0),
        Speech("en+f4", "Thank you, we have a lot of work to do this week."),
        Speech(
            "en+m3",
            "Alice and Katarzyna went to Mumbai last night.",
            ("Alice", "Katarzyna", "Mumbai"),
            (_KATARZYNA,),
        ),
        Speech(
            "en+f4",
            "They came back to London on Friday with Tariq.",
            ("London", "Tariq"),
            (_TARIQ,),
        ),
    ),
}

Samples = NDArray[np.float32]


class Voice:
    """espeak-ng as a function from text to samples."""

    _SYNCHRONOUS, _RATE, _UTF8 = 2, 1, 1  # espeak_AUDIO_OUTPUT, espeak_PARAMETER, flags of speak_lib.h

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self._rate: int = self._library.espeak_Initialize(self._SYNCHRONOUS, 0, data, 0)
        if self._rate <= 0:
            raise SystemExit(f"espeak-ng doesn't start with the data in {data.decode()}")
        self._parts: list[NDArray[np.int16]] = []
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self._callback = kind(self._take)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetParameter(self._RATE, 150, 0)  # words a minute

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if samples and count:
            self._parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def say(self, voice: str, text: str) -> Samples:
        """Return `text` spoken by `voice` at 16 kHz, shape (samples,), without silence around it."""
        self._parts = []
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SystemExit(f"espeak-ng has no voice {voice}")
        spoken = text.encode()
        self._library.espeak_Synth(spoken, len(spoken) + 1, 0, 0, 0, self._UTF8, None, None)
        samples = np.concatenate(self._parts).astype(np.float32) / 32768
        shared = gcd(SAMPLE_RATE, self._rate)
        samples = resample_poly(samples, SAMPLE_RATE // shared, self._rate // shared).astype(np.float32)
        loud = np.flatnonzero(np.abs(samples) > SILENCE)
        return samples[loud[0] : loud[-1] + 1]


def main(folder: Path) -> None:
    """Write the wav files, and times.json: file → [{kind, start, end, …}] in seconds.

    `kind` is speech, with voice, text, names and misheard, or song.
    """
    voice = Voice()
    pause = np.zeros(int(PAUSE_SECONDS * SAMPLE_RATE), dtype=np.float32)
    times = {}
    for name, passages in FILES.items():
        parts, heard = [pause], []
        for passage in passages:
            start = sum(map(len, parts)) / SAMPLE_RATE
            parts += [
                voice.say(passage.voice, passage.text)
                if isinstance(passage, Speech)
                else sing(passage.seconds),
                pause,
            ]
            end = sum(map(len, parts[:-1])) / SAMPLE_RATE
            heard.append({**_described(passage), "start": start, "end": end})
        soundfile.write(folder / name, np.concatenate(parts), SAMPLE_RATE, subtype="PCM_16")
        times[name] = heard
    (folder / "times.json").write_text(json.dumps(times, indent=2) + "\n", encoding="utf-8")


def _described(passage: Speech | Song) -> dict[str, Any]:
    if isinstance(passage, Song):
        return {"kind": "song"}
    return {"kind": "speech", **passage._asdict(), "misheard": dict(passage.misheard)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
