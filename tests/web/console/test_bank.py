"""The bank's pages: list, versions, cases, twins, files in and out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook
from sqlalchemy import func, select

from lms.accounts.rules import Role
from lms.exams import queries, services
from lms.exams.models import Question, QuestionImport
from lms.exams.queries import BankFilters
from lms.exams.rules import NewQuestion, gift, tables
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.web.console import bank_reading
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import bank as make
from tests.make import catalogue

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
BANK = "/console/exams/bank"
FILES = f"{BANK}/files"
PLANS = "/console/exams/plans"


class Office:
    """An association with an author, a clerk, a manager and a small bank."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        self.begin = begin
        with begin() as work:
            self.here = catalogue.association(work)
            staff = [
                make_accounts.staff(
                    work, role, association_id=self.here, email=f"{role}@demo.example"
                )
                for role in (Role.AUTHOR, Role.CLERK, Role.MANAGER)
            ]
            self.first = services.add_question(work, make.question(self.here, 1))
            self.case = services.add_question(work, make.case(self.here, 2))
            self.shared = services.add_question(work, make.question(None, 3))
        self.author, self.clerk, self.manager = (sign(each) for each in staff)

    def count(self) -> int:
        db.session.rollback()
        return db.session.scalar(select(func.count(Question.id))) or 0

    def all(self) -> list[NewQuestion]:
        db.session.rollback()
        found = BankFilters(own=True, state="all")
        return list(queries.every(db.session(), self.here, found))


@pytest.fixture
def office(begin: Begin, browser_of: Sign) -> Office:
    return Office(begin, browser_of)


FIELDS = {
    "specialty": "building",
    "kind": "single",
    "chapter": "二",
    "difficulty": "hard",
    "stem": "新的一题问什么",
    "options": "甲\n乙\n\n丙",
    "key": "b",
    "explanation": "",
    "basis": "GB 2",
}


def test_an_author_adds_a_question_and_finds_it(office: Office) -> None:
    made = office.author.post(f"{BANK}/new", FIELDS)

    assert made.status_code == 303
    page = office.author.get(made.location).text
    assert "新的一题问什么" in page
    assert "B. 乙" in page
    listed = office.author.get(f"{BANK}?words=新的一题&chapter=二&difficulty=hard").text
    assert made.location.rpartition("/")[2] in listed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"stem": ""}, "请填写", id="no stem"),
        pytest.param({"key": "F"}, "答案不在选项里。", id="a key not offered"),
        pytest.param({"key": "乙"}, "答案不在选项里。", id="a key in words"),
        pytest.param({"options": "甲"}, "选项要有 2 至 8 个。", id="one option"),
        pytest.param(
            {"kind": "multiple"}, "多选题至少有两个答案。", id="one key of many"
        ),
        pytest.param({"stem": "第1题问的是什么？"} | {"options": "甲\n乙\n丙\n丁"},
                     "题库中已有相同的题目。", id="there already"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    office: Office, change: dict[str, str], words: str
) -> None:
    before = office.count()

    page = office.author.post(f"{BANK}/new", FIELDS | change)

    assert page.status_code == 422
    assert words in page.text
    assert "GB 2" in page.text
    assert office.count() == before


def test_an_edit_makes_the_next_version_and_shows_both(office: Office) -> None:
    form = office.author.get(f"{BANK}/{office.first}/edit").text
    assert "第1题问的是什么" in form
    assert "第 2 版" in form

    saved = office.author.post(f"{BANK}/{office.first}/edit", FIELDS)

    page = office.author.get(saved.location).text
    assert page.count("第 2 版") >= 1
    assert f"{BANK}/{office.first}" in page
    old = office.author.get(f"{BANK}/{office.first}").text
    assert "这是旧版本" in old
    assert office.author.get(f"{BANK}/{office.first}/edit").status_code == 404
    again = office.author.post(saved.location + "/edit", FIELDS)
    assert again.status_code == 422
    assert "内容没有变化" in again.text


def test_a_question_is_retired_and_comes_back(office: Office) -> None:
    one = f"{BANK}/{office.first}"

    assert office.author.post(f"{one}/retire").status_code == 303
    assert "第1题" not in office.author.get(BANK).text
    assert "第1题" in office.author.get(f"{BANK}?state=retired").text
    assert office.author.post(f"{one}/restore").status_code == 303
    assert "第1题" in office.author.get(BANK).text


