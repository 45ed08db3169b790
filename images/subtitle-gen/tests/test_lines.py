"""Where text is cut into atoms and lines, by tables."""

import pytest
from subtitle_atoms import atoms, joined
from subtitle_lines import broken, fits
from subtitle_rules import LINE, Rules

from stagekit.documents import Segment, Word


def lines(text: str, language: str = "en", line: float | None = None, most: int = 2) -> list[str]:
    rules = Rules(language=language, line=line or LINE.get(language, 42), lines=most)
    return broken(atoms(Segment(start=0, end=5, text=text)), rules)


BREAKS = {
    "one line is enough": ("It fits on one line, so it stays.", "en", ["It fits on one line, so it stays."]),
    "after a comma, not in the middle": (
        "If you go there tonight, she will certainly wait for you.",
        "en",
        ["If you go there tonight,", "she will certainly wait for you."],
    ),
    "not after an article": (
        "Yesterday we have all seen together the castle on the hill",
        "en",
        ["Yesterday we have all seen together", "the castle on the hill"],
    ),
    "after a sentence": (
        "I do not know. Ask the man at the counter over there.",
        "en",
        ["I do not know.", "Ask the man at the counter over there."],
    ),
    "a title isn't the end of a sentence": (
        "Then the telephone rang and it was Mr. Anderson himself again",
        "en",
        ["Then the telephone rang", "and it was Mr. Anderson himself again"],
    ),
    "German article": (
        "Gestern haben wir alle miteinander das alte Schloss gesehen",
        "de",
        ["Gestern haben wir alle miteinander", "das alte Schloss gesehen"],
    ),
    "Chinese between characters, at the comma": (
        "我昨天晚上在家里看了电影,然后很早就睡觉了",
        "zh",
        ["我昨天晚上在家里看了电影,", "然后很早就睡觉了"],
    ),
    "Korean at spaces": (
        "어제 저녁에 집에서 영화를 보고 나서 일찍 잠자리에",
        "ko",
        ["어제 저녁에 집에서 영화를", "보고 나서 일찍 잠자리에"],
    ),
}


@pytest.mark.parametrize("case", BREAKS)
def test_breaks(case: str) -> None:
    text, language, expected = BREAKS[case]
    assert lines(text, language) == expected


def test_lines_are_of_like_length() -> None:
    """Filling the first line would leave one word on the second."""
    first, second = lines("one two six ten one two six ten one two six", line=40)
    assert abs(len(first) - len(second)) <= 4


KINSOKU = [
    "「もう遅い」と彼は言った。",
    "ちょっとまってください、お願いします。",
    "コンピューターゲームをやってみよう!",
]


@pytest.mark.parametrize("text", KINSOKU)
@pytest.mark.parametrize("limit", [4, 5, 6, 7])
def test_kinsoku(text: str, limit: int) -> None:
    """No line begins with a mark or small kana that belongs to what is before; none ends with an opening."""
    broken_text = lines(text, "ja", limit, most=9)
    assert "".join(broken_text) == text
    assert len(broken_text) > 1
    assert not any(line[0] in "、。」!ーっょゃ" for line in broken_text)
    assert not any(line[-1] in "「" for line in broken_text)


def test_combining_signs_stay_with_their_letter() -> None:
    broken_text = lines("ที่นี่มีน้ำเยอะมากเลยนะครับ", "th", 6, most=9)
    assert "".join(broken_text) == "ที่นี่มีน้ำเยอะมากเลยนะครับ"
    assert not any("\u0e31" <= line[0] <= "\u0e3a" or "\u0e47" <= line[0] <= "\u0e4e" for line in broken_text)
    assert not any(line[-1] in "เแโใไ" for line in broken_text)


LENGTHS = [
    ("abc", "en", 3),
    ("你好", "zh", 2),
    ("你好ab", "zh", 3),
    ("你好", "en", 4),
    ("e\u0301", "fr", 1),
    ("किताब", "hi", 5),
    ("हिन्दी", "hi", 5),
    ("ｶﾅ", "ja", 1),
]


@pytest.mark.parametrize(("text", "language", "expected"), LENGTHS)
def test_length_is_what_is_seen(text: str, language: str, expected: float) -> None:
    assert Rules(language=language).length(text) == expected


def test_a_word_longer_than_a_line_stays_whole() -> None:
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
    assert lines(long, "de") == [long]
    found = atoms(Segment(start=0, end=5, text=f"Das {long} da"))
    assert not fits(found, Rules())


def test_times_of_atoms_are_those_of_the_words() -> None:
    words = [Word(text="Good", start=1, end=1.5), Word(text="morning,", start=3, end=4)]
    words += [Word(text="7"), Word(text="times.", start=6, end=7, speaker="B")]
    found = atoms(Segment(start=0.5, end=8, text="Good  morning, 7 times.", speaker="A", words=words))
    assert [(atom.text, atom.start, atom.end) for atom in found[:2]] == [("Good", 1, 1.5), ("morning,", 3, 4)]
    assert 4 < found[2].start < found[2].end < 6, "a word without times stands between its neighbours"
    assert (found[3].start, found[3].end) == (6, 7)
    assert [atom.speaker for atom in found] == ["A", "A", "A", "B"]


def test_words_that_do_not_spell_the_text_are_not_used() -> None:
    words = [Word(text="Guten", start=7, end=8), Word(text="Tag", start=8, end=9)]
    found = atoms(Segment(start=0, end=9, text="Hello all", words=words))
    assert [(atom.start, atom.end) for atom in found] == [(0, 5), (6, 9)]


def test_characters_of_one_word_share_its_time() -> None:
    words = [Word(text="你好", start=0, end=2), Word(text="吗", start=5, end=6)]
    found = atoms(Segment(start=0, end=6, text="你好吗", words=words))
    assert [(atom.text, atom.start, atom.end) for atom in found] == [("你", 0, 1), ("好", 1, 2), ("吗", 5, 6)]
    assert joined(found) == "你好吗"
