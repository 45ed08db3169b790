"""What each kind of model calls the languages."""

import importlib

import pytest


def test_codes_are_the_models_own() -> None:
    """Every code stands in the tokenizer, every language in Whisper's list, and none is left out."""
    from transformers.models.mbart50 import tokenization_mbart50
    from transformers.models.nllb import tokenization_nllb
    from transformers.models.whisper.tokenization_whisper import LANGUAGES

    codes = importlib.import_module("translation_codes")
    for ours, theirs in ((codes.NLLB, tokenization_nllb), (codes.MBART, tokenization_mbart50)):
        assert set(ours.values()) <= set(theirs.FAIRSEQ_LANGUAGE_CODES)
    assert LANGUAGES.keys() - codes.NLLB.keys() == {"br", "haw", "la"}
    assert codes.NLLB.keys() <= LANGUAGES.keys()
    assert set(tokenization_mbart50.FAIRSEQ_LANGUAGE_CODES) - set(codes.MBART.values()) == {"xh_ZA"}


PREFIXES = {
    "one target": ([], "fr", ""),
    "by three letters": ([">>deu<<", ">>fra<<"], "fr", ">>fra<< "),
    "by two letters": ([">>fr<<", ">>de<<"], "fr", ">>fr<< "),
    "with a script": ([">>jpn<<", ">>cmn_Hans<<", ">>cmn_Hant<<"], "zh", ">>cmn_Hans<< "),
}


@pytest.mark.parametrize("case", PREFIXES)
def test_marian_is_told_one_of_several_targets(case: str) -> None:
    codes, target, expected = PREFIXES[case]
    assert importlib.import_module("translation_models").marian_prefix(codes, target) == expected
