"""What answers say of questions: against figures worked out by hand, and slowly."""

from __future__ import annotations

import statistics
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from lms.exams import queries, services
from lms.exams.models import Attempt, ExamAnswer
from lms.exams.queries import AnalysisFilters
from lms.exams.rules import Row
from lms.exams.rules.analysis import (
    Figures,
    Heap,
    Option,
    Sums,
    bins,
    figures,
    option_warnings,
    options,
)
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.conftest import HandClock, work_at
from tests.make import bank as make
from tests.make import catalogue
from tests.make.bank import CASE, SINGLE

TODAY = date(2026, 11, 21)


@pytest.fixture
def here(work: Work) -> AssociationId:
    return catalogue.association(work)


def test_discrimination_is_the_correlation_with_the_rest_of_the_paper() -> None:
    dice = Random(7)
    rest = [dice.randrange(0, 9000) for _ in range(300)]
    good = [int(one + dice.gauss(0, 2000) > 4000) for one in rest]
    sums = Sums(
        300,
        sum(good),
        sum(rest),
        sum(one * one for one in rest),
        sum(one for one, right in zip(rest, good, strict=True) if right),
    )

    told = figures(sums).discrimination

    assert told == pytest.approx(statistics.correlation(good, rest), abs=1e-9)


@pytest.mark.parametrize(
    ("told", "warnings"),
    [
        pytest.param(Figures(19, 1, -0.9), ("few",), id="19 answers say nothing"),
        pytest.param(Figures(20, 10, -0.06), ("key",), id="the good get it wrong"),
        pytest.param(Figures(20, 10, -0.05), ("weak",), id="nothing in it"),
        pytest.param(Figures(20, 10, 0.1), (), id="a sound question"),
        pytest.param(Figures(20, 3, 0.5), ("hard",), id="15 percent is hard"),
        pytest.param(Figures(20, 4, 0.5), (), id="20 percent is not"),
        pytest.param(Figures(100, 96, 0.5), ("easy",), id="96 percent is easy"),
        pytest.param(Figures(50, 50, None), ("weak", "easy"), id="everybody right"),
    ],
)
def test_warnings(told: Figures, warnings: tuple[str, ...]) -> None:
    assert told.warnings == warnings


def test_the_best_and_the_weakest_are_27_percent_each() -> None:
    heaps = [Heap(n * 100, 0b1 if n > 60 else 0b10, 1) for n in range(100)]

    right, wrong, third = options(heaps, 3, [0])

    assert (right.count, wrong.count, third.count) == (39, 61, 0)
    assert (right.upper, right.lower) == (1, 0)
    assert (wrong.upper, wrong.lower) == (0, 1)
    assert option_warnings((right, wrong, third), 100) == ("unused",)
    assert option_warnings((right, wrong, third), 19) == ()


def test_a_wrong_option_that_the_best_prefer_is_told() -> None:
    key = Option(0, right=True, count=40, share=0.4, upper=0.3, lower=0.5)
    lure = Option(1, right=False, count=60, share=0.6, upper=0.7, lower=0.5)

    assert option_warnings((key, lure), 100) == ("lured",)


def test_ranges_hold_their_lower_end_and_the_last_both() -> None:
    assert bins([0, 0.1, 0.19, 0.3, 1], 0, 1) == [1, 2, 0, 1, 0, 0, 0, 0, 0, 1]
    assert bins([-1, 0, 1], -1, 1) == [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]


def sit(work: Work, here: AssociationId, right: int) -> None:
    """One paper of ten of which so many are answered right, the rest as B or not."""
    person = PersonId(new_id())
    attempt = services.start(work, person, make.sitting(here))
    keys = queries.right_answers(work.session, attempt)
    answers = {
        place: list(key) if place < right else [(key[0] + 1) % 4]
        for place, key in enumerate(keys)
        if place < 9
    }
    services.submit(work, person, attempt, answers)


