"""Teachers of courses and classes: chosen, frozen, asked for, and forgotten in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from lms.catalogue import queries as catalogue
from lms.catalogue import services as authoring
from lms.catalogue.services import teaching
from lms.classes import queries as classes
from lms.classes import services as class_services
from lms.classes.queries import teaching as class_teaching
from lms.jobs import retention
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from lms.teachers import queries, services
from lms.teachers.models import Teacher
from lms.teachers.rules import State
from tests.make import catalogue as make_courses
from tests.make import classes as make_classes
from tests.make import teachers as make
from tests.teachers.test_services import no, state


def test_a_draft_names_its_teachers_and_the_typed_name_goes(work: Work) -> None:
    here = make_courses.association(work)
    _course, version = make_courses.course(work, here, publish=False)
    one = make.registered(work, here)

    teaching.set_teachers(work, here, version, [one])

    assert catalogue.version(work.session, version).teacher == "高建民"
    services.withdraw_consent(work, here, one)
    assert catalogue.version(work.session, version).teacher == ""
    assert [each.id for each in catalogue.teachers(work.session, version)] == [one]


def test_a_version_on_sale_keeps_its_teachers_and_the_next_begins_with_them(
    work: Work,
) -> None:
    here = make_courses.association(work)
    course, version = make_courses.course(work, here, publish=False)
    one, other = make.registered(work, here), make.registered(work, here, id_number="")
    teaching.set_teachers(work, here, version, [one])
    authoring.publish(work, here, version)

    with no("course.not_a_draft"):
        teaching.set_teachers(work, here, version, [other])
    following = authoring.new_version(work, here, version)
    teaching.set_teachers(work, here, following, [other, one])

    assert [each.id for each in catalogue.teachers(work.session, version)] == [one]
    line = next(
        each
        for each in catalogue.search(work.session, catalogue.Filters()).lines
        if each.course_id == course
    )
    assert line.teacher == "高建民"
    assert "高建民" not in (catalogue.packed(work.session, version, bodies=False)
                          .manifest["course"]["teacher"])  # fmt: skip


def test_neither_a_strangers_nor_a_retired_teacher_is_chosen(work: Work) -> None:
    here, there = make_courses.association(work), make_courses.association(work)
    _course, version = make_courses.course(work, here, publish=False)
    stranger, left = make.registered(work, there), make.registered(work, here)
    services.retire(work, here, left, "不再聘请")

    for one in (stranger, left, new_id()):
        with pytest.raises(NotFound):
            teaching.set_teachers(work, here, version, [one])


def test_publishing_asks_for_checked_teachers_only_where_it_was_decided(
    work: Work,
) -> None:
    here = make_courses.association(work)
    _course, version = make_courses.course(work, here, publish=False)
    assert not catalogue.hindrances(work.session, version, work.now)

    make.asks(work, here, fitting=True)
    one = make.waiting(make.nobody(work, here), here, specialties=(Specialty.WATER,))
    found = catalogue.hindrances(work.session, version, work.now)
    assert found == (("course.no_teacher", ""),)
    teaching.set_teachers(work, here, version, [one])
    with pytest.raises(Refused) as refused:
        authoring.submit(work, here, version)
    assert refused.value.reasons == ("course.teacher_unchecked", "course.teacher_field")

    good = make.registered(work, here, id_number="")
    teaching.set_teachers(work, here, version, [good])
    authoring.publish(work, here, version)


def test_a_paper_that_ended_hinders_and_its_last_day_does_not(work: Work) -> None:
    here = make_courses.association(work)
    make.asks(work, here)
    _course, version = make_courses.course(work, here, publish=False)
    until = legal_day(work.now) + timedelta(days=3)
    one = make.registered(work, here, make.paper(valid_until=until))
    teaching.set_teachers(work, here, version, [one])

    last, after = (work.now + timedelta(days=n) for n in (3, 4))
    assert not catalogue.hindrances(work.session, version, last)
    assert catalogue.hindrances(work.session, version, after) == (
        ("course.teacher_unqualified", "高建民"),
    )


def test_a_class_says_who_holds_it(work: Work) -> None:
    taught = make_classes.course(work)
    here = taught.association_id
    meeting = make_classes.session(work, taught)
    one, stranger = (
        make.registered(work, here),
        make.registered(work, make_courses.association(work)),
    )
    with pytest.raises(NotFound):
        class_services.set_teachers(work, here, meeting, [stranger])

    class_services.set_teachers(work, here, meeting, [one])
    plan = make_classes.plan(work.now, teacher="别人")
    class_services.change_session(work, here, meeting, plan)

    card = classes.session_card(work.session, meeting)
    assert card.teacher == ""
    assert class_teaching.named(work.session, [card]) == {meeting: "高建民"}
    services.withdraw_consent(work, here, one)
    assert class_teaching.named(work.session, [card]) == {meeting: ""}


# -- leaving, and being forgotten ---------------------------------------------------


def test_who_leaves_does_so_with_a_reason_and_may_come_back(work: Work) -> None:
    here = make_courses.association(work)
    one = make.registered(work, here)

    with no("teacher.no_reason"):
        services.retire(work, here, one, " ")
    services.retire(work, here, one, "调离本市")
    with no("teacher.retired"):
        services.add_paper(work, here, one, make.paper(), make.scan())
    services.revive(work, here, one)
    assert state(work, here, one) is State.DRAFT


def test_a_draft_can_be_thrown_away_and_who_was_checked_cannot(work: Work) -> None:
    here = make_courses.association(work)
    draft = make.entered(work, here)
    services.add_paper(work, here, draft, make.paper(), make.scan())
    checked = make.registered(work, here, id_number="")

    services.discard(work, here, draft)

    assert work.session.get(Teacher, draft) is None
    with no("teacher.was_checked"):
        services.discard(work, here, checked)


def test_six_years_after_leaving_a_teacher_is_forgotten_unless_held(work: Work) -> None:
    here = make_courses.association(work)
    one, held = make.registered(work, here), make.registered(work, here, id_number="")
    for each in (one, held):
        services.retire(work, here, each, "离职")
    work.session.execute(
        update(Teacher).values(retired_at=work.now - timedelta(days=6 * 366))
    )
    today = legal_day(work.now)

    before = replace(work, now=work.now - timedelta(days=30))
    assert services.drop_old(before, before.now - timedelta(days=6 * 366)) == 0
    gone = services.drop_old(work, work.now - timedelta(days=6 * 365), spare=[held])

    assert gone == 1
    card = queries.teacher(work.session, here, one)
    assert card.forgotten
    assert (card.name, card.cv_html, card.phone_masked) == ("", "", "")
    assert not any(paper.scanned for paper in card.papers)
    with no("teacher.forgotten"):
        services.reveal_private(work, here, one, "看一看")
    # The clock's work spares nobody else, and finds nobody twice.
    assert retention._teachers(work, today + timedelta(days=1)) == 1
    assert not queries.public(work.session, [one, held])


def test_the_days_of_a_leaving_follow_the_rule(work: Work) -> None:
    here = make_courses.association(work)
    one = make.registered(work, here)
    services.retire(work, here, one, "离职")

    assert retention._teachers(work, date(2032, 11, 21)) == 0
    assert retention._teachers(work, date(2032, 11, 23)) == 1
