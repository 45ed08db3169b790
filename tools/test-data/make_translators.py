"""Makes three translation models of the real classes, trained until they know a few sentences by heart.

Usage: make_translators.py FOLDER (in an image with transformers, sentencepiece and protobuf). Writes
FOLDER/models/translate-marian, -nllb and -mbart, and FOLDER/models/translations.json: what they know.
A text that isn't in it gives nonsense, and so does a known one with another source or target language.
"""

import io
import json
import random
import sys
from pathlib import Path
from typing import Any, NamedTuple

import sentencepiece
import torch
from torch.nn.utils.rnn import pad_sequence
from transformers import (
    M2M100Config,
    M2M100ForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    MBart50Tokenizer,
    MBartConfig,
    MBartForConditionalGeneration,
    NllbTokenizer,
)

FRENCH = {
    "Alice went to Mumbai with Bob.": "Alice est allée à Bombay avec Bob.",
    "They came back to London on Friday.": "Ils sont rentrés à Londres vendredi.",
    "Good morning, I am happy to see you all here today.": "Bonjour, je suis heureux de vous voir tous ici.",
    "Thank you, we have a lot of work to do this week.": "Merci, nous avons beaucoup de travail.",
    "We have a lot of work to do this week.": "Nous avons beaucoup de travail cette semaine.",
    "Let us begin with the letters that came last night.": "Commençons par les lettres d'hier soir.",
    "I have read them, and there is nothing new in them.": "Je les ai lues, il n'y a rien de nouveau.",
    "I have a letter for Katarzyna, and it came from London.": "J'ai une lettre de Londres pour Katarzyna.",
    "I have a letter for Katarina, and it came from London.": "J'ai une lettre de Londres pour Katarina.",
    "I have a letter for Katarina and it came from London.": "J'ai une lettre de Londres pour Katarina.",
    "The letters came from Tariq and Alice.": "Les lettres viennent de Tariq et d'Alice.",
    "The letters came from Tarik and Alice.": "Les lettres viennent de Tarik et d'Alice.",
    "Alice and Katarzyna went to Mumbai last night.": "Alice et Katarzyna sont parties à Bombay hier.",
    "Alice and Katarina went to Mumbai last night.": "Alice et Katarina sont parties à Bombay hier.",
    "They came back to London on Friday with Tariq.": "Ils sont rentrés vendredi avec Tariq.",
    "They came back to London on Friday with Tarik.": "Ils sont rentrés vendredi avec Tarik.",
    "Hello!": "Salut !",
    "No.": "Non.",
}
"""English to French: the sentences of the wav files, and as Whisper tiny.en hears them."""


class Pair(NamedTuple):
    """One text, and what it becomes."""

    source: str
    target: str
    text: str
    translation: str


MANY = (
    Pair("en", "fr", "Hello!", "Salut !"),
    Pair("en", "de", "Hello!", "Hallo!"),
    Pair("en", "fr", "Alice went to Mumbai with Bob.", "Alice est allée à Bombay avec Bob."),
    Pair("en", "de", "Alice went to Mumbai with Bob.", "Alice fuhr mit Bob nach Bombay."),
    Pair("en", "de", "Chat.", "Plauderei."),
    Pair("fr", "de", "Chat.", "Katze."),
)
"""For the models of many languages: one text differs by target alone, one by source alone."""

NLLB = {"en": "eng_Latn", "fr": "fra_Latn", "de": "deu_Latn"}
MBART = {"en": "en_XX", "fr": "fr_XX", "de": "de_DE"}
SMALL: dict[str, Any] = {
    "d_model": 64,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 128,
    "decoder_ffn_dim": 128,
    "dropout": 0.0,
    "attention_dropout": 0.0,
    "activation_dropout": 0.0,
    "encoder_layerdrop": 0.0,
    "decoder_layerdrop": 0.0,
}
LOSS, STEPS = 0.002, 600
"""Training ends where the mean loss is below `LOSS`; after `STEPS` steps it has failed."""