def test_every_marked_answer_is_one_row_and_the_database_adds_them_up_as_python_does(
    work: Work, here: AssociationId
) -> None:
    make.fill(work, [make.question(here, n) for n in range(14)])
    make.in_force(work, here, make.plan(Row(SINGLE, 10, 1000), retakes=0), TODAY)
    dice = Random(3)
    for _ in range(30):
        sit(work, here, dice.randrange(10))

    assert work.session.scalar(select(func.count()).select_from(ExamAnswer)) == 300
    told = queries.measured(work.session, here)
    slow: dict[object, list[tuple[int, int]]] = {}
    for row in work.session.scalars(select(Attempt)):
        paper = queries.paper_of(row)
        marks = [
            one.right
            for one in queries.review(work.session, row.person_id, row.id)  # type: ignore[arg-type]  # a Row
        ]
        for item, good in zip(paper, marks, strict=True):
            rest = 1000 * (sum(marks) - good)
            slow.setdefault(item.question_id, []).append((int(good), rest))
    assert set(told) == set(slow)
    for question, pairs in slow.items():
        hits = [one for one, _rest in pairs]
        others = [one for _good, one in pairs]
        found = told[question]  # type: ignore[index]  # an answer of JSON
        assert (found.count, found.good) == (len(hits), sum(hits))
        if 0 < sum(hits) < len(hits):
            wanted = statistics.correlation(hits, others)
            assert found.discrimination == pytest.approx(wanted, abs=1e-9)


def test_a_question_tells_its_options_and_blanks_in_the_order_of_the_bank(
    work: Work, here: AssociationId
) -> None:
    ids = [services.add_question(work, make.question(here, n)) for n in range(10)]
    make.in_force(work, here, make.plan(Row(SINGLE, 10, 1000)), TODAY)
    for right in (9, 9, 0):
        sit(work, here, right)

    told = [queries.answered(work.session, here, one)[0] for one in ids]

    assert sum(one.figures.count for one in told) == 30
    assert sum(one.blank for one in told) == 3
    assert sum(one.chosen[0].count for one in told) == 18
    assert all(one.chosen[0].right and not one.chosen[1].right for one in told)
    assert sum(option.count for one in told for option in one.chosen) == 27


def test_a_case_is_told_question_by_question(work: Work, here: AssociationId) -> None:
    case = services.add_question(work, make.case(here, 1))
    make.in_force(work, here, make.plan(Row(CASE, 1, 10_000)), TODAY)
    person = PersonId(new_id())
    attempt = services.start(work, person, make.sitting(here))
    services.submit(work, person, attempt, {0: [0], 2: [1]})

    told = queries.answered(work.session, here, case)
    listed = queries.items(work.session, here, AnalysisFilters())

    marked = queries.review(work.session, person, attempt)
    assert [one.figures.good for one in told] == [int(one.right) for one in marked]
    assert {one.shown_id for one in listed} == {case}
    assert len(listed) == 3


def test_the_list_filters_and_another_association_has_its_own(
    work: Work, here: AssociationId, clock: HandClock
) -> None:
    make.fill(work, [make.question(here, n) for n in range(10)])
    make.in_force(work, here, make.plan(Row(SINGLE, 10, 1000)), TODAY)
    sit(work, here, 5)
    clock.pass_days(40)
    later = work_at(work, clock)
    sit(later, here, 5)

    def count(**asked: object) -> int:
        filters = AnalysisFilters(**asked)  # type: ignore[arg-type]  # facts of several types
        found = queries.items(work.session, here, filters)
        return sum(one.figures.count for one in found)

    assert count() == 20
    assert count(since=TODAY + timedelta(days=30)) == 10
    assert count(specialty=Specialty.WATER) == 0
    assert count(warned=True) == 0
    there = catalogue.association(work)
    assert queries.items(work.session, there, AnalysisFilters()) == []
