"""Tokens: read from a secret file or the environment, and kept out of every line that is logged."""

import os
from pathlib import Path

from pydantic import SecretStr

from stagekit.errors import Missing

_known: set[str] = set()


def read_token(file: Path, variable: str) -> SecretStr | None:
    """Return the token in `file`, else the one in the environment `variable`, else None.

    An empty file or variable counts as none. From then on `redact` hides the token.

    Raises:
        Missing: `file` is there but can't be read (a secret mounted for another user).

    """
    try:
        token = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    except OSError as error:
        raise Missing(f"token file {file} can't be read ({error.strerror}); change its mode") from error
    token = token or os.environ.get(variable, "").strip()
    if not token:
        return None
    _known.add(token)
    return SecretStr(token)


def redact(text: str) -> str:
    """Return `text` with every token that `read_token` has returned replaced by stars."""
    for token in _known:
        text = text.replace(token, "********")
    return text
