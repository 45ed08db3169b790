"""What becomes a known name and what doesn't, by tables; and the words and times that go with it."""

from collections.abc import Callable

import pytest
from name_correct import Corrector
from name_list import known_names
from name_match import likeness, only_longer
from name_text import Vocabulary, tokens

from stagekit.documents import (
    CastMember,
    Entities,
    Entity,
    EntityKind,
    Movie,
    MovieMetadata,
    Segment,
    Word,
)

NAMES: list[tuple[str, EntityKind]] = [
    ("Zephyrine", "person"),
    ("Chidi Okafor", "person"),
    ("Thomas A. Anderson", "person"),
    ("Siobhan", "person"),
    ("Will Turner", "person"),
    ("Rosa", "person"),
    ("Marc", "person"),
    ("Robin", "person"),
    ("Martina", "person"),
    ("Mumbai", "place"),
    ("New Delhi", "place"),
    ("Van Dyke", "person"),
    ("The Matrix", "work"),
]
ENTITIES = Entities(
    language="en",
    entities=[Entity(text=text, kind=kind, sources=["character"]) for text, kind in NAMES],
    prompt="",
    prompt_tokens=0,
)
FUNCTION_WORDS = frozenset(
    {"a", "and", "april", "for", "in", "may", "the", "they", "this", "will", "you", "june"}
)


def corrected(
    text: str, threshold: float = 85, around: tuple[str, ...] = (), marked: set[int] | None = None
) -> Segment:
    """Return a segment of `text`, corrected in a transcript with the texts `around` it."""
    vocabulary = Vocabulary([text, *around], FUNCTION_WORDS)
    segment = Segment(start=0, end=10, text=text)
    return Corrector(known_names(ENTITIES, None), vocabulary, threshold).corrected(segment, marked)


HEARD = {
    "other letters": ("I saw Zeffirine there.", "I saw Zephyrine there."),
    "at the beginning": ("Zeffirine is here.", "Zephyrine is here."),
    "torn apart": ("Call doctor Oka for, please.", "Call doctor Okafor, please."),
    "torn apart, capitals": ("Ask Zephy Rine now.", "Ask Zephyrine now."),
    "place": ("We fly to Mumby tomorrow.", "We fly to Mumbai tomorrow."),
    "two words": ("We fly to New Deli tomorrow.", "We fly to New Delhi tomorrow."),
    "second of two, lower case": ("We fly to New dehli tomorrow.", "We fly to New Delhi tomorrow."),
    "written together": ("It was Vandyke again.", "It was Van Dyke again."),
    "part of a name": ("Good morning, Mr. Andersen.", "Good morning, Mr. Anderson."),
    "one of two words": ("My name is Tomas Anderson.", "My name is Thomas Anderson."),
    "possessive": ("That is Zeffirine's coat.", "That is Zephyrine's coat."),
    "marks around": ('He said "Zeffirine!" twice.', 'He said "Zephyrine!" twice.'),
    "all capitals": ("HELP ME, ZEFFIRINE!", "HELP ME, ZEPHYRINE!"),
    "twice": ("No, Zeffirine and Mumby.", "No, Zephyrine and Mumbai."),
}


@pytest.mark.parametrize("case", HEARD)
def test_what_whisper_hears_is_put_right(case: str) -> None:
    before, after = HEARD[case]
    assert corrected(before).text == after


LEFT = {
    "verb": "will you come with us?",
    "verb at the beginning": "Will you come with us?",
    "right already": "Then Will Turner and Rosa went home.",
    "part of a name is enough": "Good morning, Mr. Anderson.",
    "parts of a name": "Then Thomas Anderson came.",
    "verb like a name": "Mark the page.",
    "flower": "The rose is red. Rose petals fell.",
    "month": "I was born in April, in June, in May.",
    "another name": "I met Martin and Rosalind in Munich.",
    "too far": "This is Shivon speaking.",
    "name and preposition": "I saw Rob in the car.",
    "over the end of a sentence": "Look, New. Delhi is far away.",
    "title's words": "The matter is closed.",
    "short": "I told Ros and Tom.",
    "no letters": "... 12 -- !",
}


@pytest.mark.parametrize("case", LEFT)
def test_what_is_right_stays(case: str) -> None:
    segment = corrected(LEFT[case])
    assert (segment.text, segment.changes) == (LEFT[case], [])


def test_a_word_that_is_common_in_the_film_stays() -> None:
    """`Zephyrin` could be a cloth here: it stands in lower case elsewhere."""
    assert corrected("He took the Zephyrin home.").text == "He took the Zephyrine home."
    assert corrected("He took the Zephyrin home.", around=("some zephyrin",)).changes == []


def test_short_words_that_begin_a_sentence_need_a_witness() -> None:
    assert corrected("Mark came late.").changes == []
    assert corrected("Mark came late.", around=("I saw Mark there.",)).text == "Marc came late."
    assert corrected("Mark came late.", marked={0}).text == "Marc came late.", "a model says it is a name"
    assert corrected("Mark came late.", marked=set()).changes == []


def test_a_word_with_its_preposition_is_no_name_where_it_stands_alone() -> None:
    assert corrected("I saw Zephy Rine there.").text == "I saw Zephyrine there."
    assert corrected("I saw Zephy Rine there.", around=("I know Zephy well.",)).changes == []


def test_threshold() -> None:
    """Far ones need a low threshold; at 100 nothing but another way of writing the same is left."""
    assert corrected("This is Shivon speaking.", threshold=55).text == "This is Siobhan speaking."
    assert corrected("We fly to Mumby.", threshold=95).changes == []
    assert corrected("Call Oka for now.", threshold=100).text == "Call Okafor now."


