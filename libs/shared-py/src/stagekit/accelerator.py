"""The GPU: whether there is one that works, and what an image finds of its libraries."""

import ctypes
from importlib.util import find_spec
from typing import Literal

from stagekit.errors import Missing
from stagekit.manifest import versions

Device = Literal["auto", "cuda", "cpu"]

CUDA_LIBRARIES = (
    "libcudnn.so.9",
    "libcudnn_ops.so.9",
    "libcudnn_cnn.so.9",
    "libcublas.so.12",
    "libcublasLt.so.12",
)
"""What ctranslate2 opens by name when it first computes on a GPU, and aborts without."""


def resolve_device(wanted: Device) -> Literal["cuda", "cpu"]:
    """Return the device to compute on; `auto` is the GPU where torch can use one.

    Raises:
        Missing: `cuda` is wanted and torch can't compute on it.

    """
    if wanted == "cpu":
        return "cpu"
    problem = _gpu_problem()
    if problem is None:
        return "cuda"
    if wanted == "cuda":
        raise Missing(f"no usable GPU: {problem}; start the container with --gpus all, or use --device cpu")
    return "cpu"


def gpu_facts(packages: tuple[str, ...]) -> tuple[bool, dict[str, str]]:
    """Return whether the GPU side is sound, and what was found: versions, architectures, libraries, devices.

    No GPU is sound. A library that doesn't load, or a GPU that torch can't compute on, isn't.
    """
    import torch

    facts = versions(packages)
    facts["torch CUDA"] = str(torch.version.cuda)
    facts["torch architectures"] = " ".join(torch._C._cuda_getArchFlags().split())
    facts["cuDNN"] = str(torch.backends.cudnn.version())
    loads = {name: _load(name) for name in CUDA_LIBRARIES}
    facts |= loads
    facts |= _compute_types("cpu", "cpu")
    count = torch.cuda.device_count()
    if count == 0:
        facts["GPU"] = "none: work runs on the CPU"
        return set(loads.values()) == {"loads"}, facts
    problem = _gpu_problem()
    for index in range(count):
        facts[f"GPU {index}"] = torch.cuda.get_device_name(index)
    facts["torch on GPU"] = problem or "computes"
    facts |= _compute_types("cuda", "GPU")
    return problem is None and set(loads.values()) == {"loads"}, facts


def _gpu_problem() -> str | None:
    """Return why torch can't compute on a GPU, in its words, or None where it can."""
    import torch

    if not torch.cuda.is_available():
        return "torch sees none"
    try:
        torch.ones(2, device="cuda").sum().item()
    except RuntimeError as error:
        return str(error).splitlines()[0]
    return None


def _compute_types(device: str, shown: str) -> dict[str, str]:
    """Return the number types that ctranslate2 computes with; nothing in an image without it."""
    if find_spec("ctranslate2") is None:
        return {}
    import ctranslate2

    return {f"ctranslate2 on {shown}": " ".join(sorted(ctranslate2.get_supported_compute_types(device)))}


def _load(library: str) -> str:
    try:
        ctypes.CDLL(library)
    except OSError as error:
        return f"doesn't load: {error}"
    return "loads"
