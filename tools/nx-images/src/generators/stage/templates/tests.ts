import type { StageFacts } from './facts.ts';

/** Tests of the stage that `script` gives: they run inside the image. */
export const tests = ({ name, device }: StageFacts): string =>
  `"""A sound whose loudness is known goes in; wrong ways to measure it would be seen."""

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
Rows = list[tuple[float, float]]

STAGE = "${name}"
RATE = 16_000
# A sine's root mean square is its amplitude / sqrt(2): 3.01 dB below its peak.
AMPLITUDES = [0.5, 0.0, 0.05, 0.5]
EXPECTED: Rows = [(0.0, -9.03), (1.0, -120.0), (2.0, -29.03), (3.0, -9.03)]


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    """Make a wav of three and a half seconds, each second as loud as AMPLITUDES says."""
    tone = np.sin(2 * np.pi * 400 * np.arange(RATE) / RATE)
    samples = np.concatenate([amplitude * tone for amplitude in AMPLITUDES])[: RATE * 7 // 2]
    soundfile.write(tmp_path / "in.wav", samples, RATE, subtype="PCM_16")
    return tmp_path / "in.wav"


@pytest.fixture
def measure(wav: Path, tmp_path: Path, run_stage: RunStage) -> Callable[..., dict[str, Any]]:
    """Return a function that runs the stage and gives the JSON."""

    def call(*arguments: object) -> dict[str, Any]:
        done = run_stage(STAGE, "--input", wav, "--output", "out.json", *arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        found: dict[str, Any] = json.loads((tmp_path / "out.json").read_text())
        return found

    return call


def matches(rows: Rows) -> bool:
    """Say whether times and levels are those of the sound."""
    return len(rows) == len(EXPECTED) and bool(np.abs(np.subtract(rows, EXPECTED)).max() < 0.1)


def test_levels_are_those_of_the_sound(measure: Callable[..., dict[str, Any]]) -> None:
    found = measure()
    assert found["duration"] == 3.5
    assert matches([(row["start"], row["level"]) for row in found["levels"]]), found


WRONG: dict[str, Callable[[Rows], Rows]] = {
    "nothing": lambda rows: [],
    "the peak": lambda rows: [(start, level + 3.01) for start, level in rows],
    "half the decibels": lambda rows: [(start, level / 2) for start, level in rows],
    "one level for all": lambda rows: [(start, rows[0][1]) for start, _ in rows],
    "shifted": lambda rows: [(start + 1, level) for start, level in rows],
    "the rest of a second lost": lambda rows: rows[:-1],
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_levels_would_be_seen(mistake: str) -> None:
    assert matches(EXPECTED)
    assert not matches(WRONG[mistake](EXPECTED))


def test_window(measure: Callable[..., dict[str, Any]]) -> None:
    found = measure("--window", "0.5")
    assert [row["start"] for row in found["levels"]] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]


def test_output_is_as_the_schema_says(measure: Callable[..., dict[str, Any]], run_stage: RunStage) -> None:
    schema = json.loads(run_stage(STAGE, "--schema").stdout)
    found = measure()
    assert found.keys() == schema["properties"].keys()
    for row in found["levels"]:
        assert row.keys() == schema["$defs"]["Level"]["properties"].keys()


REFUSALS = {
    "no wav": (2, "isn't a wav file", ("--input", f"/app/{STAGE}.py")),
    "no time": (2, "--window", ("--window", "0")),
${device === 'gpu' ? '    "no GPU": (3, "no usable GPU: torch sees none", ("--device", "cuda")),\n' : ''}}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str, wav: Path, assert_refused: Refuse) -> None:
    code, text, arguments = REFUSALS[case]
    assert_refused(code, text, STAGE, "--input", wav, "--output", "out.json", *arguments)


def test_selftest(run_stage: RunStage) -> None:
    done = run_stage(STAGE, "selftest", "--json")
    assert done.returncode == 0, done.stdout
    assert ${device === 'gpu' ? 'json.loads(done.stdout)["facts"]["libcudnn.so.9"] == "loads"' : 'json.loads(done.stdout)["facts"]["numpy"][0].isdigit()'}
`;
