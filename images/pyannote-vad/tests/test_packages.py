"""Every package that pyannote-vad asks for is called, not only imported."""

from pathlib import Path

import pytest


def _pyannote_audio(data: Path) -> None:
    """The segmentation model's scores rise where the first sentence begins."""
    import soundfile
    import torch
    from pyannote.audio import Inference, Model

    model = Model.from_pretrained(data / "models" / "diarization" / "segmentation.bin")
    samples = torch.from_numpy(soundfile.read(data / "audio" / "voices.wav", dtype="float32")[0])
    scores = Inference(model, skip_aggregation=True)({"waveform": samples[None], "sample_rate": 16_000})
    first = scores.data[0].max(axis=-1)  # 5 s
    frames = len(first)
    assert first[int(0.3 * frames) : int(0.7 * frames)].min() > 0.5 > first[: int(0.1 * frames)].max()


def _pyannote_core(_data: Path) -> None:
    from pyannote.core import Segment, Timeline

    speech = Timeline([Segment(0, 1), Segment(1.1, 2), Segment(3, 4)])
    assert list(speech.support(collar=0.2)) == [Segment(0, 2), Segment(3, 4)]


def _lightning(_data: Path) -> None:
    import pytorch_lightning
    import torch

    class Line(pytorch_lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(1, 1)

        def training_step(self, batch: torch.Tensor, _index: int) -> torch.Tensor:
            return (self.layer(batch) - 2 * batch).pow(2).mean()

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.SGD(self.parameters(), 0.1)

    line = Line()
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    trainer = pytorch_lightning.Trainer(
        max_epochs=20, accelerator="cpu", enable_model_summary=False, default_root_dir="/tmp", **quiet
    )
    trainer.fit(line, torch.utils.data.DataLoader(torch.linspace(-1, 1, 32)[:, None], batch_size=8))
    assert line.layer.weight.item() == pytest.approx(2, abs=0.2)


CALLS = {
    "pyannote.audio": _pyannote_audio,
    "pyannote.core": _pyannote_core,
    "pytorch-lightning": _lightning,
}


def test_package_works(requested: str, test_data: Path) -> None:
    CALLS[requested](test_data)
