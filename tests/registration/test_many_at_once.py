"""Fifty starts, two publishers, two who hand over: what only happens at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from lms.kernel.db import db
from lms.kernel.work import Work
from lms.people import services as people
from lms.people.models import Registration
from lms.people.rules import ArchiveKind, Side
from lms.policy.flow import Case, Path, StepName
from lms.policy.model import Application, Province
from lms.registration.models import (
    ApplicationRow,
    AuditDelivery,
    NoticeLine,
    PublicNotice,
)
from lms.registration.services import audits, notices
from lms.registration.services.audits import Giver
from lms.registration.services.notices import Chosen
from tests.make import audits as make_audits
from tests.make import people as make_people
from tests.races import race
from tests.registration.test_at_once import refusals
from tests.registration.test_audit_papers import OLD, paper
from tests.registration.test_audits import granted, own_shelf
from tests.registration.test_desk import hall, sits
from tests.registration.test_lists import public
from tests.registration.walk import (
    PRESS,
    USCC,
    Cast,
    Way,
    as_,
    cast,
    last,
    step,
    studied,
)
from tests.registration.walk import begin as start

Begin = Callable[..., Any]
FIFTY = 50
KINDS = (Application.RENEWAL, Application.CHANGE, Application.CANCELLATION)


def count(table: type[Any]) -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_of_fifty_starts_at_once_one_is_under_way(app: Flask, begin: Begin) -> None:
    with begin() as work:
        who = studied(work, Province.SICHUAN)
    db.session.remove()

    def begun(kind: Application) -> Callable[[Work], UUID]:
        return lambda work: start(work, who, Way(Province.SICHUAN, kind)).id

    got = race(app, [begun(KINDS[n % 3]) for n in range(FIFTY)])

    assert refusals(got) == ["application.in_flight"] * (FIFTY - 1)
    assert count(ApplicationRow) == 1


def test_two_who_publish_the_same_make_one_list(app: Flask, begin: Begin) -> None:
    with begin() as work:
        who, card, place = public(work)
    db.session.remove()

    def publish(work: Work) -> object:
        chosen = (Chosen(card.id, card.version),)
        there = sits(work, who.approver)
        return notices.publish(there, place, "注销公示", chosen, printer=PRESS).number

    got = race(app, [publish] * 4)

    assert sorted(refusals(got)) == ["notice.published"] * 3
    assert (count(PublicNotice), count(NoticeLine)) == (1, 1)


def waiting(work: Work, who: Cast) -> Chosen:
    """Bring a cancellation by the written path to its public notice."""
    here = Province.INNER_MONGOLIA
    way = Way(here, Application.CANCELLATION, Path.WRITTEN, frozenset({Case.DISMISSED}))
    card = start(work, who, way)
    while card.step.name is not StepName.NOTICE:
        card = step(work, who, card)
    return Chosen(card.id, card.version)


def test_two_lists_of_one_office_at_once_have_two_numbers(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        who = cast(work, province=Province.INNER_MONGOLIA)
        other = replace(who, person=make_people.person(work, name="李远方"))
        held = work.session.get_one(Registration, other.person.person_id)
        held.number = "蒙2152020202100002"
        asked = people.ask_employer(
            as_(work, other.person), other.person.person_id, USCC
        )
        people.agree(as_(work, who.agent), who.employer_id, asked)
        both = [waiting(work, one) for one in (who, other)]
        place = hall(work, "NM-JST", "approver")
    db.session.remove()

    def publish(one: Chosen) -> Callable[[Work], str]:
        return lambda work: (
            notices.publish(
                sits(work, who.approver), place, "注销公示", (one,), printer=PRESS
            ).number
        )

    got = race(app, [publish(one) for one in both])

    office = "内蒙古自治区住房和城乡建设厅公告"
    assert sorted(map(str, got)) == [f"{office}〔2026〕{n}号" for n in (1, 2)]


def test_of_two_hand_overs_at_once_nothing_is_lost(app: Flask, begin: Begin) -> None:
    with begin() as work:
        who = granted(work)
        me = as_(work, who.person)
        for kind in (ArchiveKind.PENSION, ArchiveKind.DUTY):
            people.keep_file(me, own_shelf(who), OLD, paper(kind))
        case = make_audits.asked(work, last(work, who.person.person_id).id)
    db.session.remove()
    giver = Giver(Side.PERSON, who.person.person_id)

    def hand(work: Work) -> object:
        return audits.hand_over(as_(work, who.person), case, giver, OLD, "没有录音录像")

    def speak(work: Work) -> None:
        audits.speak(as_(work, who.person), case, giver, "我每天都在工地。")

    got = race(app, [hand, speak, hand, speak])

    assert not [each for each in got if isinstance(each, Exception)]
    db.session.remove()
    numbers = db.session.scalars(select(AuditDelivery.n).order_by(AuditDelivery.n))
    assert list(numbers) == [1, 2, 3, 4]
