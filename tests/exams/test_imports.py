"""Files of questions that were read: kept a day, stored whole and once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import Table, func, select

from lms.exams import queries, services
from lms.exams.models import Question, QuestionImport
from lms.exams.rules import NewQuestion, QuestionKind
from lms.exams.services import Draft
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from tests.conftest import HandClock
from tests.make import bank as make
from tests.make import catalogue
from tests.races import race

Begin = Callable[..., Any]
ME = PersonId(new_id())
TABLE = cast("Table", Question.__table__)
LIVE = next(each for each in TABLE.indexes if each.name == "ux_questions_live")


@pytest.fixture
def here(work: Work) -> AssociationId:
    return catalogue.association(work)


# -- files ----------------------------------------------------------------------------


def draft(*questions: NewQuestion, twins: Any = ()) -> Draft:
    return Draft("题目.xlsx", b"\1" * 32, questions, tuple(twins), {"known": 0})


def test_a_file_is_kept_stored_once_and_then_only_its_report(
    work: Work, here: AssociationId
) -> None:
    own = make.as_staff(work, "author", place=here)
    old = services.add_question(work, make.question(here, "old"))
    told = [(0, str(old), 75), (1, 0, 71)]
    kept = services.keep_import(
        own, here, draft(make.question(here, 1), make.case(here, 2), twins=told)
    )

    assert services.commit_import(own, here, kept) == 2

    with pytest.raises(Conflict, match=r"import\.done"):
        services.commit_import(own, here, kept)
    row = work.session.get_one(QuestionImport, kept)
    assert (row.questions, row.report["added"]) == ([], 2)
    assert {one.percent for one in queries.twins(work.session, here).cards} == {75, 71}


def test_a_file_is_its_senders_alone_and_waits_a_day(
    work: Work, here: AssociationId, clock: HandClock
) -> None:
    own = make.as_staff(work, "author", place=here)
    kept = services.keep_import(own, here, draft(make.question(here, 1)))

    with pytest.raises(NotFound):
        services.commit_import(make.as_staff(work, "author", place=here), here, kept)
    clock.pass_days(1.1)
    later = replace(own, now=clock())
    with pytest.raises(Conflict, match=r"import\.old"):
        services.commit_import(later, here, kept)
    assert work.session.scalar(select(func.count(Question.id))) == 0


def test_a_second_file_lets_the_first_go_and_a_dropped_one_is_gone(
    work: Work, here: AssociationId
) -> None:
    own = make.as_staff(work, "author", place=here)
    first = services.keep_import(own, here, draft(make.question(here, 1)))
    second = services.keep_import(own, here, draft(make.question(here, 2)))

    with pytest.raises(NotFound):
        services.commit_import(own, here, first)
    services.drop_import(own, here, second)
    assert work.session.scalar(select(func.count(QuestionImport.id))) == 0


def test_one_wrong_question_stores_none(work: Work, here: AssociationId) -> None:
    own = make.as_staff(work, "author", place=here)
    broken = make.question(here, 2, key=(9,))
    kept = services.keep_import(own, here, draft(make.question(here, 1), broken))

    with pytest.raises(Refused, match=r"question\.unsound"):
        services.commit_import(own, here, kept)
    assert work.session.scalar(select(func.count(Question.id))) == 0


def test_two_clicks_store_a_file_once(app: Flask, begin: Begin) -> None:
    with begin() as work:
        place = catalogue.association(work)
        own = make.as_staff(work, "author", place=place)
        many = [make.question(place, n) for n in range(30)]
        kept = services.keep_import(own, place, draft(*many))

    def click(work: Work) -> int:
        return services.commit_import(replace(work, actor=own.actor), place, kept)

    got = race(app, [click] * 8)

    assert [one for one in got if isinstance(one, int)] == [30]
    assert sum(isinstance(one, Conflict) for one in got) == 7


def test_empty_and_endless_files_are_refused(work: Work, here: AssociationId) -> None:
    own = make.as_staff(work, "author", place=here)
    for questions in ([], [make.question(here, 1)] * 5001):
        with pytest.raises(Refused, match=r"import\.rows"):
            services.keep_import(own, here, draft(*questions))


def test_kinds_are_four() -> None:
    assert set(QuestionKind) == {"single", "multiple", "true_false", "case"}
