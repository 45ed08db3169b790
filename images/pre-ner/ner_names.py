"""Names of a film: out of its structured fields and its overview, each once, most important first."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from stagekit.documents import Entity, EntityKind, Movie

CREW_JOBS = ("Director", "Screenplay", "Writer", "Story", "Novel", "Characters", "Original Music Composer")
"""Who is named beside the actors: what a film is praised or blamed for."""

KINDS: dict[str, EntityKind] = {
    "PERSON": "person",
    "PER": "person",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "ORG": "organization",
    "WORK_OF_ART": "work",
    "NORP": "other",
    "EVENT": "other",
    "PRODUCT": "other",
    "MISC": "other",
}
"""What spaCy's labels are here (OntoNotes and WikiNER). Dates, numbers and the like are no names."""

_ROLES = """
additional adult agent anchor angry announcer assistant baby banker bartender beautiful blonde boss
bouncer boy boyfriend bride brother businessman businesswoman butler captain cashier chef chief child
clerk commander cop crew croupier crowd customer dad dancer daughter detective doctor driver drunk elderly
extra fan farmer fat father female fight fighter fireman first friend gang gangster gardener general girl
girlfriend grandfather grandmother groom guard guest guy head henchman host hostess hotel housekeeper
husband inmate janitor journalist judge kid lady lawyer lead lieutenant little maid male man manager mayor
mechanic member men messenger model mom mother mum musician nanny narrator neighbor neighbour news nun
nurse officer old operator other owner paramedic party passenger patient pedestrian photographer pilot
police policeman policewoman priest prison prisoner professor prostitute psychiatrist receptionist
reporter sailor salesman scientist second secretary security sergeant servant sheriff shopkeeper singer
sister sniper soldier son stewardess student surgeon tall taxi teacher technician teen teenager therapist
third thug tourist townsperson translator twin uncle various vendor victim villager voice voices waiter
waitress warden wife woman women worker young
"""
ROLES = frozenset(_ROLES.split())
"""Words of parts without a name: "Police Officer #2", "Woman in Elevator"."""

_SELF = re.compile(r"(self|himself|herself|themselves|themself)\b", re.IGNORECASE)
_AGE = re.compile(r"(?:young|younger|older|teenage|teen|adult|baby) (?=\w)", re.IGNORECASE)
_QUOTES = '"\u201c\u201d\u00ab\u00bb'
_SINGLE = "'\u2018\u2019"
_NICKNAME = re.compile(
    rf"[{_QUOTES}]([^{_QUOTES}]+)[{_QUOTES}]|(?<=\s)[{_SINGLE}]([^{_SINGLE}]+)[{_SINGLE}](?=\s|$)"
)
_ASIDE = re.compile("[(\\[\uff08][^)\\]\uff09]*[)\\]\uff09]?")
_DASHES = "-\u2013\u2014"

RANKS = ("character", "person", "place", "organization", "title", "work", "other", "original", "cast", "crew")
"""Most important first.

What characters call each other is said most, and misheard most: invented, foreign, short. Billing orders
them. Then who else the overview names, then where it plays and for whom they work. The title is often a name
or a word of the film. Actors and crew are said in no film (but in one about themselves, where they are
characters): they stand last, and never in the prompt, which has little room.
"""

UNSAID = ("original", "cast", "crew")
"""Ranks that don't go into the prompt; the original title is of another language than the rest."""


@dataclass(frozen=True)
class Mention:
    """A name where it stands."""

    text: str
    kind: EntityKind
    source: str
    rank: str


@dataclass
class Name:
    """A name, and all places where it stands."""

    text: str
    kind: EntityKind
    rank: str
    sources: list[str] = field(default_factory=list)

    def entity(self) -> Entity:
        """Return it as the document has it."""
        return Entity(text=self.text, kind=self.kind, sources=self.sources)


def structured(movie: Movie) -> Iterator[Mention]:
    """Give the names in the fields of `movie`."""
    for member in movie.cast:
        for name in characters(member.character, member.name):
            yield Mention(name, "person", "character", "character")
        yield Mention(_tidy(member.name), "person", "cast", "cast")
    for crew in movie.crew:
        if crew.job in CREW_JOBS:
            yield Mention(_tidy(crew.name), "person", "crew", "crew")
    yield Mention(_tidy(movie.title), "work", "title", "title")
    yield Mention(_tidy(movie.original_title), "work", "title", "original")


