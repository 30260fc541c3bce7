"""GIFT, the text form of questions that Moodle reads and writes: the part we know.

Single and multiple choice, true-false, and a description before a case's questions.
Chapter and specialty stand in `$CATEGORY`, difficulty, basis and cases in tags of a
comment (as Moodle does), an explanation after `####`. What is not known (matching,
numbers, short answers, essays, formatted text) is refused, never guessed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lms.exams.rules.kinds import Difficulty, QuestionKind
from lms.exams.rules.questions import (
    MOST_OPTIONS,
    TRUE_FALSE,
    NewQuestion,
    Part,
    faults,
    tidied,
)
from lms.exams.rules.tables import SPECIALTIES, Read, Wrong
from lms.policy.model import Specialty

_SIGNS = "~=#{}:"
_CATEGORY = "$CATEGORY:"
_CASE, _PART, _KIND = "case", "part", "true_false"
_OPENS = "[tag:"
_TAG = re.compile(r"\[tag:((?:\\.|[^\]\\])*)\]")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,5})?)%")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_MEANT = re.compile(r"^(?=\[(?:html|moodle|plain|markdown)\]|//|\$|%)", re.IGNORECASE)
"""What would be a format, a comment, a category or a weight at a text's beginning."""

_TITLE = re.compile(r"\s*::((?:\\.|[^\\])*?)::", re.DOTALL)
_Answer = tuple[QuestionKind, tuple[str, ...], tuple[int, ...], str]
"""What stands in braces: kind, options, key, explanation."""

_LEVELS = {one.value: one for one in Difficulty}


class _Unread(Exception):
    """A block that is not what we know; carries the code of the reason."""

    def __init__(self, code: str, column: str = "stem") -> None:
        super().__init__(code)
        self.code, self.column = code, column


@dataclass(slots=True)
class _Block:
    """What stands between two empty lines: comments before, then the text.

    `depth` counts braces that are open: a blank line then ends no block.
    """

    n: int
    tags: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    depth: int = 0

    def add(self, said: str) -> None:
        """Take one more line."""
        bare = re.sub(r"\\.", "", said)
        self.depth += bare.count("{") - bare.count("}")
        self.lines.append(said)


def write(questions: Iterable[NewQuestion]) -> Iterator[str]:
    """Write questions, block by block."""
    yield "// 学时 题库 GIFT\n\n"
    here: tuple[Specialty | None, str] | None = None
    for question in questions:
        place = (question.specialty, question.chapter)
        if place != here:
            here = place
            yield f"$CATEGORY: {_category(question)}\n\n"
        yield _whole(question)


def _category(question: NewQuestion) -> str:
    named = next(n for n, one in SPECIALTIES.items() if one == question.specialty)
    # A stroke would begin a category below; the chapter's true name is then in a tag.
    return f"{named}/{question.chapter.replace('/', '／')}"


def _whole(question: NewQuestion) -> str:
    tags = [f"difficulty {question.difficulty.value}"]
    if question.basis:
        tags.append(f"basis {question.basis}")
    if "/" in question.chapter or "\\" in question.chapter:
        tags.append(f"chapter {question.chapter}")
    if question.kind is not QuestionKind.CASE:
        return _block(question, tags)
    told = "".join(_block(part, [_PART]) for part in question.parts)
    feedback = [f"explanation {question.explanation}"] if question.explanation else []
    marks = "".join(_tagged(tag) for tag in (_CASE, *tags, *feedback))
    return f"//{marks}\n{_escaped(question.stem)}\n\n{told}"


def _block(asked: NewQuestion | Part, tags: Sequence[str]) -> str:
    plain = asked.kind is QuestionKind.TRUE_FALSE and asked.options == TRUE_FALSE
    if asked.kind is QuestionKind.TRUE_FALSE and not plain:
        tags = [*tags, _KIND]
    inside = ("T" if asked.key == (0,) else "F") if plain else _choices(asked)
    if asked.explanation:
        inside += f"####{_escaped(asked.explanation)}"
    marks = "".join(_tagged(tag) for tag in tags)
    return f"//{marks}\n{_escaped(asked.stem)} {{{inside}}}\n\n"


def _choices(asked: NewQuestion | Part) -> str:
    many = asked.kind is QuestionKind.MULTIPLE
    return "\n" + "".join(
        f"{_sign(asked, n, many=many)}{_escaped(option)}\n"
        for n, option in enumerate(asked.options)
    )


