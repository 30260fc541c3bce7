"""Plans for papers and the analysis of questions, as the console shows them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from lms.exams import queries, services
from lms.exams.rules import Row
from lms.kernel.ids import PersonId, new_id
from tests.conftest import Browser
from tests.make import bank as make
from tests.make.bank import CASE, SINGLE
from tests.web.console.test_bank import Office

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
BANK = "/console/exams/bank"
FILES = f"{BANK}/files"
PLANS = "/console/exams/plans"


@pytest.fixture
def office(begin: Begin, browser_of: Sign) -> Office:
    return Office(begin, browser_of)


# -- plans ----------------------------------------------------------------------

PLAN = {
    "specialty": "",
    "since": "2026-11-21",
    "minutes": "45",
    "pass_mark": "60",
    "retakes": "1",
    "reason": "换成新的方案",
    "rows-0-kind": "single",
    "rows-0-chapter": "",
    "rows-0-difficulty": "",
    "rows-0-count": "2",
    "rows-0-points": "35",
    "rows-0-common": "",
    "rows-1-kind": "case",
    "rows-1-chapter": "一",
    "rows-1-difficulty": "",
    "rows-1-count": "1",
    "rows-1-points": "30",
    "rows-1-common": "",
}


def test_a_clerk_puts_a_plan_and_the_manager_puts_it_in_force(office: Office) -> None:
    assert "默认方案" in office.clerk.get(PLANS).text
    assert office.clerk.get(f"{PLANS}/new").status_code == 200

    put = office.clerk.post(f"{PLANS}/new", PLAN)

    assert put.status_code == 303
    assert "待定组卷方案" in office.manager.get("/console").text
    page = office.manager.get(put.location).text
    assert "同意启用" in page
    assert office.clerk.post(
        f"{put.location}/decide", {"answer": "yes"}
    ).status_code == (403)
    silent = office.manager.post(f"{put.location}/decide", {"answer": "no"})
    assert silent.status_code == 422
    done = office.manager.post(f"{put.location}/decide", {"answer": "yes"})
    assert done.status_code == 303
    assert "45 分钟" in office.author.get(PLANS).text


def test_a_plan_that_the_bank_cannot_fill_says_what_is_missing(office: Office) -> None:
    many = PLAN | {"rows-0-count": "7", "rows-0-points": "10"}

    page = office.clerk.post(f"{PLANS}/new", many)

    assert page.status_code == 422
    assert "建筑工程 · 单选题：需要 7 题，题库只能抽出 2 题。" in page.text
    assert "换成新的方案" in page.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"rows-0-points": "30"}, "合计必须正好是 100 分", id="90 points"),
        pytest.param({"minutes": "5"}, "10 到 300 分钟", id="five minutes"),
        pytest.param({"since": "2026-11-20"}, "不能早于今天", id="yesterday"),
        pytest.param({"since": "x"}, "", id="no day"),
        pytest.param({"minutes": "x"}, "", id="no number"),
        pytest.param({"reason": ""}, "", id="no reason"),
        pytest.param({"rows-0-kind": "essay"}, "", id="no kind"),
    ],
)
def test_a_plan_that_is_wrong_is_refused_and_kept_on_the_page(
    office: Office, change: dict[str, str], words: str
) -> None:
    page = office.clerk.post(f"{PLANS}/new", PLAN | change)

    assert page.status_code == 422
    assert words in page.text


def test_who_put_a_plan_takes_it_back_and_nobody_else(office: Office) -> None:
    put = office.clerk.post(f"{PLANS}/new", PLAN)

    assert office.author.post(f"{put.location}/withdraw").status_code == 422
    assert office.clerk.post(f"{put.location}/withdraw").status_code == 303
    assert "已撤回" in office.clerk.get(PLANS).text


# -- analysis --------------------------------------------------------------------


def test_the_analysis_shows_figures_charts_options_and_a_table(office: Office) -> None:
    with office.begin() as work:
        make.in_force(
            work,
            office.here,
            make.plan(Row(SINGLE, 2, 2000), Row(CASE, 1, 6000)),
            work.now.date(),
        )
        for n in range(24):
            person = PersonId(new_id())
            attempt = services.start(work, person, make.sitting(office.here))
            keys = queries.right_answers(work.session, attempt)
            answers = {
                place: list(key) for place, key in enumerate(keys) if n % 5 > place
            }
            services.submit(work, person, attempt, answers)

    page = office.manager.get("/console/exams/analysis").text
    one = office.manager.get(f"/console/exams/analysis/{office.first}").text
    case = office.manager.get(f"/console/exams/analysis/{office.case}").text
    file = "/console/exams/analysis/export.xlsx?kind=single&span=year"
    book = load_workbook(io.BytesIO(office.manager.post(file).data))

    assert page.count('<svg class="chart"') == 2
    assert "<td>0.0 – 0.1</td>" in page
    assert "高分组" in one
    assert "没有作答" in one
    assert "第 3 小题" in case
    assert {row[2] for row in book["题目分析"].values} == {"题型", "单选题"}
    told = {a.value: b.value for a, b in book["筛选条件"].iter_rows(max_col=2)}
    assert (told["题型"], told["时间"], told["专业"]) == ("单选题", "近一年", "全部")
    strange = "/console/exams/analysis?specialty=x&sort=y&span=z&kind=case&page=999"
    assert office.manager.get(strange).status_code == 200
