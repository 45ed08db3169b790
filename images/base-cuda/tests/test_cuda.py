"""The CUDA runtime is whole, and ctranslate2 and torch will find it. No GPU is needed for that."""

import ctypes
import os
import re
from importlib.metadata import distributions
from pathlib import Path

import pytest

NVIDIA = Path("/opt/venv/lib/python3.11/site-packages/nvidia")

BY_NAME = ["libcudnn.so.9", "libcudnn_ops.so.9", "libcudnn_cnn.so.9", "libcublas.so.12", "libnvrtc.so.12"]
"""What ctranslate2 asks the loader for by name, and aborts without."""


@pytest.mark.parametrize("library", BY_NAME)
def test_library_loads_by_name_from_the_wheels(library: str) -> None:
    ctypes.CDLL(library)
    mapped = re.findall(
        rf"(/\S*/{re.escape(library)})\S*$", Path("/proc/self/maps").read_text(), re.MULTILINE
    )
    assert mapped
    assert all(Path(path).is_relative_to(NVIDIA) for path in mapped)


def test_every_folder_of_the_library_path_is_there() -> None:
    folders = os.environ["LD_LIBRARY_PATH"].split(":")
    assert folders
    assert [folder for folder in folders if not Path(folder).is_dir()] == []


def test_the_runtime_is_whole() -> None:
    names = {d.metadata["Name"].lower() for d in distributions()}
    parts = [
        "cublas",
        "cuda-cupti",
        "cuda-nvrtc",
        "cuda-runtime",
        "cudnn",
        "cufft",
        "curand",
        "cusolver",
        "cusparse",
    ]
    assert [
        part for part in (*parts, "nccl", "nvjitlink", "nvtx") if f"nvidia-{part}-cu12" not in names
    ] == []


def test_the_container_runtime_is_asked_for_the_gpu() -> None:
    assert os.environ["NVIDIA_VISIBLE_DEVICES"] == "all"
    assert set(os.environ["NVIDIA_DRIVER_CAPABILITIES"].split(",")) >= {"compute", "utility"}
