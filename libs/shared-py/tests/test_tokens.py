"""A token is found in its file or in the environment, and shown nowhere."""

import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from stagekit import logs
from stagekit.tokens import read_token

SOURCES = [
    ("from-file", None, "from-file"),
    ("from-file\n", "from-environment", "from-file"),
    (None, "from-environment", "from-environment"),
    (" \n", "from-environment", "from-environment"),
    (None, None, None),
    ("", "", None),
]


@pytest.mark.parametrize(("file", "variable", "expected"), SOURCES)
def test_sources(
    file: str | None,
    variable: str | None,
    expected: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = tmp_path / "token"
    if file is not None:
        secret.write_text(file)
    monkeypatch.delenv("A_TOKEN", raising=False)
    if variable is not None:
        monkeypatch.setenv("A_TOKEN", variable)
    assert read_token(secret, "A_TOKEN") == (SecretStr(expected) if expected else None)


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_token_is_never_logged(
    log_format: logs.LogFormat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").write_text("hf_verysecret")
    token = read_token(tmp_path / "token", "A_TOKEN")
    assert token is not None
    logs.configure("copy", log_format, debug=True)
    error = ValueError(f"refused: {token.get_secret_value()}")
    logging.getLogger("stagekit").error("%s %r %s", error, token, token, exc_info=error)
    shown = capsys.readouterr().err
    assert "refused: ********" in shown
    assert "verysecret" not in shown