def characters(role: str, actor: str) -> list[str]:
    """Return the names in what TMDB calls a character; none for a part without a name.

    `Thomas A. Anderson / Neo` are two, `Robert "Bob" Parr (voice)` is Robert Parr and Bob, `Self` is the
    actor.
    """
    names: list[str] = []
    for part in re.split(r"/|;|\b(?:aka|AKA|a\.k\.a\.)(?!\w)", _ASIDE.sub(" ", role)):
        nicknames = [one or other for one, other in _NICKNAME.findall(part)]
        for name in (_tidy(_NICKNAME.sub(" ", part)), *map(_tidy, nicknames)):
            if _SELF.match(name):
                names.append(_tidy(actor))
            elif _is_name(name):
                names.append(_AGE.sub("", name, count=1))
    return list(dict.fromkeys(names))


def _is_name(text: str) -> bool:
    """Say whether a part has a name: a capital, where its script has some, and not words for roles alone."""
    if "#" in text or not _has_capital(text):
        return False
    before_place = re.split(r"\b(?:in|at|on|with|from)\b", text.casefold())[0]
    words = [word for word in re.findall(r"[^\W\d_]+", before_place) if word not in ("the", "a", "an")]
    return any(word.removesuffix("s") not in ROLES and word not in ROLES for word in words)


def _has_capital(text: str) -> bool:
    """Say whether a word begins with a capital, or with a letter of a script that has none."""
    return any(unicodedata.category(word[0]) in ("Lu", "Lt", "Lo") for word in text.split())


def of_label(text: str, label: str) -> Mention | None:
    """Return what a model found in the overview as a mention; None where it is no name."""
    kind = KINDS.get(label)
    name = re.sub(rf"[{_SINGLE}]s?$", "", _tidy(re.sub(r"^(the|a|an) ", "", text)))
    if kind is None or len(name) < 2 or not _has_capital(name):
        return None
    return Mention(name, kind, "overview", kind)


def _tidy(text: str) -> str:
    """Return composed letters and single spaces, without marks around and what Whisper takes as control."""
    plain = unicodedata.normalize("NFC", text).replace("<|", " ").replace("|>", " ")
    plain = "".join(" " if unicodedata.category(char) in ("Cc", "Zs", "Zl", "Zp") else char for char in plain)
    return " ".join(plain.split()).strip(f" ,;:*_{_DASHES}{_QUOTES}")


def merge(mentions: Iterable[Mention]) -> list[Name]:
    """Return each name once, most important first (`RANKS`), with all its sources.

    The same name is one whatever its case, accents, punctuation or article; the more important one says what
    it is. A part of a name (`Anderson`) goes up in the whole (`Thomas A. Anderson`): both are said, but the
    whole spells both. Not so for actors and crew: John the character isn't John Smith who plays him.
    """
    names: list[Name] = []
    for mention in sorted(mentions, key=lambda found: RANKS.index(found.rank)):
        if not _key(mention.text):
            continue
        name = next((name for name in names if _same(name, mention)), None)
        if name is None:
            name = Name(mention.text, mention.kind, mention.rank)
            names.append(name)
        elif len(_key(mention.text)) > len(_key(name.text)):
            name.text = mention.text
        if mention.source not in name.sources:
            name.sources.append(mention.source)
    return names


def _same(name: Name, mention: Mention) -> bool:
    one, other = _key(name.text), _key(mention.text)
    if one == other:
        return True
    real = {"cast", "crew"} & {name.rank, mention.rank}
    return not real and name.kind == mention.kind and (_within(one, other) or _within(other, one))


def covers(names: Iterable[str], name: str) -> bool:
    """Say whether one of `names` spells `name` too."""
    return any(_within(_key(name), _key(other)) for other in names)


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Say whether `part` stands in `whole`, word by word."""
    return any(part == whole[at : at + len(part)] for at in range(len(whole) - len(part) + 1))


def _key(text: str) -> tuple[str, ...]:
    """Return the words in lower case without Latin accents, articles in front and punctuation."""
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", text.casefold()) if not "\u0300" <= char <= "\u036f"
    )
    kept = "".join(
        char if unicodedata.category(char)[0] in "LNM" else " " for char in re.sub(rf"[.{_SINGLE}]", "", bare)
    )
    words = kept.split()
    return tuple(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)
