"""Numbers are given in order, without a gap, and never twice, whatever fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from lms.credentials import queries, services
from lms.credentials.models import Certificate, CertificateCounter
from lms.kernel.clock import legal_day
from lms.kernel.ids import CertificateId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.make import credentials as make
from tests.races import race

Begin = Callable[..., Any]
BUILDING = Specialty.BUILDING


def issue(work: Work, person: PersonId, **over: Any) -> CertificateId:
    return services.issue(work, person, BUILDING, printer=make.PLAIN, **over)


def serials(work: Work) -> list[int]:
    return sorted(work.session.scalars(select(Certificate.serial)))


def last(work: Work) -> int | None:
    return work.session.scalar(select(CertificateCounter.last))


def test_who_fails_after_the_number_was_taken_leaves_no_gap(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        association = make.association(work)
        people = [make.graduate(work, association, serial=n) for n in range(1, 21)]
    waiting, lock = iter(enumerate(people)), threading.Lock()

    def one(work: Work) -> object:
        with lock:
            turn, person = next(waiting)
        made = issue(work, person)
        work.session.flush()
        if turn % 2:
            raise RuntimeError("the power went after the number was taken")
        return made

    got = race(app, [one] * 20)

    assert sum(isinstance(each, RuntimeError) for each in got) == 10
    with begin() as work:
        assert serials(work) == list(range(1, 11))
        assert last(work) == 10


def test_the_number_of_a_revoked_certificate_is_never_given_again(
    begin: Begin,
) -> None:
    with begin() as work:
        person = make.graduate(work, make.association(work))
        first = issue(work, person)
        services.revoke(work, first, reason="x", approvals=(new_id(),))
    with begin() as work:
        second = issue(work, person, approvals=(new_id(),))
        on = legal_day(work.now)
        cards = [
            queries.owned(work.session, person, one, on) for one in (first, second)
        ]

    assert [card.verdict.value for card in cards] == ["revoked", "valid"]
    assert cards[0].facts.number != cards[1].facts.number
    with begin() as work:
        assert serials(work) == [1, 2]


def test_a_replacement_takes_the_next_number_and_the_old_keeps_its_own(
    begin: Begin,
) -> None:
    with begin() as work:
        association = make.association(work)
        person = make.graduate(work, association)
        first = issue(work, person)
        other = make.graduate(work, association, serial=2)
        issue(work, other)
    with begin() as work:
        new = services.supersede(
            work, first, printer=make.PLAIN, reason="x", approvals=(new_id(),)
        )

    with begin() as work:
        on = legal_day(work.now)
        old = queries.owned(work.session, person, first, on)
        now = queries.owned(work.session, person, new, on)
        assert old.successor == new
        assert old.facts.number == "SLXH-JXJY-2026-0000001-2"
        assert now.facts.number.startswith("SLXH-JXJY-2026-0000003-")
        assert serials(work) == [1, 2, 3]


def test_each_association_and_each_year_counts_for_itself(begin: Begin) -> None:
    with begin() as work:
        here = make.association(work)
        there = make.association(work, code="GZJX", name="贵州示例协会")
        one = make.graduate(work, here)
        two = make.graduate(work, there, serial=2)
        issue(work, one)
        issue(work, two)

        assert serials(work) == [1, 1]
