"""Every package that post-ner asks for is called, not only imported."""

from pathlib import Path


def _spacy(_folder: Path) -> None:
    import spacy

    model = spacy.blank("en")
    model.add_pipe("sentencizer")
    assert len(list(model("One. Two.").sents)) == 2


def _rapidfuzz(_folder: Path) -> None:
    from rapidfuzz import fuzz

    assert fuzz.ratio("mumbai", "mumbai") == 100
    assert 70 < fuzz.ratio("mumby", "mumbai") < 75


def _huggingface_hub(folder: Path) -> None:
    """What is in the cache is found there without a network."""
    from huggingface_hub import snapshot_download

    whole = folder / "models--spacy--x"
    (whole / "refs").mkdir(parents=True)
    (whole / "refs" / "main").write_text("abc")
    (whole / "snapshots" / "abc").mkdir(parents=True)
    (whole / "snapshots" / "abc" / "meta.json").write_text("{}")
    found = snapshot_download("spacy/x", cache_dir=folder, local_files_only=True)
    assert (Path(found) / "meta.json").is_file()


CALLS = {"spacy": _spacy, "rapidfuzz": _rapidfuzz, "huggingface-hub": _huggingface_hub}


def test_package_works(requested: str, tmp_path: Path) -> None:
    CALLS[requested](tmp_path)
