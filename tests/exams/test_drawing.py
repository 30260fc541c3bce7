"""The lot: whole where it can be, fair, and drawn again from its seed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.evidence import queries as evidence
from lms.exams import queries, services
from lms.exams.models import Attempt
from lms.exams.rules import (
    BankItem,
    Blueprint,
    Difficulty,
    PaperItem,
    Row,
    draw,
    lay_out,
    mark,
    shortages,
)
from lms.exams.rules.blueprints import read
from lms.exams.rules.drawing import Drawn, Shape
from lms.exams.services import drawing
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.conftest import HandClock
from tests.make import bank as make
from tests.make import catalogue
from tests.make.bank import CASE, EASY, HARD, SINGLE

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The machine of a test has other work beside."""

ME = PersonId(new_id())
TODAY = date(2026, 11, 21)
SEED = b"s" * 32


@pytest.fixture
def here(work: Work) -> AssociationId:
    return catalogue.association(work)


def items(*rows: tuple[int, str, Difficulty]) -> list[BankItem]:
    told = [(chapter, level) for count, chapter, level in rows for _ in range(count)]
    return [
        BankItem(UUID(int=n), SINGLE, False, chapter, level)
        for n, (chapter, level) in enumerate(told, 1)
    ]


# -- the lot -------------------------------------------------------------------


def test_lines_that_want_the_same_questions_give_way_to_each_other() -> None:
    """Greedy drawing would spend the two hard ones of chapter 一 on the first line."""
    bank = items((2, "一", HARD), (8, "二", EASY))
    wanted = make.plan(
        Row(SINGLE, 8, 1000),
        Row(SINGLE, 1, 1000, difficulty=HARD),
        Row(SINGLE, 1, 1000, chapter="一"),
    )

    for n in range(40):
        assert len(draw(bank, wanted, bytes([n]) * 32)) == 10


def test_what_the_bank_lacks_is_told_line_by_line() -> None:
    bank = items((2, "一", HARD), (8, "二", EASY))
    wanted = make.plan(
        Row(SINGLE, 5, 1000, chapter="二"), Row(SINGLE, 5, 1000, difficulty=HARD)
    )

    (short,) = shortages(bank, wanted)

    assert (short.row, short.there) == (wanted.rows[1], 2)


CELLS = st.tuples(
    st.integers(0, 4), st.sampled_from("一二"), st.sampled_from([EASY, HARD])
)
ROWS = st.builds(
    Row,
    st.just(SINGLE),
    st.integers(1, 4),
    st.just(1000),
    st.sampled_from(["", "一", "二"]),
    st.sampled_from([None, EASY, HARD]),
)


@SLOW
@given(st.lists(CELLS, max_size=4), st.lists(ROWS, min_size=1, max_size=4))
def test_a_paper_is_whole_exactly_where_nothing_is_short(
    cells: list[Any], rows: list[Row]
) -> None:
    bank, wanted = items(*cells), Blueprint(tuple(dict.fromkeys(rows)))

    drawn = draw(bank, wanted, SEED)

    assert (len(drawn) == wanted.questions) is (not shortages(bank, wanted))
    assert len({one.id for one in drawn}) == len(drawn)
    # Hall: no set of lines may want more than all questions that fit any of them.
    feasible = all(
        sum(row.count for row in some)
        <= sum(any(_fits(item, row) for row in some) for item in bank)
        for n in range(1, 2 ** len(wanted.rows))
        for some in [[r for k, r in enumerate(wanted.rows) if n >> k & 1]]
    )
    assert feasible is (len(drawn) == wanted.questions)


def _fits(item: BankItem, row: Row) -> bool:
    return row.chapter in {"", item.chapter} and row.difficulty in {
        None,
        item.difficulty,
    }


def test_every_question_has_the_same_chance() -> None:
    bank, wanted = items((10, "一", EASY)), make.plan(Row(SINGLE, 3, 1000))
    found = Counter(
        one.id for n in range(2000) for one in draw(bank, wanted, n.to_bytes(32, "big"))
    )

    assert len(found) == 10
    assert all(500 < times < 700 for times in found.values())