def test_a_case_is_written_block_by_block(office: Office) -> None:
    fields = {
        "specialty": "",
        "chapter": "案例",
        "difficulty": "medium",
        "stem": "背景如何",
        "basis": "",
        "parts-0-kind": "single",
        "parts-0-stem": "一问",
        "parts-0-options": "甲\n乙",
        "parts-0-key": "A",
        "parts-0-explanation": "",
        "parts-1-kind": "true_false",
        "parts-1-stem": "二问",
        "parts-1-options": "",
        "parts-1-key": "Z",
        "parts-1-explanation": "",
    }
    more = office.author.post(f"{BANK}/new?kind=case", fields | {"more": "1"})
    assert "第 3 小题" in more.text

    wrong = office.author.post(f"{BANK}/new?kind=case", fields)
    assert wrong.status_code == 422
    assert "答案不在选项里。" in wrong.text

    empty = {f"parts-2-{name}": "" for name in ("stem", "options", "key")}
    empty["parts-2-kind"] = "single"
    made = office.author.post(
        f"{BANK}/new?kind=case", fields | empty | {"parts-1-key": "B"}
    )
    page = office.author.get(made.location).text
    assert "背景如何" in page
    assert "B. 错误" in page


def test_the_shared_bank_is_seen_and_not_touched(office: Office) -> None:
    page = office.author.get(f"{BANK}/{office.shared}").text

    assert "平台公共题库" in page
    assert f"{BANK}/{office.shared}/edit" not in page
    assert office.author.get(f"{BANK}/{office.shared}/edit").status_code == 404
    assert office.author.post(f"{BANK}/{office.shared}/retire").status_code == 404


def test_a_manager_looks_and_changes_nothing_and_a_clerk_sees_no_keys(
    office: Office,
) -> None:
    page = office.manager.get(f"{BANK}/{office.first}").text

    assert "正确答案" in page
    assert "/edit" not in page
    assert office.manager.post(f"{BANK}/{office.first}/retire").status_code == 403
    for path in (BANK, f"{BANK}/{office.first}", "/console/exams/analysis"):
        assert office.clerk.get(path).status_code == 403


def test_nearly_the_same_is_told_when_saved_and_shown_side_by_side(
    office: Office,
) -> None:
    long = "根据危大工程管理规定开挖深度达到三米的基坑土方开挖支护降水属于危大工程"
    office.author.post(f"{BANK}/new", FIELDS | {"stem": long})
    made = office.author.post(
        f"{BANK}/new", FIELDS | {"stem": long.replace("三米", "五米")}
    )

    assert "相近" in office.author.get(made.location).text
    page = office.author.get(f"{BANK}/twins").text
    assert page.count("基坑土方") == 2
    found = re.search(rf"{BANK}/twins/[0-9a-f-]{{36}}/[0-9a-f-]{{36}}", page)
    assert found is not None
    settled = office.author.post(found.group())
    assert settled.status_code == 303
    assert "没有相近的题目" in office.author.get(f"{BANK}/twins").text


# -- files ----------------------------------------------------------------------


def workbook(rows: list[tuple[str, ...]]) -> io.BytesIO:
    file = io.BytesIO()
    heads = tuple(tables.HEADS[name] for name in tables.COLUMNS)
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate([heads, *rows]):
            for place, words in enumerate(row):
                sheet.write_string(n, place, words)
    file.seek(0)
    return file


def send(office: Office, file: io.BytesIO, name: str = "题.xlsx") -> Any:
    return office.author.post(
        FILES, {"file": (file, name)}, content_type="multipart/form-data"
    )


def rows_of(*questions: NewQuestion) -> list[tuple[str, ...]]:
    return list(tables.rows(questions))


def test_a_file_is_read_previewed_and_stored_when_somebody_says_so(
    office: Office,
) -> None:
    before = office.count()
    told = rows_of(make.question(None, 7), make.case(None, 8), make.question(None, 1))

    sent = send(office, workbook(told))

    assert sent.status_code == 303
    preview = office.author.get(sent.location).text
    assert office.count() == before
    assert "2 题" in preview
    assert "1 题" in preview
    done = office.author.post(f"{sent.location}/commit")
    assert "导入完成" in office.author.get(done.location).text
    assert office.count() == before + 1 + 4
    again = office.author.post(f"{sent.location}/commit")
    assert again.status_code == 409
    assert office.manager.get(sent.location).status_code == 403


def test_one_wrong_row_stores_nothing_and_every_fault_is_told(office: Office) -> None:
    before = office.count()
    good = rows_of(make.question(None, 7))[0]
    key = tables.COLUMNS.index("key")
    bad = [*good[:key], "Z", *good[key + 1 :]]
    kind = ["填空题", *good[1:]]

    page = send(office, workbook([good, tuple(bad), tuple(kind)]))

    assert page.status_code == 422
    assert "2 处" in page.text
    for words in ("3", "答案", "答案请写字母", "4", "题型"):
        assert words in page.text
    assert office.count() == before
    assert db.session.scalar(select(func.count(QuestionImport.id))) == 0


