"""A token is found in its file or in the environment, and shown nowhere."""

import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from stagekit import logs
from stagekit.errors import Missing
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
    assert read_token(None, secret, "A_TOKEN") == (SecretStr(expected) if expected else None)


UNUSABLE = [
    (None, "can't be read \\(No such file or directory\\)"),
    (b"\x80\xff\x00", "holds no token"),
    (b"one\ntwo", "holds no token"),
]


@pytest.mark.parametrize(("content", "reason"), UNUSABLE)
def test_a_named_file_without_a_token_is_said(
    content: bytes | None, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking the token of another source instead would hide the mistake."""
    monkeypatch.setenv("A_TOKEN", "from-environment")
    (tmp_path / "usual").write_text("from-file")
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    with pytest.raises(Missing, match=f"token file .*/token {reason}"):
        read_token(tmp_path / "token", tmp_path / "usual", "A_TOKEN")


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_token_is_never_logged(
    log_format: logs.LogFormat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").write_text("hf_verysecret")
    token = read_token(tmp_path / "token", tmp_path / "unused", "A_TOKEN")
    assert token is not None
    logs.configure("copy", log_format, debug=True)
    error = ValueError(f"refused: {token.get_secret_value()}")
    logging.getLogger("stagekit").error("%s %r %s", error, token, token, exc_info=error)
    shown = capsys.readouterr().err
    assert "refused: ********" in shown
    assert "verysecret" not in shown