LIKENESS = [
    ("Zeffirine", "Zephyrine", 86.7),
    ("Mumby", "Mumbai", 89.1),
    ("Andersen", "Anderson", 87.5),
    ("Okafor", "Okafor", 100),
    ("Zéphyrine", "Zephyrine", 100),
    ("Rose", "Rosa", 81.4),
    ("June", "Jane", 70),
    ("Shivon", "Siobhan", 57.3),
    ("April", "Avril", 80),
    ("Boston", "Mumbai", 17.6),
]


@pytest.mark.parametrize(("one", "other", "score"), LIKENESS)
def test_likeness(one: str, other: str, score: float) -> None:
    """The table behind the default threshold: what is the same name is above 85, what isn't below."""
    assert likeness(one, other) == likeness(other, one) == pytest.approx(score, abs=1)
    assert (likeness(one, other) >= 85) == (score >= 85)


def test_only_longer() -> None:
    assert only_longer("Martin", "Martina")
    assert not only_longer("Zephyrin", "Zephyrine"), "sounds the same"


Timed = tuple[str, float | None, float | None]


def timed(*words: Timed) -> Segment:
    made = [Word(text=text, start=start, end=end, confidence=0.5, speaker="A") for text, start, end in words]
    return Segment(start=0, end=10, text=" ".join(word.text for word in made), words=made)


def correct(segment: Segment) -> Segment:
    vocabulary = Vocabulary([segment.text], FUNCTION_WORDS)
    return Corrector(known_names(ENTITIES, None), vocabulary, 85).corrected(segment, None)


def test_words_keep_their_times() -> None:
    segment = correct(timed(("To", 1, 1.2), ("Mumby,", 1.3, 2), ("now.", None, None)))
    assert [(word.text, word.start, word.end) for word in segment.words] == [
        ("To", 1, 1.2),
        ("Mumbai,", 1.3, 2),
        ("now.", None, None),
    ]


RETIMED: dict[str, tuple[list[Timed], list[Timed]]] = {
    "two become one": (
        [("Call", 1, 1.5), ('"Oka', 2, 2.4), ('for,"', 2.5, 3), ("now.", 4, 5)],
        [("Call", 1, 1.5), ('"Okafor,"', 2, 3), ("now.", 4, 5)],
    ),
    "one becomes two": (
        [("Mr.", 1, 1.5), ("Vandyke's", 2, 2.9), ("coat.", 4, 5)],
        [("Mr.", 1, 1.5), ("Van", 2, 2.3), ("Dyke's", 2.3, 2.9), ("coat.", 4, 5)],
    ),
    "one has no time": (
        [("Call", 1, 1.5), ("Oka", 2, 2.4), ("for", None, None)],
        [("Call", 1, 1.5), ("Okafor", 2, 2.4)],
    ),
}


@pytest.mark.parametrize("case", RETIMED)
def test_words_written_together_or_apart_share_their_time(case: str) -> None:
    given, expected = RETIMED[case]
    segment = correct(timed(*given))
    found = [(word.text, word.start, word.end) for word in segment.words]
    assert [text for text, *_ in found] == [text for text, *_ in expected]
    assert [times for _, *times in found] == [pytest.approx(times) for _, *times in expected]
    assert segment.text == " ".join(word.text for word in segment.words)
    assert {word.speaker for word in segment.words} == {"A"}


def test_words_that_do_not_spell_the_text_are_left_with_it() -> None:
    segment = timed(("To", 1, 1.2), ("Mumby", 1.3, 2)).model_copy(update={"text": "Go to Mumby"})
    assert correct(segment) == segment


def test_each_change_is_listed() -> None:
    first, second = corrected("No, Zeffirine and Mumby.").changes
    assert (first.by, first.before, first.after) == ("post-ner", "Zeffirine", "Zephyrine")
    assert first.reason == "person of the film (character)"
    assert first.score == pytest.approx(86.7, abs=0.1)
    assert (second.before, second.after) == ("Mumby", "Mumbai")


def test_names_of_the_metadata() -> None:
    cast = [CastMember(name="Keanu Reeves", character='Thomas "Neo" Anderson / Neo (voice)', order=0)]
    movie = Movie(id=1, title="The Matrix", original_title="Matrix", original_language="en", cast=cast)
    metadata = MovieMetadata(title="x", year=None, movie=movie, candidates=[])
    texts = [name.text for name in known_names(None, metadata)]
    assert texts[0] == 'Thomas "Neo" Anderson'
    assert texts.index("Anderson") < texts.index("The Matrix") < texts.index("Keanu Reeves")
    assert "Neo" not in texts, "three letters are alike to too much"
    assert known_names(ENTITIES, metadata)[0].text == "Zephyrine", "entities come first"


def test_tokens() -> None:
    found = tokens("\"Mr. A. O'Neil's,\" said Dr. No-One… Yes")
    assert [token.core for token in found] == ["Mr", "A", "O'Neil", "said", "Dr", "No-One", "Yes"]
    assert [token.opens for token in found] == [True, True, False, False, False, True, True]


WRONG: dict[str, Callable[[str], str]] = {
    "identity": lambda text: text,
    "lower case": lambda text: text.lower(),
    "the first name for all": lambda text: " ".join("Zephyrine" for _ in text.split()),
    "marks are lost": lambda text: corrected(text).text.replace(",", "").replace("!", "").replace(".", ""),
    "the whole name for a part": lambda text: corrected(text).text.replace("Anderson", "Thomas A. Anderson"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_corrections_would_be_seen(mistake: str) -> None:
    table = {**dict(HEARD.values()), **{text: text for text in LEFT.values()}}
    assert any(WRONG[mistake](before) != after for before, after in table.items())
