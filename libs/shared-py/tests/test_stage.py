"""What a user of any stage relies on: exit codes, one line on failure, nothing half-written."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Run

GOOD = ("--input", "in.txt", "--output", "out.json")


def test_success_writes_output_and_manifest_and_leaves_stdout_free(run: Run) -> None:
    outcome = run(*GOOD)
    assert (outcome.code, outcome.out) == (0, "")
    assert json.loads(Path("out.json").read_text()) == {"text": "a"}
    assert {path.name for path in Path().iterdir()} == {"in.txt", "out.json", "out.json.manifest.json"}


FAILURES = {
    "nothing given": ((), 2, "--input (COPY_INPUT) is required; --output (COPY_OUTPUT) is required"),
    "unknown option": ((*GOOD, "--tiems", "2"), 2, "unrecognized arguments: --tiems 2"),
    "no abbreviations": ((*GOOD, "--time", "2"), 2, "unrecognized arguments: --time 2"),
    "not a number": ((*GOOD, "--times", "two"), 2, "--times (COPY_TIMES): Input should be a valid integer"),
    "out of range": (
        (*GOOD, "--times", "0"),
        2,
        "--times (COPY_TIMES): Input should be greater than or equal",
    ),
    "no input": (
        ("--input", "no.txt", "--output", "o"),
        2,
        "--input (COPY_INPUT): Path does not point to a file, got 'no.txt'",
    ),
    "no folder": (("--input", "in.txt", "--output", "no/o"), 2, "the folder of --output is missing: no"),
    "output is a folder": (("--input", "in.txt", "--output", "."), 2, "--output is a folder"),
    "output over input": (
        ("--input", "in.txt", "--output", "in.txt"),
        2,
        "--output and --input are one file",
    ),
    "another output over the input": ((*GOOD, "--count", "in.txt"), 2, "--count and --input are one file"),
    "over the settings file": (
        (*GOOD, "--config", "ok.toml", "--count", "ok.toml"),
        2,
        "--count and --config are",
    ),
    "outputs over each other": ((*GOOD, "--count", "sub/../out.json"), 2, "--count and --output are one"),
    "manifest over an output": (
        (*GOOD, "--count", "sub/../out.json.manifest.json"),
        2,
        "the manifest and --count are one file",
    ),
    "by a link": ((*GOOD, "--count", "link.txt"), 2, "--count and --input are one file"),
    "by a hard link": ((*GOOD, "--count", "hard.txt"), 2, "--count and --input are one file"),
    "no folder for another output": ((*GOOD, "--count", "no/n"), 2, "the folder of --count is missing: no"),
    "unwritable folder": ((*GOOD, "--count", "/proc/n"), 5, "/proc can't be written by user"),
    "a name too long": ((*GOOD, "--count", "n" * 256), 2, "--count can't be used: File name too long"),
    "a device": ((*GOOD, "--count", "/dev/null"), 2, "--count is no plain file: /dev/null"),
    "manifest is a folder": (("--input", "in.txt", "--output", "kept"), 2, "the manifest is a folder"),
    "the stage's own check": (("--input", "empty", "--output", "o"), 2, "empty is empty"),
    "no such settings file": (
        (*GOOD, "--config", "no.toml"),
        2,
        "settings file no.toml: No such file or directory",
    ),
    "broken settings file": ((*GOOD, "--config", "in.txt"), 2, "settings file in.txt: "),
    "unknown setting in the file": (
        (*GOOD, "--config", "typo.toml"),
        2,
        "settings file typo.toml: no such setting: tiems; is it times?",
    ),
    "unknown setting in its table": (
        (*GOOD, "--config", "table.toml"),
        2,
        "settings file table.toml, [copy]: no such setting: qqq",
    ),
    "a line where its table should be": (
        (*GOOD, "--config", "line.toml"),
        2,
        "settings file line.toml: copy is no table; write [copy] above its settings",
    ),
    "a value that looks like an option": (
        (*GOOD, "--count", "-n"),
        2,
        "argument --count: expected one argument (a value that begins with - is given as --name=VALUE)",
    ),
    "selftest's arguments": (("selftest", "--jsn"), 2, "selftest takes nothing but --json"),
    "a bug": (
        (*GOOD, "--failure", "two\nlines"),
        1,
        "unexpected RuntimeError: two lines; run again with --debug",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failure_is_one_line_and_a_code(case: str, run: Run) -> None:
    arguments, code, sentence = FAILURES[case]
    Path("empty").touch()
    Path("typo.toml").write_text("tiems = 2")
    Path("table.toml").write_text("[copy]\nqqq = 2\n[asr]\nmodel = 'x'\n")
    Path("line.toml").write_text("copy = 2\n[asr]\nmodel = 'x'\n")
    Path("ok.toml").touch()
    Path("sub").mkdir()
    Path("kept.manifest.json").mkdir()
    Path("link.txt").symlink_to("in.txt")
    Path("hard.txt").hardlink_to("in.txt")
    before = Path("in.txt").read_bytes()
    outcome = run(*arguments)
    assert outcome.code == code
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1
    assert f"copy ERROR: {sentence}" in outcome.err
    assert not [path for path in Path().glob("*.manifest.json") if path.is_file()]
    assert Path("in.txt").read_bytes() == before


def test_debug_shows_where_it_failed(run: Run) -> None:
    assert "Traceback" in run(*GOOD, "--failure", "x", "--debug").err


def test_json_log_lines(run: Run) -> None:
    (line,) = run(*GOOD, "--log-format", "json").err.splitlines()
    assert json.loads(line).items() >= {"level": "info", "message": "wrote out.json"}.items()


def test_help_names_every_option_and_the_order_of_sources(run: Run) -> None:
    outcome = run("--help")
    assert outcome.code == 0
    for word in ("--input", "--times", "--log-format", "COPY_INPUT", "how often", "selftest", "--schema"):
        assert word in outcome.out


def test_schema_is_that_of_the_output(run: Run) -> None:
    assert json.loads(run("--schema").out)["properties"]["text"]["type"] == "string"


@pytest.mark.parametrize(("arguments", "out"), [((), "tool  1.0\n"), (("--json",), '"tool": "1.0"')])
def test_selftest(arguments: tuple[str, ...], out: str, run: Run) -> None:
    outcome = run("selftest", *arguments)
    assert outcome.code == 0
    assert out in outcome.out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_stage_leaves_nothing(number: signal.Signals, code: int, tmp_path: Path) -> None:
    """`docker stop` sends SIGTERM, which Python as process 1 would ignore if the stage didn't take it."""
    program = """
import logging, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts background work without
sys.path.insert(0, sys.argv[1])
from dataclasses import replace
from conftest import COPY
from stagekit.files import atomic_path
from stagekit.stage import main

def run(settings, recorder):
    with atomic_path(settings.output):
        logging.getLogger("stagekit").info("working")
        time.sleep(60)

sys.exit(main(replace(COPY, run=run), ["--input", sys.argv[2], "--output", "out.json"]))
"""
    here = Path(__file__).parent
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(here), __file__],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(here.parent / "src"), *sys.path]),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    with process:
        assert process.stderr is not None
        assert process.stderr.readline().endswith("copy INFO: working\n")
        time.sleep(0.1)
        process.send_signal(number)
        assert process.wait(timeout=10) == code
    assert list(tmp_path.iterdir()) == []
