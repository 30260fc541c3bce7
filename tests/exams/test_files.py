"""Questions in files: what is written is read again as it was, and faults are named."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.exams.rules import PLAIN, Difficulty, NewQuestion, Part, QuestionKind, gift
from lms.exams.rules import tables as sheets
from lms.exams.rules.questions import TRUE_FALSE, faults, tidied
from lms.gateways.workbooks import LocalWorkbooks
from lms.kernel.grids import Cell, CellKind, Limits
from lms.policy.model import Specialty

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The machine of a test has other work beside."""

TEXTS = st.text(
    st.one_of(
        st.sampled_from("~=#{}:\\%[]/$-><|\n .，（）AT甲乙丙丁😀"),
        st.characters(exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=24,
)


@st.composite
def answers(draw: st.DrawFn, kind: QuestionKind) -> dict[str, object]:
    count = 2 if kind is QuestionKind.TRUE_FALSE else draw(st.integers(2, 8))
    options = draw(st.lists(TEXTS, min_size=count, max_size=count))
    if kind is QuestionKind.TRUE_FALSE and draw(st.booleans()):
        options = list(TRUE_FALSE)
    many = kind is QuestionKind.MULTIPLE
    key = draw(st.sets(st.integers(0, count - 1), min_size=1 + many))
    return {
        "kind": kind,
        "stem": draw(TEXTS),
        "options": tuple(options),
        "key": tuple(sorted(key))[: None if many else 1],
        "explanation": draw(st.one_of(st.just(""), TEXTS)),
    }


@st.composite
def questions(draw: st.DrawFn) -> NewQuestion:
    kind = draw(st.sampled_from(QuestionKind))
    told: dict[str, object] = {"kind": kind, "stem": draw(TEXTS)}
    if kind is QuestionKind.CASE:
        kinds = draw(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=3))
        told["parts"] = tuple(Part(**draw(answers(one))) for one in kinds)  # type: ignore[arg-type]  # facts of several types
        told["explanation"] = draw(st.one_of(st.just(""), TEXTS))
    else:
        told |= draw(answers(kind))
    return tidied(
        NewQuestion(
            association_id=None,
            specialty=draw(st.sampled_from([None, *Specialty])),
            chapter=draw(TEXTS),
            basis=draw(st.one_of(st.just(""), TEXTS)),
            difficulty=draw(st.sampled_from(Difficulty)),
            **told,  # type: ignore[arg-type]  # facts of several types
        )
    )


BANKS = st.lists(
    questions().filter(lambda one: not faults(one)), min_size=1, max_size=5
)


@SLOW
@given(BANKS)
def test_gift_gives_back_what_was_written(bank: list[NewQuestion]) -> None:
    found = gift.read("".join(gift.write(bank)))

    assert found.wrong == ()
    assert list(found.questions) == bank


@SLOW
@given(BANKS)
def test_rows_give_back_what_was_written(bank: list[NewQuestion]) -> None:
    grid = [[Cell(sheets.HEADS[name]) for name in sheets.COLUMNS]]
    grid += [[Cell(said) for said in row] for row in sheets.rows(bank)]

    found = sheets.read(grid)

    assert found.wrong == ()
    assert list(found.questions) == bank


CASE = NewQuestion(
    None,
    Specialty.BUILDING,
    QuestionKind.CASE,
    "主体结构",
    "某工程背景…\n第二段。",
    basis="GB 50204",
    difficulty=Difficulty.HARD,
    parts=(
        Part(QuestionKind.SINGLE, "问一", ("甲", "乙"), (1,), "因为"),
        Part(QuestionKind.TRUE_FALSE, "问二", TRUE_FALSE, (0,)),
    ),
)
CURSED = NewQuestion(
    None,
    None,
    QuestionKind.MULTIPLE,
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    ("+1", "-1", "@SUM(A1)", "\u3000_x000D_"),
    (0, 2),
    "1.50\t与 1.5",
)


def test_a_workbook_gives_back_what_was_written_and_nothing_in_it_is_worked_out() -> (
    None
):
    bank = [tidied(CASE), tidied(CURSED)]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet, safe = book.add_worksheet(), book.add_format({"quote_prefix": True})
        for n, head in enumerate(sheets.COLUMNS):
            sheet.write_string(0, n, sheets.HEADS[head])
        for row, told in enumerate(sheets.rows(bank), 1):
            for n, words in enumerate(told):
                sheet.write_string(row, n, words, safe)

    grid = LocalWorkbooks().grid(file.getvalue(), Limits(50, 20, 5000))

    assert {cell.kind for row in grid for cell in row} == {CellKind.TEXT}
    found = sheets.read(grid)
    assert found.wrong == ()
    assert list(found.questions) == bank


def table(*rows: dict[str, str]) -> sheets.Read:
    grid = [[Cell(sheets.HEADS[name]) for name in sheets.COLUMNS]]
    grid += [[Cell(row.get(name, "")) for name in sheets.COLUMNS] for row in rows]
    return sheets.read(grid)


SOUND = {
    "kind": "单选题",
    "chapter": "一",
    "stem": "问",
    "option0": "甲",
    "option1": "乙",
    "key": "A",
}


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        pytest.param({"kind": "填空题"}, "kind", "kind.unknown", id="no such kind"),
        pytest.param({"kind": ""}, "kind", "kind.none", id="no kind"),
        pytest.param(
            {"specialty": "园林"}, "specialty", "specialty.unknown", id="no such field"
        ),
        pytest.param(
            {"difficulty": "5"}, "difficulty", "difficulty.unknown", id="no such level"
        ),
        pytest.param({"chapter": " "}, "chapter", "chapter.none", id="no chapter"),
        pytest.param({"stem": ""}, "stem", "stem.none", id="no stem"),
        pytest.param({"stem": "长" * 4001}, "stem", "long", id="a huge stem"),
        pytest.param({"option1": ""}, "option0", "options.count", id="one option"),
        pytest.param({"option1": "甲 "}, "option0", "options.same", id="twice one"),
        pytest.param({"option3": "丁"}, "option2", "option.none", id="a gap"),
        pytest.param({"key": ""}, "key", "key.none", id="no answer"),
        pytest.param({"key": "C"}, "key", "key.outside", id="an answer not offered"),
        pytest.param({"key": "甲"}, "key", "key.unread", id="an answer in words"),
        pytest.param({"key": "AB"}, "key", "key.one", id="two answers of one"),
        pytest.param(
            {"kind": "多选题"}, "key", "key.two", id="one answer where there are many"
        ),
        pytest.param({"case": "案例1"}, "case", "case.order", id="a part first"),
    ],
)
def test_a_fault_is_told_by_row_and_column(
    change: dict[str, str], column: str, code: str
) -> None:
    found = table(SOUND, {**SOUND, "stem": "另一问"} | change)

    assert [(one.row, one.column, one.code) for one in found.wrong] == [
        (3, column, code)
    ]


