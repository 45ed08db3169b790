"""A prompt is cut to what Whisper takes: after a whole name, from its beginning."""

from collections.abc import Iterator
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def asr_prompt() -> Iterator[ModuleType]:
    """Return the module that the stage cuts prompts with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend("/app")
        import asr_prompt

        yield asr_prompt


CASES = {
    "as it is where it fits": ("Anna, Bob.", 10, "Anna, Bob."),
    "the last name goes": ("Anna, Bob, Carl.", 10, "Anna, Bob."),
    "a name isn't cut": ("Anna Maria, Bob Smith.", 14, "Anna Maria."),
    "nor where its first word fits": ("Anna, Bob Smith.", 10, "Anna."),
    "no mark before the full stop": ("Anna, Bob; Carl.", 10, "Anna, Bob."),
    "a comma without a space": ("Anna,Bob,Carl", 9, "Anna,Bob."),
    "prose: after a whole word": ("Anna went home", 10, "Anna went."),
    "the first name is too long": ("Anna Maria Smith, Bob.", 12, "Anna Maria."),
    "nothing fits": ("Constantinople", 5, ""),
    "nothing": ("", 5, ""),
}


@pytest.mark.parametrize("case", CASES)
def test_cut(case: str, asr_prompt: ModuleType) -> None:
    """A letter is a token here. Keeping the end, as Whisper does, fails; cutting at the limit too."""
    prompt, limit, expected = CASES[case]
    assert asr_prompt.fit(prompt, limit, len) == expected
    assert len(expected) <= limit


def test_control_is_taken_out(asr_prompt: ModuleType) -> None:
    """`<|endoftext|>` would be one token, and end what Whisper hears."""
    assert asr_prompt.cleaned(" Anna,\n <|endoftext|>Bob ") == "Anna, endoftext Bob"
