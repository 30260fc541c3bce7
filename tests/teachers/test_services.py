"""The register of teachers: entered by one, checked by another, forgotten in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lms.evidence.models import EvidenceLine
from lms.kernel.clock import legal_day
from lms.kernel.errors import LmsError, NotFound
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.teachers import queries, services
from lms.teachers.models import Teacher, TeacherPaper
from lms.teachers.rules import How, State
from tests.make import catalogue as make_courses
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
        make.check(clerk, here, one)
    assert make.check(manager, here, one) is State.REGISTERED

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


def test_a_yes_counts_for_the_papers_that_were_compared(work: Work) -> None:
    here = make_courses.association(work)
    clerk, checker = make.nobody(work, here), make.nobody(work, here)
    one = make.waiting(clerk, here)
    seen = queries.teacher(work.session, here, one).edition
    services.take_back(clerk, here, one)
    services.change(clerk, here, one, make.facts(title="教授"), seen)
    services.ask_check(clerk, here, one)

    with no("teacher.anew"):
        services.decide(checker, here, one, (True, ""), seen=seen)
    assert make.check(checker, here, one) is State.REGISTERED


def test_who_wrote_any_of_it_does_not_check_even_if_another_asked(work: Work) -> None:
    here = make_courses.association(work)
    clerk, author = make.nobody(work, here), make.nobody(work, here, "author")
    one = make.entered(clerk, here)
    services.add_paper(author, here, one, make.paper(), make.scan())
    services.ask_check(author, here, one)

    with no("approval.before"):
        make.check(clerk, here, one)
    assert make.check(make.nobody(work, here), here, one)


def test_an_author_cannot_say_the_second_word(work: Work) -> None:
    here = make_courses.association(work)
    one = make.waiting(make.nobody(work, here), here)

    with no("approval.last_role"):
        make.check(make.nobody(work, here, "author"), here, one)


def test_a_no_goes_back_with_its_reason(work: Work) -> None:
    here = make_courses.association(work)
    one = make.waiting(make.nobody(work, here), here)

    with no("approval.no_comment"):
        make.check(make.nobody(work, here), here, one, (False, " "))
    make.check(make.nobody(work, here), here, one, (False, "编号不符"))

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
        lambda: services.decide(work, there, one, (True, ""), seen=2),
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
