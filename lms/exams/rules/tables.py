"""Questions as rows of a table, and back; every fault by its row and column.

A case takes several rows with the same number in 案例编号: the first, of kind 案例题,
tells the story, the others ask.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from lms.exams.rules.kinds import Difficulty, QuestionKind
from lms.exams.rules.questions import (
    LETTERS,
    TRUE_FALSE,
    Fault,
    NewQuestion,
    Part,
    faults,
    letters,
    line,
    places,
    tidied,
)
from lms.kernel.grids import CellKind, Grid
from lms.policy.model import Specialty

COLUMNS = (
    "kind", "specialty", "chapter", "difficulty", "stem",
    *(f"option{n}" for n in range(len(LETTERS))),
    "key", "explanation", "basis", "case",
)  # fmt: skip
HEADS: Mapping[str, str] = {
    "kind": "题型",
    "specialty": "专业",
    "chapter": "章节",
    "difficulty": "难度",
    "stem": "题干",
    **{f"option{n}": f"选项{letter}" for n, letter in enumerate(LETTERS)},
    "key": "答案",
    "explanation": "解析",
    "basis": "依据",
    "case": "案例编号",
}
KINDS: Mapping[str, QuestionKind] = {
    "单选题": QuestionKind.SINGLE,
    "多选题": QuestionKind.MULTIPLE,
    "判断题": QuestionKind.TRUE_FALSE,
    "案例题": QuestionKind.CASE,
}
SPECIALTIES: Mapping[str, Specialty | None] = {
    "公共": None,
    "建筑工程": Specialty.BUILDING,
    "公路工程": Specialty.HIGHWAY,
    "水利水电工程": Specialty.WATER,
    "市政公用工程": Specialty.MUNICIPAL,
    "矿业工程": Specialty.MINING,
    "机电工程": Specialty.MECHANICAL,
}
DIFFICULTIES: Mapping[str, Difficulty] = {
    "易": Difficulty.EASY,
    "中": Difficulty.MEDIUM,
    "难": Difficulty.HARD,
}
_SHORT = ("单选", "多选", "判断", "案例")
_TRUE = frozenset({"正确", "对", "是", "√", "true", "t", "a"})
_FALSE = frozenset({"错误", "错", "否", "×", "x", "false", "f", "b"})

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in a file: in which row (the head is row 1), column, and why."""

    row: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says: questions with their rows, or everything that is wrong."""

    questions: tuple[NewQuestion, ...]
    rows: tuple[int, ...]
    wrong: tuple[Wrong, ...]


@dataclass(slots=True)
class _Line:
    """One row of a table, opened."""

    n: int
    cells: dict[str, str]
    wrong: list[Wrong] = field(default_factory=list)

    def blame(self, column: str, code: str) -> None:
        self.wrong.append(Wrong(self.n, column, code))

    def named(self, column: str, known: Mapping[str, Value], usual: Value) -> Value:
        said = line(self.cells.get(column, ""))
        if said and said not in known:
            self.blame(column, f"{column}.unknown")
        return known.get(said, usual)


def read(grid: Grid) -> Read:
    """Read a table: all its questions, or every fault it has."""
    if not grid:
        return Read((), (), (Wrong(1, "", "head.missing"),))
    heads = [line(cell.text) for cell in grid[0]]
    found, wrong = _heads(heads)
    if wrong:
        return Read((), (), tuple(wrong))
    lines = [
        one
        for n, row in enumerate(grid[1:], 2)
        if (one := _line(n, row, found)) is not None
    ]
    return _gathered(lines)


def _heads(heads: Sequence[str]) -> tuple[dict[int, str], list[Wrong]]:
    names = {said: name for name, said in HEADS.items()}
    found = {place: names[said] for place, said in enumerate(heads) if said in names}
    wrong = [
        Wrong(1, said, "head.unknown") for said in heads if said and said not in names
    ]
    if len(set(found.values())) < len(found):
        wrong.append(Wrong(1, "", "head.twice"))
    wrong += [
        Wrong(1, name, "head.missing")
        for name in ("kind", "chapter", "stem", "option0", "option1", "key")
        if name not in found.values()
    ]
    return found, wrong


def _line(n: int, row: Sequence[object], heads: Mapping[int, str]) -> _Line | None:
    made = _Line(n, {})
    for place, cell in enumerate(row):
        kind, said = getattr(cell, "kind", None), getattr(cell, "text", "")
        name = heads.get(place)
        if kind is CellKind.FORMULA:
            made.blame(name or "", "cell.formula")
        elif name is None and said.strip():
            made.blame("", "cell.beside")
        elif name is not None:
            made.cells[name] = said
    whole = any(said.strip() for said in made.cells.values())
    return made if whole or made.wrong else None


def _gathered(lines: Sequence[_Line]) -> Read:
    questions: list[NewQuestion] = []
    rows: list[int] = []
    wrong: list[Wrong] = []
    for group in _groups(lines):
        question, found = _question(group)
        wrong += found
        if question is not None and not found:
            questions.append(question)
            rows.append(group[0].n)
    if not lines:
        wrong.append(Wrong(2, "", "rows.none"))
    return Read(tuple(questions), tuple(rows), tuple(sorted(wrong, key=_by_row)))


def _by_row(one: Wrong) -> tuple[int, int]:
    return one.row, COLUMNS.index(one.column) if one.column in COLUMNS else -1


def _groups(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Put the rows of a case together; they stand one below the other."""
    group: list[_Line] = []
    for one in lines:
        number = one.cells.get("case", "").strip()
        opened = group[0].cells.get("case", "").strip() if group else ""
        if number and number == opened:
            group.append(one)
            continue
        if group:
            yield group
        group = [one]
    if group:
        yield group


