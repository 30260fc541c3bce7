"""What a question is, whether it is sound, and when two are the same."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from lms.exams.rules.kinds import PLAIN, Difficulty, QuestionKind
from lms.kernel.ids import AssociationId
from lms.policy.model import Specialty

TRUE_FALSE = ("正确", "错误")
LETTERS = "ABCDEFGH"
MOST_OPTIONS = len(LETTERS)
MOST_PARTS = 10
LONGEST = {
    "stem": 4000,
    "option": 500,
    "explanation": 4000,
    "basis": 200,
    "chapter": 80,
}
"""Units: characters."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a case."""

    kind: QuestionKind
    stem: str
    options: tuple[str, ...]
    key: tuple[int, ...]
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question to add to the bank; a case has parts, and neither options nor key."""

    association_id: AssociationId | None
    specialty: Specialty | None
    kind: QuestionKind
    chapter: str
    stem: str
    options: tuple[str, ...] = ()
    key: tuple[int, ...] = ()
    explanation: str = ""
    basis: str = ""
    difficulty: Difficulty = Difficulty.MEDIUM
    parts: tuple[Part, ...] = ()

    @property
    def asked(self) -> "tuple[Part | NewQuestion, ...]":
        """Give what a person answers: the parts of a case, else the question."""
        return self.parts or (self,)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in which field. `part` is a case's question, counted from 1."""

    field: str
    code: str
    part: int = 0


def tidied(question: NewQuestion) -> NewQuestion:
    """Fold what was typed: one form of each character, no stray spaces or controls."""
    return replace(
        question,
        chapter=line(question.chapter),
        stem=text(question.stem),
        options=tuple(line(option) for option in question.options),
        key=tuple(sorted(question.key)),
        explanation=text(question.explanation),
        basis=line(question.basis),
        parts=tuple(
            replace(
                part,
                stem=text(part.stem),
                options=tuple(line(option) for option in part.options),
                key=tuple(sorted(part.key)),
                explanation=text(part.explanation),
            )
            for part in question.parts
        ),
    )


def text(typed: str) -> str:
    r"""Fold a text of several lines.

    >>> text("一 \r\n二\x07 ")
    '一\n二'
    """
    lines = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").splitlines()
    return "\n".join(_shown(each).rstrip() for each in lines).strip()


def line(typed: str) -> str:
    r"""Fold a text into one line.

    >>> line(" 甲\n乙 ")
    '甲 乙'
    """
    whole = unicodedata.normalize("NFC", typed)
    return " ".join(_shown(each).strip() for each in whole.splitlines()).strip()


def _shown(words: str) -> str:
    plain = words.replace("\t", " ")
    return "".join(c for c in plain if unicodedata.category(c) not in _UNSEEN)


_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})


def faults(question: NewQuestion) -> tuple[Fault, ...]:
    """List everything that is wrong with a question."""
    return tuple(_faults(question))


def _faults(question: NewQuestion) -> Iterator[Fault]:
    yield from _words(question)
    if question.kind is not QuestionKind.CASE:
        if question.parts:
            yield Fault("kind", "parts.none")
        yield from _answer(question, 0)
        return
    if question.options or question.key:
        yield Fault("options", "case.options")
    if not question.parts:
        yield Fault("parts", "parts.few")
    if len(question.parts) > MOST_PARTS:
        yield Fault("parts", "parts.many")
    for n, part in enumerate(question.parts, 1):
        if part.kind not in PLAIN:
            yield Fault("kind", "parts.kind", n)
        else:
            yield from _long(n, stem=part.stem, explanation=part.explanation)
            yield from _answer(part, n)


def _words(question: NewQuestion) -> Iterator[Fault]:
    if not question.chapter:
        yield Fault("chapter", "chapter.none")
    yield from _long(
        0,
        stem=question.stem,
        explanation=question.explanation,
        basis=question.basis,
        chapter=question.chapter,
    )


def _long(part: int, **fields: str) -> Iterator[Fault]:
    if not fields["stem"]:
        yield Fault("stem", "stem.none", part)
    for field, words in fields.items():
        if len(words) > LONGEST[field]:
            yield Fault(field, "long", part)