def _sign(asked: NewQuestion | Part, n: int, *, many: bool) -> str:
    good = n in asked.key
    if not many:
        return "=" if good else "~"
    share = 100 / len(asked.key) if good else -100
    return f"~%{share:.5f}".rstrip("0").rstrip(".") + "%"


def _tagged(tag: str) -> str:
    said = tag.replace("\\", "\\\\").replace("]", "\\]").replace("\n", "\\n")
    return f" [tag:{said}]"


def _escaped(words: str) -> str:
    said = words.replace("\\", "\\\\").replace("->", "-\\>")
    for sign in _SIGNS:
        said = said.replace(sign, f"\\{sign}")
    return _MEANT.sub("\\\\", said).replace("\n", "\\n")


_AS_TYPED = {"n": "\n"}


def _plain(words: str) -> str:
    """Undo `_escaped`; what Moodle escapes beside is what it says."""
    return re.sub(
        r"\\(.)", lambda hit: _AS_TYPED.get(hit[1], hit[1]), words, flags=re.DOTALL
    ).strip()


def read(text: str) -> Read:
    """Read a text: all its questions, or every fault by its line.

    `row` is the line on which a question begins.
    """
    reader = _Reader()
    for block in _blocks(text):
        reader.take(block)
    return reader.ended()


def _blocks(text: str) -> Iterator[_Block]:
    block = _Block(1)
    for n, said in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        bare = said.strip()
        if bare.startswith("//"):
            block.tags |= _tags(bare)
        elif bare.upper().startswith(_CATEGORY) and not block.lines:
            yield _Block(n, lines=[bare])
        elif bare or (block.lines and block.depth > 0):
            block.n = block.n if block.lines else n
            block.add(said)
        elif block.lines:
            yield block
            block = _Block(n + 1)
    if block.lines:
        yield block


def _tags(comment: str) -> dict[str, str]:
    """Read the tags one after the other; what is never closed ends them.

    Each sign is looked at once: ten thousand that are never closed cost no more.
    """
    found: dict[str, str] = {}
    at = comment.find(_OPENS)
    while at >= 0 and (tag := _TAG.match(comment, at)) is not None:
        name, _space, value = _plain(tag[1]).partition(" ")
        found[name] = value
        at = comment.find(_OPENS, tag.end())
    return found


class _Reader:
    """Takes blocks in turn; a description opens a case, its parts follow."""

    def __init__(self) -> None:
        self._specialty: Specialty | None = None
        self._chapter = ""
        self._found: list[tuple[int, NewQuestion]] = []
        self._wrong: list[Wrong] = []

    def take(self, block: _Block) -> None:
        """Read one block, or note what is wrong with it."""
        try:
            if block.lines[0].upper().startswith(_CATEGORY):
                self._category(block)
            else:
                self._question(block)
        except _Unread as unread:
            self._wrong.append(Wrong(block.n, unread.column, unread.code))

    def _category(self, block: _Block) -> None:
        said = block.lines[0].partition(":")[2].strip()
        said = re.sub(r"^\$course\$/(top/)?", "", said, flags=re.IGNORECASE)
        named, _stroke, chapter = said.partition("/")
        if named.strip() not in SPECIALTIES or not chapter.strip():
            raise _Unread("gift.category", "chapter")
        self._specialty = SPECIALTIES[named.strip()]
        self._chapter = chapter

    def _question(self, block: _Block) -> None:
        stem, inside = _split("\n".join(block.lines))
        if _PART in block.tags:
            self._part(block, stem, inside)
            return
        why = block.tags.get("explanation", "")
        told: _Answer = (QuestionKind.CASE, (), (), why)
        if inside is not None:
            told = _answer(inside, block)
        kind, options, key, why = told
        self._found.append(
            (
                block.n,
                NewQuestion(
                    association_id=None,
                    specialty=self._specialty,
                    kind=kind,
                    chapter=block.tags.get("chapter", self._chapter),
                    stem=stem,
                    options=options,
                    key=key,
                    explanation=why,
                    basis=block.tags.get("basis", ""),
                    difficulty=_level(block),
                ),
            )
        )

    def _part(self, block: _Block, stem: str, inside: str | None) -> None:
        if not self._found or self._found[-1][1].kind is not QuestionKind.CASE:
            raise _Unread("case.order", "case")
        if inside is None:
            raise _Unread("gift.no_answer", "key")
        kind, options, key, why = _answer(inside, block)
        n, case = self._found[-1]
        part = Part(kind, stem, options, key, why)
        self._found[-1] = (n, replace(case, parts=(*case.parts, part)))

    def ended(self) -> Read:
        """Give what was read, held against the rules of questions."""
        wrong, clean = list(self._wrong), []
        for n, found in self._found:
            question = tidied(found)
            wrong += [Wrong(n, fault.field, fault.code) for fault in faults(question)]
            clean.append(question)
        if not self._found and not wrong:
            wrong.append(Wrong(1, "", "rows.none"))
        wrong.sort(key=lambda one: one.row)
        return Read(tuple(clean), tuple(n for n, _one in self._found), tuple(wrong))