def test_the_same_question_with_another_key_is_told(office: Office) -> None:
    other = make.question(None, 1, key=(3,))
    page = send(office, workbook(rows_of(other)))
    assert "题库中有相同的题目，但答案不同" in page.text

    twice = rows_of(make.question(None, 9), make.question(None, 9, key=(2,)))
    page = send(office, workbook(twice))
    assert "与本文件第 2 行相同但答案不同" in page.text


def test_a_file_of_what_is_there_stores_nothing(office: Office) -> None:
    sent = send(office, workbook(rows_of(make.question(None, 1))))

    assert sent.status_code == 303
    assert sent.location.endswith(FILES)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param(b"", "a.xlsx", id="nothing"),
        pytest.param(b"PK\3\4 no workbook", "a.xlsx", id="a broken workbook"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", "a.xls", id="old"),
        pytest.param(b"\xff\xfe\0\0\xff", "a.gift", id="no text"),
        pytest.param(b"%PDF-1.7 x", "a.xlsx", id="another kind of file"),
        pytest.param("问 {".encode() * 9, "a.gift", id="open braces"),
        pytest.param(b"x" * 2001, "a.gift", id="too long"),
    ],
)
def test_what_is_no_file_of_questions_is_refused_by_name(
    office: Office, body: bytes, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_reading, "_TEXT_BYTES", 2000)
    page = send(office, io.BytesIO(body), name)

    assert page.status_code == 422
    assert "导入题目" in page.text


def test_the_questions_leave_with_their_filter_in_the_file(office: Office) -> None:
    asked = "specialty=common&kind=single&state=all&words=安全"
    book = load_workbook(
        io.BytesIO(office.manager.post(f"{FILES}/export/xlsx?{asked}").data)
    )

    told = {a.value: b.value for a, b in book["筛选条件"].iter_rows(max_col=2)}
    assert told["专业"] == "公共"
    assert told["题型"] == "单选题"
    assert (told["查找"], told["状态"]) == ("安全", "全部")
    assert (told["章节"], told["只看本协会的"]) == ("全部", "否")


def test_what_goes_out_comes_in_again_as_it_was(office: Office) -> None:
    cursed = make.question(
        office.here, 5, stem='=HYPERLINK("http://evil.example")', options=("+1", "-1")
    )
    with office.begin() as work:
        make.fill(work, [cursed])
    wanted = office.all()
    book = office.manager.post(f"{FILES}/export/xlsx?own=1&state=all").data
    text = office.manager.post(f"{FILES}/export/gift?own=1&state=all").data

    sheet = load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
    assert kinds == {"s"}
    assert _owned(office, gift.read(text.decode()).questions) == wanted
    with office.begin() as work:
        for row in work.session.scalars(select(Question)):
            row.association_id = None if row.association_id is None else new_id()
            row.sameness = row.id.bytes
    for file, name in ((book, "a.xlsx"), (text, "a.gift")):
        sent = send(office, io.BytesIO(file), name)
        card = office.author.get(sent.location)
        assert card.status_code == 200
        assert f"{len(wanted)} 题" in card.text
    office.author.post(f"{sent.location}/commit")
    assert sorted(one.stem for one in office.all()) == sorted(o.stem for o in wanted)
    assert set(office.all()) == set(wanted)


def _owned(office: Office, found: tuple[NewQuestion, ...]) -> list[NewQuestion]:
    return [replace(one, association_id=office.here) for one in found]


def test_the_templates_are_files_that_can_be_sent(office: Office) -> None:
    book = office.author.get(f"{FILES}/template/xlsx").data
    text = office.author.get(f"{FILES}/template/gift").data

    made = load_workbook(io.BytesIO(book))
    assert made.sheetnames == ["题目", "示例"]
    assert [cell.value for cell in made["题目"][1]] == [
        tables.HEADS[name] for name in tables.COLUMNS
    ]
    assert send(office, io.BytesIO(text), "a.gift").status_code == 303
    assert office.author.get(f"{FILES}/template/doc").status_code == 404


def test_five_thousand_rows_are_read_compared_and_stored(
    office: Office,
) -> None:
    many = [
        make.question(None, n, stem=f"第{n}号规范第{n * 7}条对{n * 13}有何要求")
        for n in range(100, 5100)
    ]
    file = workbook(rows_of(*many))

    sent = send(office, file)
    stored = office.author.post(f"{sent.location}/commit")

    assert stored.status_code == 303
    assert len(office.all()) == 5002
