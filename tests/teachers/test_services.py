"""The register of teachers: entered by one, checked by another, forgotten in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from lms.catalogue import queries as catalogue
from lms.catalogue import services as authoring
from lms.catalogue.services import teaching
from lms.classes import queries as classes
from lms.classes import services as class_services
from lms.classes.queries import teaching as class_teaching
from lms.evidence.models import EvidenceLine
from lms.jobs import retention
from lms.kernel.clock import legal_day
from lms.kernel.errors import LmsError, NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from lms.teachers import queries, services
from lms.teachers.models import Teacher, TeacherPaper
from lms.teachers.rules import How, State
from tests.make import catalogue as make_courses
from tests.make import classes as make_classes
from tests.make import teachers as make


def no(code: str) -> Any:
    return pytest.raises(LmsError, match=f"^{code}$")


def state(work: Work, here: Any, one: Any) -> State:
    return queries.teacher(work.session, here, one).state


# -- the second person -----------------------------------------------------------


def test_one_enters_and_another_checks(work: Work) -> None:
    here = make_courses.association(work)
    clerk, manager = make.nobody(work, here), make.nobody(work, here, "manager")
    one = make.waiting(clerk, here)

    with no("approval.own"):
        services.decide(clerk, here, one, (True, ""))
    assert services.decide(manager, here, one, (True, "")) is State.REGISTERED

    kinds = work.session.scalars(
        select(EvidenceLine.kind)
        .where(EvidenceLine.stream == f"teacher:{one}")
        .order_by(EvidenceLine.seq)
    ).all()
    assert [kind for kind in kinds if kind.startswith("teacher.")] == [
        "teacher.entered",
        "teacher.paper_added",
        "teacher.submitted",
        "teacher.checked",
    ]


def test_who_wrote_any_of_it_does_not_check_even_if_another_asked(work: Work) -> None:
    here = make_courses.association(work)
    clerk, author = make.nobody(work, here), make.nobody(work, here, "author")
    one = make.entered(clerk, here)
    services.add_paper(author, here, one, make.paper(), make.scan())
    services.ask_check(author, here, one)

    with no("approval.before"):
        services.decide(clerk, here, one, (True, ""))
    assert services.decide(make.nobody(work, here), here, one, (True, ""))


def test_an_author_cannot_say_the_second_word(work: Work) -> None:
    here = make_courses.association(work)
    one = make.waiting(make.nobody(work, here), here)

    with no("approval.last_role"):
        services.decide(make.nobody(work, here, "author"), here, one, (True, ""))


def test_a_no_goes_back_with_its_reason(work: Work) -> None:
    here = make_courses.association(work)
    one = make.waiting(make.nobody(work, here), here)

    with no("approval.no_comment"):
        services.decide(make.nobody(work, here), here, one, (False, " "))
    services.decide(make.nobody(work, here), here, one, (False, "编号不符"))

    card = queries.teacher(work.session, here, one)
    assert (card.state, card.returned_for) == (State.DRAFT, "编号不符")


def test_nobody_is_checked_without_a_scanned_paper(work: Work) -> None:
    here = make_courses.association(work)
    one = make.entered(work, here)

    with no("teacher.no_papers"):
        services.ask_check(work, here, one)


def test_a_changed_paper_wants_a_new_check_and_a_new_phone_none(work: Work) -> None:
    here = make_courses.association(work)
    one = make.registered(work, here)
    clerk = make.nobody(work, here)
    seen = queries.teacher(work.session, here, one).edition

    phone = make.facts(phone="13900000000", id_number="")
    services.change(clerk, here, one, phone, seen)
    assert state(work, here, one) is State.REGISTERED

    services.add_paper(clerk, here, one, make.paper(number="新证"), make.scan())
    assert state(work, here, one) is State.DRAFT


def test_nothing_changes_while_somebody_checks(work: Work) -> None:
    here = make_courses.association(work)
    clerk = make.nobody(work, here)
    one = make.waiting(clerk, here)

    with no("teacher.waiting"):
        services.add_paper(clerk, here, one, make.paper(), make.scan())
    services.take_back(clerk, here, one)
    services.add_paper(clerk, here, one, make.paper(), make.scan())


def test_nobody_overwrites_what_they_have_not_seen(work: Work) -> None:
    here = make_courses.association(work)
    clerk = make.nobody(work, here)
    one = make.entered(clerk, here)
    seen = queries.teacher(work.session, here, one).edition
    services.change(clerk, here, one, make.facts(title="教授"), seen)

    with no("teacher.moved_on"):
        services.change(clerk, here, one, make.facts(title="工程师"), seen)


# -- twice, and elsewhere -----------------------------------------------------------


def test_one_form_sent_twice_is_one_teacher(work: Work) -> None:
    here, once = make_courses.association(work), new_id()

    first = services.enter(work, here, make.facts(), once)
    assert services.enter(work, here, make.facts(), once) == first


def test_one_person_is_entered_once_in_an_association(work: Work) -> None:
    here, there = make_courses.association(work), make_courses.association(work)
    make.entered(work, here)

    make.entered(work, there)
    with no("teacher.twice"), work.session.begin_nested():
        make.entered(work, here, name="高 建 民")


def test_the_same_scan_twice_is_one_paper(work: Work) -> None:
    here = make_courses.association(work)
    one = make.entered(work, here)
    seal = make.scan("证书")

    first = services.add_paper(work, here, one, make.paper(), seal)
    assert services.add_paper(work, here, one, make.paper(), seal) == first


def test_another_association_finds_nobody(work: Work) -> None:
    here, there = make_courses.association(work), make_courses.association(work)
    one = make.registered(work, here)
    paper = queries.teacher(work.session, here, one).papers[0]

    with pytest.raises(NotFound):
        queries.teacher(work.session, there, one)
    for deed in (
        lambda: services.take_back(work, there, one),
        lambda: services.decide(work, there, one, (True, "")),
        lambda: services.retire(work, there, one, "离职"),
        lambda: services.withdraw_consent(work, there, one),
        lambda: services.reveal_private(work, there, one, "核对身份"),
        lambda: services.reveal_paper(work, there, one, paper.id),
        lambda: services.copy_of(work, there, one),
    ):
        with pytest.raises(NotFound):
            deed()


# -- what is sealed -----------------------------------------------------------------


def test_numbers_and_scans_lie_sealed_and_each_look_is_written_down(work: Work) -> None:
    here = make_courses.association(work)
    one = make.registered(work, here)
    row = work.session.get_one(Teacher, one)
    card = queries.teacher(work.session, here, one)

    assert (card.phone_masked, card.id_masked) == ("138****0091", "1101**********002X")
    assert make.ID_NUMBER.encode() not in (row.id_number or b"")
    assert card.papers[0].number_masked == "•••0091"

    with no("reveal.no_reason"):
        services.reveal_private(work, here, one, " ")
    opened = services.reveal_private(work, here, one, "核对合同")
    assert (opened.phone, opened.id_number) == ("13800000091", make.ID_NUMBER)
    services.reveal_paper(work, here, one, card.papers[0].id)
    seen = work.session.scalars(
        select(EvidenceLine.kind).where(
            EvidenceLine.kind.in_(("teacher.seen", "teacher.paper_seen"))
        )
    ).all()
    assert sorted(seen) == ["teacher.paper_seen", "teacher.seen"]


def test_a_paper_taken_off_leaves_its_line_and_no_scan(work: Work) -> None:
    here = make_courses.association(work)
    one = make.entered(work, here)
    paper = services.add_paper(work, here, one, make.paper(), make.scan())

    services.remove_paper(work, here, one, paper)

    row = work.session.get_one(TeacherPaper, paper)
    assert (row.body, row.number) == (None, None)
    assert not queries.teacher(work.session, here, one).papers
    with pytest.raises(NotFound):
        services.remove_paper(work, here, one, paper)


def test_who_asks_for_their_data_gets_all_of_it(work: Work) -> None:
    here = make_courses.association(work)
    one = make.registered(work, here)

    told = services.copy_of(work, here, one)

    assert told["id_number"] == make.ID_NUMBER
    assert told["papers"][0]["number"] == make.paper().number
    assert told["consents"][0]["how"] == "signed"


# -- consent ------------------------------------------------------------------------


def test_the_public_sees_who_was_checked_and_agreed_and_nothing_else(
    work: Work,
) -> None:
    here = make_courses.association(work)
    silent = make.registered(work, here, consent=False, id_number="")
    named = make.registered(work, here)
    unchecked = make.entered(work, here, id_number="")
    services.give_consent(work, here, unchecked, (legal_day(work.now), How.SPOKEN))

    seen = queries.public(work.session, [silent, named, unchecked])

    assert set(seen) == {named}
    assert set(seen[named].__slots__) == {"id", "name", "title", "employer", "cv_html"}


def test_one_consent_holds_at_a_time_and_none_from_tomorrow(work: Work) -> None:
    here = make_courses.association(work)
    one = make.registered(work, here)
    today = legal_day(work.now)

    with no("teacher.consent_day"):
        services.give_consent(work, here, one, (today + timedelta(days=1), How.SIGNED))
    with no("teacher.consent_there"), work.session.begin_nested():
        services.give_consent(work, here, one, (today, How.SIGNED))
    services.withdraw_consent(work, here, one)
    assert not queries.public(work.session, [one])
    with no("teacher.no_consent"):
        services.withdraw_consent(work, here, one)
    services.give_consent(work, here, one, (today, How.WRITTEN), make.scan())
    assert queries.public(work.session, [one])


# -- courses and classes --------------------------------------------------------------


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
