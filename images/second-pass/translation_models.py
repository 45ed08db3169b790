"""Translation models: which family one is of, what it calls a language, and how it is loaded and asked."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from translation_codes import MBART, NLLB

from stagekit.errors import InvalidInput, Missing, explained
from stagekit.models import local_folder, shared_cache

FAMILIES = {"marian": "Marian (opus-mt)", "m2m_100": "NLLB", "mbart": "mBART-50"}
"""`model_type` of a model's config → what people call it."""

NEEDS = ("config.json", "tokenizer_config.json")
"""What makes a folder a translation model."""

_PER_TOKEN, _BEYOND = 3, 20
"""A translation has at most so many tokens for each of its source's, and so many more: none runs away."""


@dataclass(frozen=True)
class Pair:
    """From one language to another, as Whisper calls them."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.source} to {self.target}"


class Translator:
    """A loaded model for one pair of languages."""

    def __init__(self, model: Any, tokenizer: Any, pair: Pair, beams: int) -> None:
        self._model, self._tokenizer, self._beams = model, tokenizer, beams
        self._device = model.device
        self._before, self._forced = "", {}
        family = model.config.model_type
        if family == "marian":
            self._before = marian_prefix(tokenizer.supported_language_codes, pair.target)
        else:
            codes = {side: language_code(family, getattr(pair, side)) for side in ("source", "target")}
            absent = [code for code in codes.values() if code not in tokenizer.get_vocab()]
            if absent:
                raise InvalidInput(f"this model knows no language {', '.join(absent)}; take another --model")
            tokenizer.src_lang = codes["source"]
            self._forced = {"forced_bos_token_id": tokenizer.convert_tokens_to_ids(codes["target"])}
        positions = getattr(model.config, "max_position_embeddings", 512)
        self.limit = int(min(tokenizer.model_max_length, positions))

    def count(self, text: str) -> int:
        """Return how many tokens `text` is for the model, its marks of language and end among them."""
        return len(self._tokenizer(self._before + text, verbose=False)["input_ids"])

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Return the translations of `texts`, none longer than `limit` tokens, in their order."""
        import torch

        given = self._tokenizer([self._before + text for text in texts], padding=True, return_tensors="pt")
        longest = given["input_ids"].shape[1]
        with torch.inference_mode():
            tokens = self._model.generate(
                **given.to(self._device),
                **self._forced,
                num_beams=self._beams,
                do_sample=False,
                max_length=None,
                max_new_tokens=min(_PER_TOKEN * longest + _BEYOND, self.limit - 1),
            )
        return [text.strip() for text in self._tokenizer.batch_decode(tokens, skip_special_tokens=True)]


def language_code(family: str, language: str) -> str:
    """Return what the models of `family` call `language`.

    Raises:
        InvalidInput: they don't know it; the message lists what they know.

    """
    codes = NLLB if family == "m2m_100" else MBART
    if language not in codes:
        known = ", ".join(sorted(codes))
        raise InvalidInput(f"{FAMILIES[family]} knows no language {language}; it knows {known}")
    return codes[language]


def marian_prefix(codes: Sequence[str], target: str) -> str:
    """Return what a Marian model wants before each text: nothing, or `>>fra<< ` where it has several targets.

    `codes` are the model's (`>>fra<<`, `>>por_BR<<`); they are mostly ISO 639-3, which NLLB's begin with.

    Raises:
        InvalidInput: it has several targets, and not this one; the message lists them.

    """
    if not codes:
        return ""
    long = "cmn" if target == "zh" else NLLB.get(target, target)[:3]
    for wanted in (f">>{target}<<", f">>{long}<<", f">>{long}_", f">>{target}_"):
        for code in codes:
            if code.startswith(wanted):
                return f"{code} "
    raise InvalidInput(f"this Marian model doesn't translate into {target}; it has {' '.join(codes)}")


def load_translator(model: str, pair: Pair, beams: int, device: str) -> Translator:
    """Return the model `model`, a name or a folder, for `pair` on `device` ("cuda": in half precision).

    Raises:
        InvalidInput: it is no translation model, or doesn't know a language of the pair.
        Missing: it can't be found, fetched or loaded.

    """
    os.environ["DISABLE_SAFETENSORS_CONVERSION"] = "true"  # else transformers asks the hub for a second copy
    import torch
    from transformers import AutoConfig, AutoModelForSeq2SeqLM, AutoTokenizer

    source = str(local_folder(model, NEEDS) or model)
    mend = (
        f"not every pair has a model of its own: see the Hub for one of {pair}, or give --model "
        "facebook/nllb-200-distilled-600M (not for commercial use) or a folder; offline it must be cached"
    )
    with explained(Missing, f"translation model {model} can't be loaded", mend), shared_cache():
        config = AutoConfig.from_pretrained(source)
        if config.model_type not in FAMILIES:
            known = ", ".join(FAMILIES.values())
            raise InvalidInput(f"--model {model} is {config.model_type}, no translation model of {known}")
        if config.model_type != "marian":  # before gigabytes are fetched
            language_code(config.model_type, pair.source)
            language_code(config.model_type, pair.target)
        tokenizer = AutoTokenizer.from_pretrained(source)
        kind = torch.float16 if device == "cuda" else torch.float32
        loaded = AutoModelForSeq2SeqLM.from_pretrained(source, dtype=kind).to(device).eval()
    return Translator(loaded, tokenizer, pair, beams)
