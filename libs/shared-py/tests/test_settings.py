"""Where a setting comes from: command line, then environment, then file, then default."""

from pathlib import Path

import pytest
from conftest import CopySettings

from stagekit.settings import load_settings

FILE, VARIABLE, OPTION = "times = 2", "3", ["--times", "4"]

SOURCES = [
    (None, None, [], 1),
    (FILE, None, [], 2),
    (None, VARIABLE, [], 3),
    (FILE, VARIABLE, [], 3),
    (FILE, None, OPTION, 4),
    (FILE, VARIABLE, OPTION, 4),
]
SEVERAL = "[copy]\ntimes = 2\n[asr]\nmodel = 'x'\n"


@pytest.mark.parametrize(("file", "times"), [(SEVERAL, 2), ("[asr]\nmodel = 'x'\n", 1)])
def test_one_file_for_several_stages(file: str, times: int, tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(file)
    arguments = ["--input", __file__, "--output", "o", "--config", str(config)]
    assert load_settings(CopySettings, "copy", "", arguments).times == times


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(FILE, encoding="utf-8-sig")
    arguments = ["--input", __file__, "--output", "o", "--config", str(config)]
    assert load_settings(CopySettings, "copy", "", arguments).times == 2


@pytest.mark.parametrize("by_variable", [False, True], ids=["--config", "COPY_CONFIG"])
@pytest.mark.parametrize(("file", "variable", "option", "times"), SOURCES)
def test_precedence(
    file: str | None,
    variable: str | None,
    option: list[str],
    times: int,
    by_variable: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(file or "")
    if variable:
        monkeypatch.setenv("COPY_TIMES", variable)
    if by_variable:
        monkeypatch.setenv("COPY_CONFIG", str(config))
    named = [] if by_variable else ["--config", str(config)]
    arguments = ["--input", __file__, "--output", "o", *named, *option]
    assert load_settings(CopySettings, "copy", "", arguments).times == times


def test_all_of_it_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPY_INPUT", __file__)
    monkeypatch.setenv("COPY_OUTPUT", "o")
    monkeypatch.setenv("COPY_LOG_FORMAT", "json")
    settings = load_settings(CopySettings, "copy", "", [])
    assert (settings.input, settings.output, settings.log_format) == (Path(__file__), Path("o"), "json")
