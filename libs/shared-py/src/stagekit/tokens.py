"""Tokens: read from a secret file or the environment, and kept out of every line that is logged."""

import os
from pathlib import Path

from pydantic import SecretStr

from stagekit.errors import Missing

HF_SECRET = Path("/run/secrets/hf_token")
"""Where the Hugging Face token is, when no file is named."""

_known: set[str] = set()


def read_hf_token(named: Path | None) -> SecretStr | None:
    """Return the Hugging Face token, by `read_token`."""
    return read_token(named, HF_SECRET, "HF_TOKEN")


def read_token(named: Path | None, usual: Path, variable: str) -> SecretStr | None:
    """Return the token in the file `named`, else in the file `usual`, else in the environment `variable`.

    None where there is no token; an empty file or variable counts as none. From then on `redact` hides it.

    Raises:
        Missing: `named` isn't there, or a file can't be read (a secret mounted for another user) or holds
            something else.

    """
    file = named or usual
    try:
        token = file.read_text(encoding="utf-8", errors="replace").strip() if named or file.exists() else ""
    except OSError as error:
        reason = f"{error.strerror}); mount it or change its mode"
        raise Missing(f"token file {file} can't be read ({reason}") from error
    if not (token.isascii() and token.isprintable()):
        raise Missing(f"token file {file} holds no token; write the token alone into it")
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
