"""What a decision says of what it brings about."""

from __future__ import annotations

from datetime import UTC, date, datetime

from lms.kernel.work import Work
from lms.policy.flow import StepName
from lms.policy.model import Application, Province
from lms.registration.queries import letters
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.letters import LetterKind
from lms.registration.rules.states import Act
from tests.make import people as make_people
from tests.registration.test_desk import do, hall, sits
from tests.registration.test_lists import after_the_notice, announced, published
from tests.registration.walk import Cast, Way, at, begin, step, studied

SOON = datetime(2026, 12, 10, 2, 0, tzinfo=UTC)


def renewed(work: Work, **over: object) -> ApplicationCard:
    """A renewal that Sichuan's department has granted."""
    who = studied(work, Province.SICHUAN, **over)
    card = begin(work, who, Way(Province.SICHUAN, Application.RENEWAL))
    return granted(work, who, card)


def granted(work: Work, who: Cast, card: ApplicationCard) -> ApplicationCard:
    while card.step.name is not StepName.DECIDE:
        card = step(work, who, card)
    department = hall(work, "SC-JST", "approver")
    return do(sits(work, who.approver), department, card, Act.GRANT)


def decision(work: Work, card: ApplicationCard) -> str:
    (paper,) = (
        one.letter
        for one in letters.letters(work.session, card.id)
        if one.kind is LetterKind.GRANT
    )
    return "".join((*paper.paragraphs, *paper.after))


def test_a_cancellation_promises_no_certificate(work: Work) -> None:
    who, card, place, _notice = published(work)
    later, then = after_the_notice(sits(work, who.approver), place)
    card = do(later, then, card, Act.PASS)
    there = at(work, SOON)
    while card.step.name is not StepName.DECIDE:
        card = step(there, who, card)
    card = do(later, then, card, Act.GRANT)

    said = decision(work, card)

    assert "电子注册证书" not in said
    assert "建筑工程专业的注册自本决定之日起注销" in said


def test_a_renewal_states_its_validity(work: Work) -> None:
    said = decision(work, renewed(work))

    assert "注册有效期：建筑工程，自2026年11月21日起至2029年11月20日止" in said
    assert "电子注册证书已经生成" in said
    assert "65周岁" not in said


def test_a_term_cut_by_age_says_so_and_why(work: Work) -> None:
    number = make_people.id_number(date(1963, 1, 10))

    said = decision(work, renewed(work, number=number))

    assert "至2028年1月10日止" in said
    assert "第十五条规定年龄超过65周岁的不予注册" in said


def test_what_is_announced_later_says_so(work: Work) -> None:
    _who, card, _department = announced(work)

    assert "本决定另行公告" in decision(work, card)
