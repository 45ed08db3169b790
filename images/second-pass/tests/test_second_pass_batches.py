"""Which texts are translated at once, and how long ones are split: without a model."""

import importlib
from collections.abc import Sequence

import pytest


def test_small_memory_means_small_batches() -> None:
    """Batches are halved until they fit, nothing is lost; where one text is too much, it ends with advice."""
    import torch

    batches = importlib.import_module("translation_batches")
    errors = importlib.import_module("stagekit.errors")
    sizes: list[int] = []

    def small(texts: Sequence[str]) -> list[str]:
        sizes.append(len(texts))
        if len(texts) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [text.upper() for text in texts]

    def no_room(texts: Sequence[str]) -> list[str]:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory")

    texts = [f"text {'x' * number}" for number in range(20)]
    shares: list[float] = []
    found = batches.translate_all(texts, small, len, 100, 10_000, " ", shares.append)
    assert found == [text.upper() for text in texts]
    assert sizes[:4] == [20, 10, 5, 2]
    assert set(sizes[3:]) == {2}
    assert shares == sorted(shares)
    assert shares[-1] == 1
    with pytest.raises(errors.WorkFailed, match="use fewer --beams"):
        batches.translate_all(texts, no_room, len, 100, 10_000, " ", shares.append)


def test_batches_are_of_like_length() -> None:
    """With padding, a batch has at most so many tokens; in another order they'd be more batches."""
    batches = importlib.import_module("translation_batches")
    seen: list[list[int]] = []

    def note(texts: Sequence[str]) -> list[str]:
        seen.append([len(text) for text in texts])
        return list(texts)

    texts = ["x" * length for length in (5, 50, 6, 49, 7, 48, 8, 200)]
    assert batches.translate_all(texts, note, len, 1000, 150, " ", lambda _: None) == texts
    assert seen == [[200], [50, 49, 48], [8, 7, 6, 5]]


SPLITS = {
    "fits": ("One. Two.", 9, ["One. Two."]),
    "sentences": ("One is. Two is. Three is.", 16, ["One is. Two is.", "Three is."]),
    "no sentences": ("one two three four", 10, ["one two", "three four"]),
    "no spaces": ("abcdefgh", 4, ["abcd", "efgh"]),
    "Chinese": ("你好吗。我很好。", 5, ["你好吗。", "我很好。"]),
}


@pytest.mark.parametrize("case", SPLITS)
def test_split(case: str) -> None:
    text, limit, expected = SPLITS[case]
    assert importlib.import_module("translation_batches").split(text, len, limit) == expected
