"""Makes the models that no package holds: small, of random weights, of the real classes, into FOLDER/models.

Usage: make_models.py FOLDER (in the image asr or diarization). Assert on times and shapes.
"""

import json
import shutil
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import soundfile
import torch
import yaml
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.embedding import XVectorMFCC
from transformers import (
    Wav2Vec2Config,
    Wav2Vec2CTCTokenizer,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2ForCTC,
    Wav2Vec2Processor,
)


def align_model(folder: Path) -> None:
    """Write a wav2vec2 CTC model over the letters a to z; like the real ones it gives a frame each 20 ms."""
    symbols = [
        "<pad>",
        "<s>",
        "</s>",
        "<unk>",
        "|",
        "'",
        *(chr(code) for code in range(ord("a"), ord("z") + 1)),
    ]
    folder.mkdir(parents=True)
    vocabulary = folder / "vocab.json"
    vocabulary.write_text(
        "{" + ", ".join(f'"{s}": {i}' for i, s in enumerate(symbols)) + "}", encoding="utf-8"
    )
    config = Wav2Vec2Config(
        vocab_size=len(symbols),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        conv_dim=(32,) * 7,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        pad_token_id=0,
    )
    Wav2Vec2ForCTC(config).save_pretrained(folder)
    Wav2Vec2Processor(
        feature_extractor=Wav2Vec2FeatureExtractor(), tokenizer=Wav2Vec2CTCTokenizer(str(vocabulary))
    ).save_pretrained(folder)


def centred_embedding(audio: Path) -> XVectorMFCC:
    """Return an embedding of random weights whose mean over the turns of voices.wav is zero.

    Random projections of spectra tell two synthetic voices apart once what they share is taken away.
    """
    embedding = XVectorMFCC(mfcc={"melkwargs": {"n_mels": 40}}, dimension=32).eval()
    samples, rate = soundfile.read(audio / "voices.wav", dtype="float32")
    turns = json.loads((audio / "times.json").read_text(encoding="utf-8"))["voices.wav"]
    with torch.inference_mode():
        vectors = [
            embedding(
                torch.from_numpy(samples[int(turn["start"] * rate) : int(turn["end"] * rate)])[None, None]
            )
            for turn in turns
        ]
        embedding.embedding.bias -= torch.cat(vectors).mean(dim=0)
    return embedding


def diarization_pipeline(folder: Path, embedding: XVectorMFCC) -> None:
    """Write a pyannote pipeline: the real segmentation that WhisperX carries, and `embedding`."""
    folder.mkdir(parents=True)
    shutil.copyfile(str(files("whisperx") / "assets" / "pytorch_model.bin"), folder / "segmentation.bin")
    embedding.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=5.0, classes=["speaker"]
    )
    checkpoint = {
        "state_dict": embedding.state_dict(),
        "hyper_parameters": dict(embedding.hparams),
        "pytorch-lightning_version": version("pytorch-lightning"),
    }
    embedding.on_save_checkpoint(checkpoint)
    torch.save(checkpoint, folder / "embedding.bin")
    config = {
        "pipeline": {
            "name": "pyannote.audio.pipelines.SpeakerDiarization",
            "params": {
                "segmentation": "segmentation.bin",
                "embedding": "embedding.bin",
                "clustering": "AgglomerativeClustering",
                "segmentation_batch_size": 8,
                "embedding_batch_size": 8,
            },
        },
        "params": {
            "segmentation": {"threshold": 0.5, "min_duration_off": 0.1},
            "clustering": {"method": "centroid", "min_cluster_size": 2, "threshold": 1.2},
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")


if __name__ == "__main__":
    torch.manual_seed(0)
    target = Path(sys.argv[1])
    align_model(target / "models" / "align")
    diarization_pipeline(target / "models" / "diarization", centred_embedding(target / "audio"))
