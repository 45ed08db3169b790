"""spaCy models by name or by folder, for the stages that find names."""

from typing import Any

from stagekit.errors import Missing, explained
from stagekit.models import local_folder, shared_cache

NEEDS = ("config.cfg", "meta.json")
"""What makes a folder a spaCy model."""

_NEWS = "ca da de el es fi fr hr it lt mk nb nl pl pt ro sl sv"
_MODELS = {
    "en": "spacy/en_core_web_sm",
    "no": "spacy/nb_core_news_sm",
    **{language: f"spacy/{language}_core_news_sm" for language in _NEWS.split()},
}
"""spaCy's small models that need no package beside spaCy."""

_MEND = "without a network give a folder, or fill the volume on /models with one run that has a network"


def spacy_model_of(language: str) -> str:
    """Return the name of spaCy's small model for texts in `language` (as in en), else of that for any."""
    return _MODELS.get(language, "spacy/xx_ent_wiki_sm")


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