def test_every_fault_of_a_file_is_told_at_once() -> None:
    found = table({**SOUND, "key": "Z"}, {**SOUND, "kind": "x"}, {**SOUND, "stem": ""})

    assert [one.row for one in found.wrong] == [2, 3, 4]


def test_a_formula_and_a_word_beside_the_table_are_told() -> None:
    grid = [
        [Cell("题型"), Cell("章节"), Cell("题干"), Cell("选项A"), Cell("选项B"),
         Cell("答案")],
        [Cell("单选题"), Cell("一"), Cell("=", CellKind.FORMULA), Cell("甲"),
         Cell("乙"), Cell("A"), Cell("旁注")],
    ]  # fmt: skip

    codes = {(one.row, one.column, one.code) for one in sheets.read(grid).wrong}

    assert codes == {(2, "stem", "cell.formula"), (2, "", "cell.beside")}


def test_heads_that_are_missing_or_strange_are_told() -> None:
    found = sheets.read([[Cell("题型"), Cell("分值")]])

    codes = {(one.column, one.code) for one in found.wrong}
    assert ("分值", "head.unknown") in codes
    assert ("stem", "head.missing") in codes


def test_a_case_whose_rows_are_apart_is_told() -> None:
    head = {"kind": "案例题", "chapter": "一", "stem": "背景", "case": "1"}
    part = {**SOUND, "case": "1"}

    found = table(head, part, SOUND | {"stem": "另"}, part | {"stem": "散"})

    assert [(one.row, one.code) for one in found.wrong] == [(5, "case.order")]


