"""Every package that diarization asks for is called, not only imported."""

from pathlib import Path

import pytest


def _pyannote_audio(data: Path) -> None:
    import torch
    from pyannote.audio import Inference, Model

    model = Model.from_pretrained(data / "models" / "diarization" / "segmentation.bin")
    scores = Inference(model, skip_aggregation=True)(
        {"waveform": torch.zeros(1, 80_000), "sample_rate": 16_000}
    )
    assert scores.data.shape[0] == 1
    assert scores.data.max() < 0.5


def _pyannote_core(_data: Path) -> None:
    from pyannote.core import Annotation, Segment

    turns = Annotation()
    turns[Segment(0, 1)] = "a"
    turns[Segment(0.5, 2)] = "b"
    assert turns.get_timeline().support().duration() == 2
    assert turns.get_overlap().duration() == pytest.approx(0.5)


def _pyannote_pipeline(_data: Path) -> None:
    from pyannote.pipeline import Pipeline
    from pyannote.pipeline.parameter import Uniform

    class Threshold(Pipeline):
        def __init__(self) -> None:
            super().__init__()
            self.level = Uniform(0, 1)

        def __call__(self, value: float) -> bool:
            return bool(value > self.level)

    assert Threshold().instantiate({"level": 0.5})(0.7)


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


def _torchmetrics(_data: Path) -> None:
    import torch
    from torchmetrics.classification import BinaryF1Score

    assert BinaryF1Score()(torch.tensor([1, 1, 0, 0]), torch.tensor([1, 0, 0, 0])).item() == pytest.approx(
        2 / 3
    )


def _speechbrain(_data: Path) -> None:
    import torch
    from speechbrain.lobes.models.ECAPA_TDNN import ECAPA_TDNN

    model = ECAPA_TDNN(
        8, channels=[16] * 5, kernel_sizes=[5, 3, 3, 3, 1], attention_channels=8, lin_neurons=4, se_channels=8
    )
    assert model.eval()(torch.randn(2, 50, 8)).shape == (2, 1, 4)


def _whisperx(_data: Path) -> None:
    """Speakers of a diarization are given to the words of a transcript."""
    import pandas as pd
    import whisperx

    turns = pd.DataFrame({"start": [0.0, 2.0], "end": [2.0, 4.0], "speaker": ["a", "b"]})
    words = [{"word": "hello", "start": 0.5, "end": 1.0}, {"word": "there", "start": 2.5, "end": 3.0}]
    result = whisperx.assign_word_speakers(turns, {"segments": [{"start": 0.5, "end": 3.0, "words": words}]})
    assert [word["speaker"] for word in result["segments"][0]["words"]] == ["a", "b"]


CALLS = {
    "pyannote.audio": _pyannote_audio,
    "pyannote.core": _pyannote_core,
    "pyannote.pipeline": _pyannote_pipeline,
    "pytorch-lightning": _lightning,
    "torchmetrics": _torchmetrics,
    "speechbrain": _speechbrain,
    "whisperx": _whisperx,
}


def test_package_works(requested: str, test_data: Path) -> None:
    CALLS[requested](test_data)
