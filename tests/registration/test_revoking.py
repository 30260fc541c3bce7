"""Certificates and the desk (rules 13, 15, 87): spent once, and withdrawn at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.credentials import services as credentials
from lms.hours import queries as hours
from lms.jobs import revocations
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import CertificateId, PersonId, new_id
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.notify.queries import wording
from lms.people import queries as people
from lms.policy.assessment import assess
from lms.policy.model import Application, Province, Specialty, Track
from lms.registration.models import (
    ApplicationRow,
    CertificateUse,
    CreditRecord,
    RevocationEffect,
    StandingRow,
)
from lms.registration.queries import applications, eligibility
from lms.registration.queries.proofs import bad_credit
from lms.registration.queries.standings import ended, standings, undrawn
from lms.registration.rules.states import FlagKind
from lms.registration.services import revoking, spending
from lms.reports import staff
from tests.conftest import Browser, HandClock
from tests.make import credentials as make_credentials
from tests.races import tried
from tests.registration.ground import TODAY, PowerCut, learn, messages
from tests.registration.walk import Cast, Way, cast, step, walk
from tests.registration.walk import begin as begin_application

SHORT = date(2026, 12, 31)
RENEWAL = Way(Province.SICHUAN, Application.RENEWAL)


def ready(work: Work) -> tuple[Cast, CertificateId]:
    """Somebody with all that a renewal asks, in Sichuan."""
    who = cast(
        work,
        province=Province.SICHUAN,
        valid_from=date(2024, 1, 1),
        valid_until=SHORT,
    )
    learn(work, who.person.person_id)
    return who, make_credentials.certified(work, who.person.person_id)


def revoke(work: Work, certificate_id: CertificateId) -> None:
    """What the granted claim of two persons does in the book of certificates."""
    credentials.revoke(
        work, certificate_id, reason="claim.revocation", approvals=(new_id(), new_id())
    )


def filed(work: Work, who: Cast) -> applications.ApplicationCard:
    card = begin_application(work, who, RENEWAL)
    while card.filed_on is None:
        card = step(work, who, card)
    return card


def codes(person_id: PersonId) -> list[str]:
    (asked,) = eligibility.renewal_requests(db.session(), person_id, on=TODAY)
    return [each.code for each in assess(asked).reasons]


def test_15_a_grant_spends_the_certificate_for_the_period_that_it_renews(
    work: Work,
) -> None:
    who, certificate_id = ready(work)
    walk(work, who, RENEWAL)

    used = work.session.get_one(CertificateUse, certificate_id)
    card = applications.all_of_person(work.session, who.person.person_id)[0]
    assert (used.used_until, used.application_id) == (SHORT, card.id)
    (was,) = ended(work.session, who.person.person_id)
    assert (was.cause, was.valid_until) == ("renewed", SHORT)


def test_15_and_is_refused_for_the_next_period(work: Work) -> None:
    who, certificate_id = ready(work)
    walk(work, who, RENEWAL)
    learn(work, who.person.person_id, at=datetime(2026, 11, 22, tzinfo=UTC))

    (asked,) = eligibility.renewal_requests(
        work.session, who.person.person_id, on=date(2029, 9, 1)
    )
    assert [each.code for each in assess(asked).reasons] == ["certificate.consumed"]

    used = work.session.get_one(CertificateUse, certificate_id)
    row = work.session.get_one(ApplicationRow, used.application_id)
    spending._same_period(work, certificate_id, SHORT)
    with pytest.raises(Refused, match=r"certificate\.consumed"):
        spending._same_period(work, certificate_id, date(2029, 11, 20))
    assert row.decided_on == TODAY


def test_13_after_an_early_grant_a_days_study_counts_in_one_period_alone(
    work: Work,
) -> None:
    who, _certificate = ready(work)
    person_id = who.person.person_id
    eve = datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)
    learn(work, person_id, 2, 0, at=eve)
    walk(work, who, RENEWAL)
    learn(work, person_id, 3, 0, at=datetime(2026, 11, 20, 16, 0, tzinfo=UTC))

    (was,) = ended(work.session, person_id)
    now = people.registration(work.session, person_id).main
    assert (now.valid_from, now.valid_until) == (TODAY, date(2029, 11, 20))
    (asked,) = eligibility.renewal_requests(work.session, person_id, on=TODAY)
    assert [line.counted for line in assess(asked).hours] == [300, 0]
    old = hours.tally(
        work.session, person_id, since=was.valid_from, until=date(2026, 11, 20)
    )
    assert old[Specialty.BUILDING, Track.REQUIRED] == 6200


def test_87_from_the_transaction_on_nobody_reads_that_it_counts(
    app: Flask, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who, certificate_id = ready(work)
    person_id = who.person.person_id
    assert codes(person_id) == []
    db.session.remove()

    with begin() as work:
        revoke(work, certificate_id)

    assert codes(person_id) == ["certificate.revoked", "hours.short", "hours.short"]
    found = standings(db.session(), [person_id], on=TODAY)[person_id].found
    assert (found.eligible, found.per_cent) == (False, 0)
    assert undrawn(db.session(), person_id)


def test_87_within_a_minute_everything_is_drawn_and_once(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who, certificate_id = ready(work)
        card = filed(work, who)
    with begin() as work:
        revoke(work, certificate_id)
    db.session.remove()

    for _ in range(2):
        revocations.run(clock, {})

    (flag,) = applications.flags(db.session(), [card.id])
    assert (flag.kind, flag.subject) == (
        FlagKind.CERTIFICATE_REVOKED,
        str(certificate_id),
    )
    assert flag.facts["specialty"] == "building"
    assert flag.facts["granted"] is False
    stands = db.session.get_one(StandingRow, who.person.person_id)
    assert (stands.eligible, stands.per_cent) == (False, 0)
    (record,) = db.session.scalars(select(CreditRecord))
    assert (record.cause, record.recorded_on) == ("certificate_revoked", TODAY)
    (told,) = db.session.scalars(
        select(OutboxMessage.facts).where(
            OutboxMessage.template == "certificate_withdrawn"
        )
    )
    assert (told["pending"], told["granted"]) == (1, 0)
    assert not undrawn(db.session(), who.person.person_id)


def test_87_what_was_granted_on_it_is_reported_to_the_authority(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who, certificate_id = ready(work)
        walk(work, who, RENEWAL)
    with begin() as work:
        revoke(work, certificate_id)
    db.session.remove()

    revocations.run(clock, {})

    card = applications.all_of_person(db.session(), who.person.person_id)[0]
    (flag,) = applications.flags(db.session(), [card.id], open_only=True)
    assert flag.kind is FlagKind.CERTIFICATE_REVOKED
    assert flag.facts["granted"] is True
    effect = db.session.get_one(RevocationEffect, certificate_id)
    assert (effect.pending, effect.granted) == (0, 1)


def test_until_it_is_drawn_nobody_passes_the_application_on(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who, certificate_id = ready(work)
        card = filed(work, who)
    with begin() as work:
        revoke(work, certificate_id)

    def pass_on() -> applications.ApplicationCard:
        with begin() as work:
            there = applications.application(work.session, card.id)
            return step(work, who, there)

    with pytest.raises(Conflict, match=r"application\.certificate_revoked"):
        pass_on()
    db.session.remove()
    revocations.run(clock, {})

    assert pass_on().step.name is not card.step.name


def test_many_who_draw_at_once_draw_it_once(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who, certificate_id = ready(work)
        filed(work, who)
    with begin() as work:
        revoke(work, certificate_id)
    db.session.remove()

    came = tried(app, [lambda: revocations.run(clock, {})] * 5)

    assert came == [None] * 5
    assert messages("certificate_withdrawn") == 1
    assert len(db.session.scalars(select(CreditRecord)).all()) == 1


def test_what_a_killed_job_left_is_still_owed(
    app: Flask,
    clock: HandClock,
    begin: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with begin() as work:
        _who, certificate_id = ready(work)
    with begin() as work:
        revoke(work, certificate_id)
    db.session.remove()

    def power(_name: str) -> None:
        raise PowerCut

    monkeypatch.setattr(revoking, "fail_point", power)
    with pytest.raises(PowerCut):
        revocations.run(clock, {})
    assert messages("certificate_withdrawn") == 0
    monkeypatch.undo()
    revocations.run(clock, {})

    assert messages("certificate_withdrawn") == 1
    assert legal_day(clock()) == TODAY


def test_an_appeal_that_is_heard_lets_the_hours_count_again(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who, certificate_id = ready(work)
        revoke(work, certificate_id)
    db.session.remove()
    revocations.run(clock, {})
    (entry,) = bad_credit(db.session(), who.person.person_id)
    assert (entry.recorded_on, entry.answered) == (TODAY, False)
    db.session.remove()
    with begin() as work:
        make_credentials.certified(work, who.person.person_id)

    assert codes(who.person.person_id) == []
    (entry,) = bad_credit(db.session(), who.person.person_id)
    assert entry.answered


def test_the_page_names_the_entry_and_the_way_to_appeal(
    app: Flask,
    clock: HandClock,
    begin: Callable[..., Any],
    browser_of: Callable[..., Browser],
) -> None:
    with begin() as work:
        who, certificate_id = ready(work)
        revoke(work, certificate_id)
    db.session.remove()
    revocations.run(clock, {})

    page = browser_of(who.person.account_id).get("/learn/renewal").text

    assert "记入不良信用记录" in page
    assert "有异议可在那里申诉" in page
    assert "建筑工程合格证已被撤销，所载学时不再计入。" in page


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize(("pending", "granted"), [(0, 0), (1, 0), (0, 1)])
def test_the_words_name_the_certificate_the_reason_and_the_appeal(
    locale: str, pending: int, granted: int
) -> None:
    facts: dict[str, str | int] = {
        "number": "BTJX-JXJY-2026-0000149-7",
        "specialty": "building",
        "pending": pending,
        "granted": granted,
    }
    said = wording("certificate_withdrawn", facts, locale)

    assert "BTJX-JXJY-2026-0000149-7" in said.subject
    assert ("申诉" if locale == "zh" else "appeal") in said.text
    flagged = "已标注" if locale == "zh" else "is flagged"
    assert (flagged in said.text) == bool(pending)


def test_the_employers_board_says_no_from_the_same_moment(
    app: Flask, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who, certificate_id = ready(work)
    (before,) = staff.staff(db.session(), who.employer_id, on=TODAY)
    db.session.remove()
    with begin() as work:
        revoke(work, certificate_id)

    (after,) = staff.staff(db.session(), who.employer_id, on=TODAY)

    assert (before.met, before.percent) == (True, 100)
    assert (after.met, after.percent, after.revoked) == (False, 0, True)