def _question(group: Sequence[_Line]) -> tuple[NewQuestion | None, list[Wrong]]:
    head = group[0]
    kind = _kind(head)
    if kind is None:
        return None, head.wrong
    made = _made(head, kind)
    if head.cells.get("case", "").strip() and kind is not QuestionKind.CASE:
        head.blame("case", "case.order")
    if kind is QuestionKind.CASE:
        made = replace(made, parts=tuple(_parts(group[1:])))
        if not head.cells.get("case", "").strip():
            head.blame("case", "case.number")
    clean = tidied(made)
    found = [wrong for one in group for wrong in one.wrong]
    if not found:
        found = [_placed(fault, group) for fault in faults(clean)]
    return clean, found


def _placed(fault: Fault, group: Sequence[_Line]) -> Wrong:
    column = {"options": "option0", "parts": "case"}.get(fault.field, fault.field)
    return Wrong(group[min(fault.part, len(group) - 1)].n, column, fault.code)


def _kind(one: _Line) -> QuestionKind | None:
    said = line(one.cells.get("kind", ""))
    if said in _SHORT:
        said += "题"
    if said not in KINDS:
        one.blame("kind", "kind.unknown" if said else "kind.none")
    return KINDS.get(said)


def _made(one: _Line, kind: QuestionKind) -> NewQuestion:
    options, key = ((), ()) if kind is QuestionKind.CASE else _answer(one, kind)
    if kind is QuestionKind.CASE:
        _nothing(one, ("key", *(f"option{n}" for n in range(len(LETTERS)))))
    return NewQuestion(
        association_id=None,
        specialty=one.named("specialty", SPECIALTIES, None),
        kind=kind,
        chapter=one.cells.get("chapter", ""),
        stem=one.cells.get("stem", ""),
        options=options,
        key=key,
        explanation=one.cells.get("explanation", ""),
        basis=one.cells.get("basis", ""),
        difficulty=one.named("difficulty", DIFFICULTIES, Difficulty.MEDIUM),
    )


def _nothing(one: _Line, columns: Iterable[str]) -> None:
    for column in columns:
        if one.cells.get(column, "").strip():
            one.blame(column, "case.told")


def _parts(group: Iterable[_Line]) -> Iterator[Part]:
    for one in group:
        kind = _kind(one)
        if kind is QuestionKind.CASE:
            one.blame("kind", "parts.kind")
        elif kind is not None:
            options, key = _answer(one, kind)
            stem, why = (one.cells.get(name, "") for name in ("stem", "explanation"))
            yield Part(kind, stem, options, key, why)


def _answer(one: _Line, kind: QuestionKind) -> tuple[tuple[str, ...], tuple[int, ...]]:
    said = [one.cells.get(f"option{n}", "") for n in range(len(LETTERS))]
    while said and not said[-1].strip():
        said.pop()
    if kind is QuestionKind.TRUE_FALSE and not said:
        said = list(TRUE_FALSE)
    return tuple(said), _key(one, kind)


def _key(one: _Line, kind: QuestionKind) -> tuple[int, ...]:
    typed = one.cells.get("key", "").strip()
    if not typed:
        one.blame("key", "key.none")
        return ()
    if kind is QuestionKind.TRUE_FALSE and typed.casefold() in _TRUE | _FALSE:
        return (0,) if typed.casefold() in _TRUE else (1,)
    found = places(typed)
    if found is None or len(set(found)) < len(found):
        one.blame("key", "key.unread")
        return ()
    return found


def rows(questions: Iterable[NewQuestion]) -> Iterator[tuple[str, ...]]:
    """Write questions as rows of a table, in the order of `COLUMNS`."""
    cases = 0
    for question in questions:
        number = ""
        if question.kind is QuestionKind.CASE:
            cases += 1
            number = f"案例{cases}"
        yield _row(question, question, number)
        for part in question.parts:
            yield _row(question, part, number)


def _row(
    question: NewQuestion, asked: NewQuestion | Part, number: str
) -> tuple[str, ...]:
    said = {
        "kind": _said(KINDS, asked.kind),
        "specialty": _said(SPECIALTIES, question.specialty),
        "chapter": question.chapter,
        "difficulty": _said(DIFFICULTIES, question.difficulty),
        "stem": asked.stem,
        "key": letters(asked.key),
        "explanation": asked.explanation,
        "basis": question.basis if asked is question else "",
        "case": number,
        **{f"option{n}": option for n, option in enumerate(asked.options)},
    }
    return tuple(said.get(name, "") for name in COLUMNS)


def _said(known: Mapping[str, Value], value: Value) -> str:
    return next(said for said, one in known.items() if one == value)