@pytest.mark.parametrize("typed", ["对", "√", "T", "A", "TRUE", "正确"])
def test_true_is_read_as_people_write_it(typed: str) -> None:
    row = {"kind": "判断", "chapter": "一", "stem": "是吗", "key": typed}

    (question,) = table(row).questions

    assert (question.options, question.key) == (TRUE_FALSE, (0,))


MOODLE = """\ufeff// question: 1  name: x
$CATEGORY: $course$/top/建筑工程/主体结构

// [id:7] [tag:混凝土]
::Q1::[plain]混凝土的养护不少于\\: {
=7 天
~3 天
~1 天####看 GB 50204
}

::Q2::哪些是\\=号？{~%50%甲~%-100%乙~%50%丙}

地球是圆的。{TRUE}
"""


def test_what_moodle_writes_is_read() -> None:
    found = gift.read(MOODLE)

    assert found.wrong == ()
    one, two, three = found.questions
    assert (one.stem, one.options, one.key, one.explanation) == (
        "混凝土的养护不少于:",
        ("7 天", "3 天", "1 天"),
        (0,),
        "看 GB 50204",
    )
    assert (one.specialty, one.chapter) == (Specialty.BUILDING, "主体结构")
    assert (two.kind, two.stem, two.key) == (
        QuestionKind.MULTIPLE,
        "哪些是=号？",
        (0, 2),
    )
    assert (three.kind, three.key) == (QuestionKind.TRUE_FALSE, (0,))


@pytest.mark.parametrize(
    ("block", "code"),
    [
        pytest.param("配对 {=甲 -> 乙\n=丙 -> 丁}", "gift.feedback", id="matching"),
        pytest.param("几米？{#3:0.5}", "gift.kind", id="a number"),
        pytest.param("论述{}", "gift.no_answer", id="an essay"),
        pytest.param("谁 {=甲 ~乙 # 不对}", "gift.feedback", id="feedback by choice"),
        pytest.param("[html]<b>问</b>{=甲~乙}", "gift.format", id="formatted text"),
        pytest.param("问 {=甲~乙} 完", "gift.after", id="words after the braces"),
        pytest.param("问 {=甲~乙} 又 {=丙~丁}", "gift.braces", id="two gaps"),
        pytest.param("问 {=甲~%50%乙}", "gift.partial", id="half a point"),
        pytest.param("问 {=甲}", "options.count", id="a short answer"),
        pytest.param("$CATEGORY: 园林/一", "gift.category", id="no such field"),
    ],
)
def test_what_is_not_known_of_gift_is_refused_by_its_line(
    block: str, code: str
) -> None:
    found = gift.read(f"$CATEGORY: 公共/一\n\n{block}\n\n真的？{{T}}\n")

    assert [(one.row, one.code) for one in found.wrong] == [(3, code)]


def test_a_part_without_a_case_is_refused() -> None:
    found = gift.read("$CATEGORY: 公共/一\n\n// [tag:part]\n问 {=甲~乙}\n")

    assert [(one.row, one.code) for one in found.wrong] == [(4, "case.order")]


@SLOW
@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = gift.read(text)

    assert found.wrong or all(not faults(one) for one in found.questions)


def test_a_question_that_is_whole_has_no_fault_and_one_changed_has() -> None:
    assert faults(tidied(CASE)) == ()
    assert {one.code for one in faults(replace(CASE, parts=()))} == {"parts.few"}


def test_what_is_never_closed_is_read_once_and_not_again_from_each_sign() -> None:
    """A hundred thousand of them would otherwise keep a process busy for an hour."""
    many = 100_000
    tags = gift.read("//" + " [tag:" * many + "\nX {T}\n")
    braces = gift.read("X {" + "\n" * many)

    assert [one.code for one in tags.wrong] == ["chapter.none"]
    assert len(braces.wrong) == 1
