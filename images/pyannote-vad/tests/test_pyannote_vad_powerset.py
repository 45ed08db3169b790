"""A model whose classes are sets of voices, as segmentation-3.0's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from vad_segments import matches, times

Detect = Callable[..., list[list[float]]]
Said = dict[str, list[dict[str, Any]]]


@pytest.fixture
def powerset(model: Path, tmp_path: Path) -> Path:
    """Make a folder with a model that gives, as segmentation-3.0 does, one class for each set of voices.

    From the test data's: {} has score 0; {a} what voice a has; {a, b} what both have. So the likeliest set is
    that of the voices whose own score is above 0.5, of two at most.
    """
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications

    content = torch.load(model, map_location="cpu", weights_only=False)
    weights: dict[str, Any] = content["state_dict"]
    pairs = [(0, 1), (0, 2), (1, 2)]
    for name in ("classifier.weight", "classifier.bias"):
        voices = weights[name]
        both = torch.stack([voices[one] + voices[other] for one, other in pairs])
        weights[name] = torch.cat([torch.zeros_like(voices[:1]), voices, both])
    content["pyannote.audio"]["specifications"] = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=5.0,
        classes=["speaker#1", "speaker#2", "speaker#3"],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    folder = tmp_path / "powerset"
    folder.mkdir()
    torch.save(content, folder / "pytorch_model.bin")
    return folder


def test_powerset_model_by_folder(quick: Detect, powerset: Path, voices: Path, said: Said) -> None:
    """Its classes aren't voices: the highest of the raw scores would be speech, or silence, everywhere."""
    found = quick(voices, "--model", powerset)
    assert matches(found, times(said["voices.wav"])), found
