"""A sung passage: a melody of long vowels with vibrato over plucked chords. Pure: no file, no chance.

Needs numpy alone. speak.py writes it into the test data.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
BEAT_SECONDS = 0.6

Samples = NDArray[np.float32]
_Floats = NDArray[np.float64]


class Note(NamedTuple):
    """One sung note."""

    midi: int
    beats: float
    vowel: str


MELODY = (
    Note(60, 1, "a"),
    Note(64, 1, "o"),
    Note(67, 2, "a"),
    Note(69, 1, "i"),
    Note(67, 1, "a"),
    Note(64, 2, "o"),
    Note(65, 1, "a"),
    Note(62, 1, "i"),
    Note(64, 2, "o"),
    Note(62, 1, "a"),
    Note(59, 1, "o"),
    Note(60, 2, "a"),
)
"""Sung again and again; 16 beats."""

CHORDS = ((48, 52, 55), (53, 57, 60), (48, 52, 55), (55, 59, 62))
"""Each for four beats, plucked on every one."""

FORMANTS = {
    "a": ((730, 90), (1090, 110), (2440, 170)),
    "i": ((270, 60), (2290, 120), (3010, 170)),
    "o": ((570, 70), (840, 100), (2410, 170)),
}
"""Resonances of the mouth: centre and width in Hz (Peterson and Barney 1952, men)."""

VIBRATO_HZ, VIBRATO_SEMITONES = 5.5, 0.4


def sing(seconds: float) -> Samples:
    """Return `seconds` of song at 16 kHz, shape (samples,), peak 0.5; it begins and ends without a pause."""
    count = round(seconds * SAMPLE_RATE)
    music = _voice(count) + 0.3 * _plucks(count)
    edge = np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.05 * SAMPLE_RATE)
    music *= np.minimum(edge, 1)
    return np.asarray(0.5 * music / np.abs(music).max(), dtype=np.float32)


def _voice(count: int) -> _Floats:
    """Return the melody: harmonics of a gliding tone, each as loud as the vowel's formants make it."""
    samples = [round(note.beats * BEAT_SECONDS * SAMPLE_RATE) for note in MELODY]
    repeats = -(-count // sum(samples))
    midi = np.repeat([float(note.midi) for note in MELODY] * repeats, samples * repeats)[:count]
    glide = np.hanning(round(0.08 * SAMPLE_RATE))
    padded = np.pad(midi, len(glide) // 2, mode="edge")
    midi = np.convolve(padded, glide / glide.sum(), mode="valid")[:count]
    time = np.arange(count) / SAMPLE_RATE
    midi += VIBRATO_SEMITONES * np.sin(2 * np.pi * VIBRATO_HZ * time)
    pitch = _hertz(midi)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    voice = np.zeros(count)
    vowels = np.repeat([note.vowel for note in MELODY] * repeats, samples * repeats)[:count]
    onset = np.concatenate([np.minimum(np.arange(n) / (0.06 * SAMPLE_RATE), 1) for n in samples * repeats])
    shares = {vowel: _smooth((vowels == vowel).astype(float)) for vowel in FORMANTS}
    for number in range(1, int(4000 / pitch.min()) + 1):
        hertz = number * pitch
        loudness = sum(share * _mouth(vowel, hertz) for vowel, share in shares.items())
        voice += np.where(hertz < 5000, loudness / number, 0) * np.sin(number * phase)
    return np.asarray(voice / np.abs(voice).max() * (0.35 + 0.65 * onset[:count]))


def _mouth(vowel: str, hertz: _Floats) -> _Floats:
    gains = [1 / (1 + ((hertz - centre) / width) ** 2) for centre, width in FORMANTS[vowel]]
    return np.asarray(0.05 + sum(gains))


def _plucks(count: int) -> _Floats:
    """Return the chords: on each beat their tones sound and fade."""
    beat = round(BEAT_SECONDS * SAMPLE_RATE)
    time = np.arange(beat) / SAMPLE_RATE
    fade = np.minimum(time / 0.005, 1) * np.exp(-3 * time)
    bars = []
    for chord in CHORDS:
        tones = [np.sin(2 * np.pi * n * _hertz(midi) * time) / n**2 for midi in chord for n in (1, 2, 3)]
        bars += [fade * sum(tones)] * 4
    music = np.tile(np.concatenate(bars), -(-count // (beat * len(bars))))[:count]
    return np.asarray(music / np.abs(music).max())


def _hertz(midi: "_Floats | int") -> _Floats:
    return np.asarray(440 * 2 ** ((np.asarray(midi) - 69) / 12))


def _smooth(steps: _Floats) -> _Floats:
    window = np.hanning(round(0.06 * SAMPLE_RATE))
    return np.convolve(steps, window / window.sum(), mode="same")