def test_the_lot_is_the_same_everywhere() -> None:
    """A fixed vector: whoever draws it again in another language must get this."""
    bank = items((6, "一", EASY))
    drawn = draw(bank, make.plan(Row(SINGLE, 3, 1000)), bytes(range(32)))
    shapes = {one.id: [Shape(one.id, SINGLE, 4)] for one in drawn}
    paper = lay_out(drawn, shapes, bytes(range(32)))

    assert [one.id.int for one in drawn] == VECTOR_IDS
    assert [item.order for item in paper] == VECTOR_ORDERS


VECTOR_IDS = [4, 3, 6]
VECTOR_ORDERS = [(3, 2, 1, 0), (2, 0, 1, 3), (1, 2, 0, 3)]


def test_the_paper_can_be_drawn_again_from_its_evidence(
    work: Work, here: AssociationId
) -> None:
    make.fill(work, [make.question(here, n) for n in range(30)])
    make.fill(work, [make.case(here, n) for n in range(4)])
    wanted = make.plan(Row(SINGLE, 8, 1000), Row(CASE, 1, 2000))
    make.in_force(work, here, wanted, TODAY)
    attempt = services.start(work, ME, make.sitting(here))

    stream = f"person:{ME}"
    (line,) = [
        one
        for one in evidence.lines(work.session, stream)
        if one.kind == "exam.started"
    ]
    body = evidence.body(work.session, stream, line.n)
    assert body is not None
    told = json.loads(body.body)["draw"]
    bank = queries.bank_of(work.session, here, Specialty.BUILDING)
    assert told["bank"] == queries.bank_digest(bank)
    plan = read(told["blueprint"])
    again = drawing.redrawn(work, make.sitting(here), plan, bytes.fromhex(told["seed"]))

    paper = queries.paper_of(work.session.get_one(Attempt, attempt))
    assert plan == wanted
    assert again == paper
    other = drawing.redrawn(work, make.sitting(here), plan, b"\0" * 32)
    assert other != paper


# -- cases on paper ------------------------------------------------------------


def test_a_cases_points_are_shared_and_nothing_is_lost() -> None:
    case, parts = new_id(), [new_id() for _ in range(3)]
    shapes = {case: [Shape(part, SINGLE, 4) for part in parts]}

    paper = lay_out([Drawn(case, CASE, 1000)], shapes, SEED)

    assert [item.worth for item in paper] == [334, 333, 333]
    assert [item.question_id for item in paper] == parts
    assert {item.case_id for item in paper} == {case}


def test_a_case_is_drawn_whole_shown_with_its_story_and_marked_by_its_worth(
    work: Work, here: AssociationId, clock: HandClock
) -> None:
    make.fill(work, [make.question(here, n) for n in range(10)])
    make.fill(work, [make.case(here, n) for n in range(3)])
    make.in_force(
        work, here, make.plan(Row(SINGLE, 7, 1000), Row(CASE, 1, 3000)), TODAY
    )
    attempt = services.start(work, ME, make.sitting(here))
    card = queries.attempt(work.session, ME, attempt)
    parts = [one for one in card.questions if one.case_id]

    assert [one.place for one in parts] == [7, 8, 9]
    assert [one.opens for one in parts] == [True, False, False]
    assert all(one.story.startswith("案例") for one in parts)
    keys = queries.right_answers(work.session, attempt)
    services.submit(work, ME, attempt, {0: list(keys[0]), 8: list(keys[8])})

    marked = queries.review(work.session, ME, attempt)
    assert queries.attempt(work.session, ME, attempt).score == 20
    assert {(one.case_got, one.case_worth) for one in marked[7:]} == {(1000, 3000)}


def test_worth_decides_and_papers_without_it_count_alike() -> None:
    heavy = PaperItem(new_id(), SINGLE, (0, 1), 9000)
    light = PaperItem(new_id(), SINGLE, (0, 1), 1000)
    keys = {heavy.question_id: [0], light.question_id: [0]}

    assert mark([heavy, light], keys, {"0": [0]}) == 90
    assert mark([heavy, light], keys, {"1": [0]}) == 10
    plain = [replace(heavy, worth=1), replace(light, worth=1)]
    assert mark(plain, keys, {"1": [0]}) == 50
