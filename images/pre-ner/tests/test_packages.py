"""Every package that pre-ner asks for is called, not only imported."""

from pathlib import Path


def _spacy(data: Path) -> None:
    import spacy

    found = spacy.load(data / "models" / "spacy-en")("Angela Merkel lives in Berlin.").ents
    assert [(entity.text, entity.label_) for entity in found] == [
        ("Angela Merkel", "PERSON"),
        ("Berlin", "GPE"),
    ]


def _huggingface_hub(_data: Path) -> None:
    from huggingface_hub import hf_hub_url, try_to_load_from_cache

    assert hf_hub_url("spacy/en_core_web_sm", "meta.json").endswith(
        "/spacy/en_core_web_sm/resolve/main/meta.json"
    )
    assert try_to_load_from_cache("spacy/en_core_web_sm", "meta.json", cache_dir="/nowhere") is None


def _tiktoken(_data: Path) -> None:
    import tiktoken

    ranks = {bytes([byte]): byte for byte in range(256)} | {b"ab": 256, b"abc": 257}
    encoding = tiktoken.Encoding("small", pat_str=r"\w+|\W+", mergeable_ranks=ranks, special_tokens={})
    assert encoding.encode_ordinary("abc ab") == [257, 32, 256]


CALLS = {"spacy": _spacy, "huggingface-hub": _huggingface_hub, "tiktoken": _tiktoken}


def test_package_works(requested: str, test_data: Path) -> None:
    CALLS[requested](test_data)