def _answer(asked: Part | NewQuestion, part: int) -> Iterator[Fault]:
    yield from _options(asked, part)
    key, there = set(asked.key), set(range(len(asked.options)))
    many = asked.kind is QuestionKind.MULTIPLE
    if not key or len(key) < len(asked.key):
        yield Fault("key", "key.none", part)
    elif not key <= there:
        yield Fault("key", "key.outside", part)
    elif many and len(key) < 2:  # noqa: PLR2004 - several
        yield Fault("key", "key.two", part)
    elif not many and len(key) > 1:
        yield Fault("key", "key.one", part)


def _options(asked: Part | NewQuestion, part: int) -> Iterator[Fault]:
    options = asked.options
    if not 2 <= len(options) <= MOST_OPTIONS:  # noqa: PLR2004 - a choice
        yield Fault("options", "options.count", part)
    elif asked.kind is QuestionKind.TRUE_FALSE and len(options) != len(TRUE_FALSE):
        yield Fault("options", "options.true_false", part)
    for n, option in enumerate(options):
        if not option:
            yield Fault(f"option{n}", "option.none", part)
        elif len(option) > LONGEST["option"]:
            yield Fault(f"option{n}", "long", part)
    if len({_folded(option) for option in options}) < len(options):
        yield Fault("options", "options.same", part)


def letters(key: Sequence[int]) -> str:
    """Write a key as people do.

    >>> letters((0, 2))
    'AC'
    """
    return "".join(LETTERS[place] for place in sorted(key))


def places(typed: str) -> tuple[int, ...] | None:
    """Read a key as people write it; None when it is none.

    >>> places("a、C")
    (0, 2)
    """
    told = [c for c in unicodedata.normalize("NFKC", typed).upper() if c not in " ,、;"]
    if not told or any(c not in LETTERS for c in told):
        return None
    return tuple(sorted(LETTERS.index(c) for c in told))


def shown_digest(asked: Part | NewQuestion, story: str = "") -> bytes:
    """Name what a paper shows of a question: kind, story, stem, options in order.

    The key is not in it: while a paper is open its digest must not tell the answer.
    """
    said = [asked.kind.value, story, asked.stem, list(asked.options)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()


def sameness(question: NewQuestion) -> bytes:
    """Name what makes two questions the same, whatever spacing, stops and order.

    Of one bank and specialty: the words of the stem, the options as a set. The key is
    left out, so one question with two keys is found.
    """
    said = [str(question.association_id or "shared"), str(question.specialty)]
    said.append(bare(question.stem))
    for asked in question.asked:
        said += [bare(asked.stem), *sorted(_folded(one) for one in asked.options)]
    return hashlib.sha256("\0".join(said).encode()).digest()


def same_key(one: NewQuestion, other: NewQuestion) -> bool:
    """Tell whether two questions that are the same also have the same answer."""
    return [_meant(each) for each in one.asked] == [
        _meant(each) for each in other.asked
    ]


def _meant(asked: Part | NewQuestion) -> set[str]:
    return {_folded(asked.options[place]) for place in asked.key}


_STOPS = str.maketrans("", "", "。，、；：？！“”‘’（）()《》〈〉【】[]「」…—_,;:?!'\"·")


def bare(words: str) -> str:
    """Leave of a text what carries meaning: no spaces, no stops, one width, one case.

    Signs that change a figure (. % - < ≥) stay.
    """
    return _folded(words).translate(_STOPS)


def _folded(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())


def wording(question: NewQuestion) -> str:
    """Give all that a question says, bare: for search and for likeness."""
    said = [question.stem] if question.parts else []
    for asked in question.asked:
        said += [asked.stem, *asked.options]
    return bare("\n".join(said))


def packed(question: NewQuestion) -> dict[str, Any]:
    """Write a question down as plain values; whose it is stays outside."""
    told = asdict(question)
    del told["association_id"]
    return told


def unpacked(told: Mapping[str, Any], owner: AssociationId | None) -> NewQuestion:
    """Read a question as it was written down."""
    return NewQuestion(
        association_id=owner,
        specialty=Specialty(told["specialty"]) if told["specialty"] else None,
        kind=QuestionKind(told["kind"]),
        chapter=told["chapter"],
        stem=told["stem"],
        options=tuple(told["options"]),
        key=tuple(told["key"]),
        explanation=told["explanation"],
        basis=told["basis"],
        difficulty=Difficulty(told["difficulty"]),
        parts=tuple(
            Part(
                QuestionKind(part["kind"]),
                part["stem"],
                tuple(part["options"]),
                tuple(part["key"]),
                part["explanation"],
            )
            for part in told["parts"]
        ),
    )
