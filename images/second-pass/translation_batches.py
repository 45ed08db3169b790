"""Many texts through a translator: long ones in pieces, in batches of like length, back in their order."""

import logging
import re
from collections.abc import Callable, Sequence

from stagekit.errors import WorkFailed

Translate = Callable[[Sequence[str]], list[str]]

_SENTENCE_END = re.compile(r"(?<=[.!?…।؟])\s+|(?<=[。！？])\s*")  # noqa: RUF001  (the marks of their scripts)
_SPACE = re.compile(r"\s+")

log = logging.getLogger("stagekit.second-pass")


def translate_all(
    texts: Sequence[str],
    translate: Translate,
    count: Callable[[str], int],
    limit: int,
    batch_tokens: int,
    joint: str,
    progress: Callable[[float], None],
) -> list[str]:
    """Return the translation of each of `texts`, in their order.

    A text of more than `limit` tokens by `count` goes in pieces, joined by `joint`. Batches hold pieces of
    like length, longest first: what is too much for the memory shows at once.

    Raises:
        WorkFailed: the memory is too small for a single piece.

    """
    pieces = [(number, piece) for number, text in enumerate(texts) for piece in split(text, count, limit)]
    lengths = [count(piece) for _, piece in pieces]
    order = sorted(range(len(pieces)), key=lambda index: -lengths[index])
    done, total = 0, sum(lengths)
    results = [""] * len(pieces)
    patient = _Patient(translate)
    while order:
        size = min(max(batch_tokens // lengths[order[0]], 1), patient.most)
        batch, order = order[:size], order[size:]
        for index, result in zip(batch, patient([pieces[index][1] for index in batch]), strict=True):
            results[index] = result
        done += sum(lengths[index] for index in batch)
        progress(done / total)
    joined: list[list[str]] = [[] for _ in texts]
    for (number, _), result in zip(pieces, results, strict=True):
        joined[number].append(result)
    return [joint.join(filter(None, parts)) for parts in joined]


def split(text: str, count: Callable[[str], int], limit: int) -> list[str]:
    """Return `text` in pieces of at most `limit` tokens: halved at the end of a sentence, else between words.

    Of several places the one nearest the middle. Text without spaces is cut in the middle.
    """
    if count(text) <= limit or len(text) < 2:
        return [text]
    middle = len(text) / 2
    for pattern in (_SENTENCE_END, _SPACE):
        places = [found for found in pattern.finditer(text) if found.start() > 0 and found.end() < len(text)]
        if places:
            place = min(places, key=lambda found: abs(found.start() - middle))
            halves = text[: place.start()], text[place.end() :]
            break
    else:
        halves = text[: len(text) // 2], text[len(text) // 2 :]
    return [piece for half in halves for piece in split(half, count, limit)]


class _Patient:
    """A translator that takes fewer texts at once where the memory is too small, then and afterwards."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self.most = 1_000_000

    def __call__(self, texts: Sequence[str]) -> list[str]:
        results: list[str] = []
        while len(results) < len(texts):
            batch = texts[len(results) : len(results) + self.most]
            translated = self._try(batch)
            if translated is None:
                if len(batch) == 1:
                    mend = "use fewer --beams, a smaller --model, or --device cpu"
                    raise WorkFailed(
                        f"the memory is too small for one text of {len(batch[0])} letters; {mend}"
                    )
                self.most = len(batch) // 2
                log.warning("out of memory: batches of %d texts from here on", self.most)
                continue
            results += translated
        return results

    def _try(self, texts: Sequence[str]) -> list[str] | None:
        """Return the translations, or None where the memory was too small; what was half done is freed."""
        import torch

        try:
            return self._translate(texts)
        except (torch.OutOfMemoryError, MemoryError):
            pass
        except RuntimeError as error:  # how torch says it of the CPU's memory
            if "not enough memory" not in str(error) and "allocate memory" not in str(error):
                raise
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return None
