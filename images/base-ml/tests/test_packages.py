"""Every package that base-ml asks for is called, not only imported."""

from pathlib import Path


def _torch() -> None:
    import torch

    a = torch.tensor([[2.0, 0.0], [0.0, 4.0]], requires_grad=True)
    a.det().backward()
    assert a.grad is not None
    assert torch.equal(a.grad, torch.tensor([[4.0, 0.0], [0.0, 2.0]]))
    assert torch.version.cuda


def _torchaudio() -> None:
    import torch
    import torchaudio

    tone = torch.sin(2 * torch.pi * 440 * torch.arange(44_100) / 44_100)[None]
    resampled = torchaudio.functional.resample(tone, 44_100, 16_000)
    expected = torch.sin(2 * torch.pi * 440 * torch.arange(16_000) / 16_000)
    assert (resampled[0, 1000:15_000] - expected[1000:15_000]).abs().max() < 0.01


def _librosa() -> None:
    """Librosa 0.10.1 imports pkg_resources when first used, numba compiles into NUMBA_CACHE_DIR."""
    import librosa
    import numpy as np

    tone = np.sin(2 * np.pi * 1000 * np.arange(22_050) / 22_050).astype(np.float32)
    mel = librosa.feature.melspectrogram(y=tone, sr=22_050, n_mels=40)
    assert mel.shape[0] == 40
    loudest = librosa.mel_frequencies(n_mels=42, fmax=11_025)[1:-1][mel.sum(axis=1).argmax()]
    assert abs(loudest - 1000) < 200
    assert librosa.resample(tone, orig_sr=22_050, target_sr=11_025, res_type="scipy").shape == (11_025,)
    assert librosa.onset.onset_strength(y=tone, sr=22_050).ndim == 1


def _transformers() -> None:
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=32, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    out = BertModel(config).eval()(torch.tensor([[1, 2, 3]])).last_hidden_state
    assert out.shape == (1, 3, 16)
    assert torch.isfinite(out).all()


def _huggingface_hub() -> None:
    """The cache is on the volume, so that a model is fetched once."""
    from huggingface_hub import constants, try_to_load_from_cache

    assert Path(constants.HF_HUB_CACHE) == Path("/models/huggingface/hub")
    assert try_to_load_from_cache("nobody/nothing", "config.json") is None


def _sentencepiece() -> None:
    import io

    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["alice went to mumbai with bob"] * 20),
        model_writer=model,
        vocab_size=18,
        minloglevel=2,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    assert processor.decode(processor.encode("alice went")) == "alice went"


CALLS = {
    "torch": _torch,
    "torchaudio": _torchaudio,
    "librosa": _librosa,
    "transformers": _transformers,
    "huggingface-hub": _huggingface_hub,
    "sentencepiece": _sentencepiece,
}


def test_package_works(requested: str) -> None:
    CALLS[requested]()
