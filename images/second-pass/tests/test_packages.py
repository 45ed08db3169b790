"""Every package that second-pass asks for is called, not only imported."""

from pathlib import Path


def _transformers(models: Path) -> None:
    from transformers import MarianMTModel, MarianTokenizer

    tokenizer = MarianTokenizer.from_pretrained(models / "translate-marian")
    model = MarianMTModel.from_pretrained(models / "translate-marian")
    tokens = model.generate(**tokenizer(["No."], return_tensors="pt"))
    assert tokenizer.batch_decode(tokens, skip_special_tokens=True) == ["Non."]


def _sentencepiece(models: Path) -> None:
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(
        model_file=str(models / "translate-nllb" / "sentencepiece.bpe.model")
    )
    assert pieces.decode(pieces.encode("Alice went to Mumbai.")) == "Alice went to Mumbai."


def _protobuf(models: Path) -> None:
    """Transformers reads SentencePiece models with it, to make fast tokenizers of them."""
    from sentencepiece import sentencepiece_model_pb2

    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString((models / "translate-nllb" / "sentencepiece.bpe.model").read_bytes())
    assert model.pieces[0].piece == "<unk>"


CALLS = {"transformers": _transformers, "sentencepiece": _sentencepiece, "protobuf": _protobuf}


def test_package_works(requested: str, test_data: Path) -> None:
    CALLS[requested](test_data / "models")