def _level(block: _Block) -> Difficulty:
    said = block.tags.get("difficulty", Difficulty.MEDIUM.value)
    if said not in _LEVELS:
        raise _Unread("difficulty.unknown", "difficulty")
    return _LEVELS[said]


def _split(text: str) -> tuple[str, str | None]:
    """Part a block into its stem and what stands in braces, if anything does."""
    text = _TITLE.sub("", text, count=1) if _TITLE.match(text) else text
    told = _FORMAT.match(text)
    if told:
        if told[1].lower() != "plain":
            raise _Unread("gift.format")
        text = text[told.end() :]
    bare = re.sub(r"\\.", "\0\0", text, flags=re.DOTALL)
    opened, closed = bare.find("{"), bare.rfind("}")
    if opened < 0 and closed < 0:
        return _plain(text), None
    if opened < 0 or closed < opened or bare.count("{") > 1 or bare.count("}") > 1:
        raise _Unread("gift.braces")
    if text[closed + 1 :].strip():
        raise _Unread("gift.after", "stem")
    return _plain(text[:opened]), text[opened + 1 : closed]


def _answer(inside: str, block: _Block) -> _Answer:
    said, _marks, why = _cut(inside, "####")
    bare = said.strip().upper()
    if bare in {"T", "TRUE", "F", "FALSE"}:
        key = (0,) if bare.startswith("T") else (1,)
        return QuestionKind.TRUE_FALSE, TRUE_FALSE, key, _plain(why)
    if not bare:
        raise _Unread("gift.no_answer", "key")
    return *_chosen(_pieces(said), block), _plain(why)


def _chosen(
    pieces: Sequence[tuple[str, str]], block: _Block
) -> tuple[QuestionKind, tuple[str, ...], tuple[int, ...]]:
    weights = [_WEIGHT.match(words) for _sign, words in pieces]
    options = tuple(
        _plain(words[weight.end() :] if weight else words)
        for (_sign, words), weight in zip(pieces, weights, strict=True)
    )
    signed = tuple(n for n, (sign, _words) in enumerate(pieces) if sign == "=")
    if not any(weights):
        true_false = _KIND in block.tags
        kind = QuestionKind.TRUE_FALSE if true_false else QuestionKind.SINGLE
        return kind, options, signed
    if signed:
        raise _Unread("gift.partial", "key")
    key = tuple(n for n, one in enumerate(weights) if one and float(one[1]) > 0)
    return QuestionKind.MULTIPLE, options, key


def _pieces(said: str) -> list[tuple[str, str]]:
    """Part the choices at their signs; feedback to a choice is not ours to keep."""
    bare = re.sub(r"\\.", "\0\0", said, flags=re.DOTALL)
    if bare.lstrip()[:1] not in {"=", "~"}:
        raise _Unread("gift.kind", "key")
    if "#" in bare or "->" in bare:
        raise _Unread("gift.feedback", "key")
    starts = [n for n, sign in enumerate(bare) if sign in "=~"]
    if not starts or len(starts) > MOST_OPTIONS:
        raise _Unread("options.count", "option0")
    ends = [*starts[1:], len(said)]
    return [
        (said[start], said[start + 1 : end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _cut(text: str, mark: str) -> tuple[str, str, str]:
    """Part a text at the first mark that is not escaped."""
    bare = re.sub(r"\\.", "\0\0", text, flags=re.DOTALL)
    at = bare.find(mark)
    return (text, "", "") if at < 0 else (text[:at], mark, text[at + len(mark) :])
