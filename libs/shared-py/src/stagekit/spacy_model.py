"""spaCy models by name or by folder, for the stages that find names."""

from typing import Any

from stagekit.errors import Missing, explained
from stagekit.models import local_folder, shared_cache

NEEDS = ("config.cfg", "meta.json")
"""What makes a folder a spaCy model."""

_MEND = "without a network give a folder, or fill the volume on /models with one run that has a network"


def load_spacy(model: str, mend: str = _MEND) -> Any:
    """Return the spaCy pipeline `model`: a folder, or the name of a Hugging Face repository.

    A name without an owner (`en_core_web_sm`) is spaCy's own (`spacy/en_core_web_sm`). It is fetched into the
    cache under HF_HOME; without a network what the cache has is used. Safe to call with a name that is
    cached already: only what has changed is fetched.

    Raises:
        InvalidInput: `model` is empty.
        Missing: it can't be found, fetched or loaded; the message ends with `mend`.

    """
    folder = local_folder(model, NEEDS)
    with explained(Missing, f"spaCy model {model} can't be loaded", mend):
        import spacy

        return spacy.load(folder or _fetched(model if "/" in model else f"spacy/{model}"))


def _fetched(name: str) -> str:
    from huggingface_hub import snapshot_download

    with shared_cache():
        return str(snapshot_download(name, ignore_patterns=["*.whl", "*.gz"]))