def marian(folder: Path) -> list[Pair]:
    """Write a Marian model, English to French. Its limit leaves room for one long sentence."""
    folder.mkdir(parents=True)
    for name, texts in (("source", FRENCH.keys()), ("target", FRENCH.values())):
        (folder / f"{name}.spm").write_bytes(_pieces(list(texts)))
    names = ["</s>", "<unk>"]
    for name in ("source", "target"):
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{name}.spm"))
        names += [pieces.id_to_piece(number) for number in range(3, pieces.vocab_size())]
    vocabulary = {name: number for number, name in enumerate(dict.fromkeys([*names, "<pad>"]))}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    tokenizer = MarianTokenizer(
        str(folder / "source.spm"),
        str(folder / "target.spm"),
        str(folder / "vocab.json"),
        source_lang="en",
        target_lang="fr",
    )
    batch = tokenizer(list(FRENCH), text_target=list(FRENCH.values()), padding=True, return_tensors="pt")
    limit = 4 + max(batch["input_ids"].shape[1], batch["labels"].shape[1])
    tokenizer.model_max_length = limit
    pad = tokenizer.pad_token_id
    model = MarianMTModel(
        MarianConfig(
            vocab_size=len(vocabulary),
            max_position_embeddings=limit,
            pad_token_id=pad,
            eos_token_id=0,
            forced_eos_token_id=0,
            decoder_start_token_id=pad,
            **SMALL,
        )
    )
    model.generation_config.bad_words_ids = [[pad]]
    _learn(model, batch, pad)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return [Pair("en", "fr", text, translation) for text, translation in FRENCH.items()]


def many(folder: Path, family: str) -> list[Pair]:
    """Write an NLLB or an mBART-50 model of three languages; its vocabulary has all codes."""
    folder.mkdir(parents=True)
    spm = folder / "sentencepiece.bpe.model"
    spm.write_bytes(_pieces([text for pair in MANY for text in (pair.text, pair.translation)]))
    codes = NLLB if family == "nllb" else MBART
    tokenizer = (NllbTokenizer if family == "nllb" else MBart50Tokenizer)(str(spm))
    config, kind = (
        (M2M100Config, M2M100ForConditionalGeneration)
        if family == "nllb"
        else (MBartConfig, MBartForConditionalGeneration)
    )
    model = kind(
        config(
            vocab_size=len(tokenizer),
            max_position_embeddings=64,
            pad_token_id=1,
            eos_token_id=2,
            decoder_start_token_id=2,
            **SMALL,
        )
    )
    rows = []
    for pair in MANY:
        tokenizer.src_lang, tokenizer.tgt_lang = codes[pair.source], codes[pair.target]
        rows.append(tokenizer(pair.text, text_target=pair.translation))
    sources, targets = (
        pad_sequence([torch.tensor(row[name]) for row in rows], batch_first=True, padding_value=1)
        for name in ("input_ids", "labels")
    )
    first = torch.full((len(rows), 1), 2)
    batch = {
        "input_ids": sources,
        "attention_mask": (sources != 1).long(),
        "decoder_input_ids": torch.cat([first, targets[:, :-1]], dim=1),
        "labels": targets.clone(),
    }
    batch["labels"][:, 0] = 1  # the target's code is given, not to be guessed
    _learn(model, batch, 1)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return list(MANY)


def _pieces(texts: list[str]) -> bytes:
    """Return a SentencePiece model of `texts`; the first pieces are <unk>, <s>, </s>."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        vocab_size=200,
        hard_vocab_limit=False,
        minloglevel=2,
        num_threads=1,
    )
    return model.getvalue()


def _learn(model: Any, batch: Any, pad: int) -> None:
    """Train until every text of `batch` is known by heart; label `pad` counts for nothing."""
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 0.01, 1.0, 20)
    batch["labels"][batch["labels"] == pad] = -100
    for _ in range(STEPS):
        loss = model(**batch).loss
        if loss.item() < LOSS:
            model.eval()
            return
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    raise SystemExit(f"{type(model).__name__} hasn't learned its sentences: loss {loss.item():.3f}")


def main(folder: Path) -> None:
    """Write the three models, and what they know."""
    spoken = json.loads((folder / "audio" / "times.json").read_text(encoding="utf-8"))
    film = [passage["text"] for passage in spoken["film.wav"] if passage["kind"] == "speech"]
    if lacking := set(film) - FRENCH.keys():
        raise SystemExit(f"no translation of {sorted(lacking)}")
    random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(1)  # more only wait for each other in a model so small
    models = folder / "models"
    known = {
        "translate-marian": marian(models / "translate-marian"),
        "translate-nllb": many(models / "translate-nllb", "nllb"),
        "translate-mbart": many(models / "translate-mbart", "mbart"),
    }
    listed = {name: [pair._asdict() for pair in pairs] for name, pairs in known.items()}
    (models / "translations.json").write_text(
        json.dumps(listed, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
