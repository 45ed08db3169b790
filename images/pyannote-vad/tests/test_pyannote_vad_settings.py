"""Speech is looked for only where it was heard before, and as the settings say."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from vad_segments import Segments, matches

Detect = Callable[..., list[list[float]]]

REFINED: dict[str, tuple[list[tuple[float, float]], str, list[tuple[float, float]]]] = {
    "rough ones are refined": ([(4.8, 8.5), (12.6, 16.2)], "0.1", [(5.04, 8.18), (12.97, 15.87)]),
    "a part of a sentence": ([(6.0, 7.0)], "0", [(6.0, 7.0)]),
    "and around it": ([(6.0, 7.0)], "0.5", [(5.5, 7.5)]),
    "up to its edges and beyond": ([(6.0, 7.0)], "2.5", [(3.5, 4.04), (5.04, 8.18), (9.18, 9.5)]),
    "two that touch by padding are one": ([(5.5, 6.0), (7.0, 7.5)], "0.5", [(5.04, 8.0)]),
    "out of order": ([(12.6, 16.2), (4.8, 8.5)], "0.1", [(5.04, 8.18), (12.97, 15.87)]),
    "none of it is speech": ([(4.3, 4.8)], "0", []),
    "nobody spoke": ([], "1", []),
    "beyond the end": ([(15.0, 17.0)], "0.1", [(14.9, 15.87)]),
}


@pytest.mark.parametrize("case", REFINED)
def test_segments_are_refined(case: str, quick: Detect, voices: Path, heard: Callable[..., Path]) -> None:
    """To give back what came in, or to listen everywhere, is wrong in every case but few."""
    segments, padding, expected = REFINED[case]
    found = quick(voices, "--segments", heard(*segments), "--padding", padding)
    assert matches(found, [list(edges) for edges in expected]), found


SETTINGS: dict[str, tuple[tuple[str, ...], Callable[[Segments], Segments]]] = {
    "pauses are filled": (("--min-silence", "1.5"), lambda plain: [[plain[0][0], plain[-1][1]]]),
    "short speech is dropped": (("--min-speech", "2.95"), lambda plain: [*plain[:2], plain[3]]),
    "fewer windows at once": (("--batch-size", "3"), lambda plain: plain),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_do_what_they_say(case: str, quick: Detect, voices: Path) -> None:
    arguments, expected = SETTINGS[case]
    assert matches(quick(voices, *arguments), expected(quick(voices)))


def test_lower_thresholds_find_more(quick: Detect, voices: Path) -> None:
    def seconds(onset: str, offset: str) -> float:
        return sum(end - start for start, end in quick(voices, "--onset", onset, "--offset", offset))

    strict, usual, late, lax = (
        seconds(*levels) for levels in (("0.99", "0.99"), ("0.8", "0.8"), ("0.8", "0.3"), ("0.3", "0.3"))
    )
    assert strict < usual < late <= lax


def test_what_was_heard_is_an_input(
    quick: Detect, voices: Path, heard: Callable[..., Path], tmp_path: Path
) -> None:
    """Other segments: the stage works again, and isn't skipped."""
    first = quick(voices, "--segments", heard((4.8, 8.5)))
    second = quick(voices, "--segments", heard((8.9, 12.2)))
    assert (round(first[0][0]), round(second[0][0])) == (5, 9)
    inputs = json.loads((tmp_path / "speech.json.manifest.json").read_text())["inputs"]
    assert [Path(record["path"]).name for record in inputs] == ["voices.wav", "silero.json"]
