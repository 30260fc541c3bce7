"""Accounts that may be one person's are found by night, and looked at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from lms.commerce import services as shop
from lms.commerce.models import CartItem, Seat
from lms.commerce.rules import OfferKind
from lms.commerce.rules.seats import SeatState
from lms.jobs import twins as job
from lms.kernel.db import db
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.merges import queries, services
from lms.merges.rules import Sign
from lms.people import queries as people_queries
from lms.people.models import Person, PersonFile
from lms.people.rules import PaperKind
from lms.people.services import persons
from lms.people.services.pictures import write_picture
from tests.conftest import HandClock
from tests.make import catalogue as make_courses
from tests.make import commerce as make_shop
from tests.make import companies, pictures, seats
from tests.make import people as make
from tests.make.merges import Pair, acting, learner, manager

Begin = Callable[..., Any]
BORN = date(1979, 4, 2)


def known(work: Work, here: AssociationId, name: str, serial: int) -> PersonId:
    """A learner with an ID number of one birth date."""
    person_id = learner(work, here, name=name)
    row = persons.begun(work, person_id)
    persons.write_identity(work, row, name, make.id_number(BORN, serial))
    return person_id


def found(work: Work) -> dict[tuple[PersonId, PersonId], Sign]:
    services.keep_pairs(work, queries.alike(work.session))
    services.drop_pairs(work, queries.alike(work.session))
    return {
        (PersonId(one), PersonId(other)): sign
        for (_here, one, other), sign in queries.alike(work.session).items()
    }


def two(one: PersonId, other: PersonId) -> tuple[PersonId, PersonId]:
    return (one, other) if one < other else (other, one)


def test_one_name_and_one_birth_date_make_a_pair_where_both_are_known(
    work: Work,
) -> None:
    here, there = make_courses.association(work), make_courses.association(work)
    first, second = known(work, here, "李梅", 101), known(work, here, "李梅", 103)
    known(work, there, "李梅", 105)
    known(work, here, "李强", 107)

    assert found(work) == {two(first, second): Sign.BIRTH}
    (card,) = queries.pairs(work.session, here)
    assert (card.one, card.other) == two(first, second)
    assert queries.pairs_waiting(work.session, there) == 0


def test_a_rare_name_speaks_only_where_one_account_has_no_number(work: Work) -> None:
    here = make_courses.association(work)
    whole, bare = known(work, here, "欧阳珊", 111), learner(work, here, name="欧阳珊")
    for _each in range(4):
        learner(work, here, name="王伟")

    assert found(work) == {two(whole, bare): Sign.NAME}


def test_who_was_seen_to_be_two_is_not_offered_again(work: Work) -> None:
    here = make_courses.association(work)
    first, second = known(work, here, "李梅", 121), known(work, here, "李梅", 123)
    found(work)
    mine = acting(work, manager(work, here), here)

    with pytest.raises(Refused, match=r"merge\.reason"):
        services.set_apart(mine, first, second, " 不是 ")
    other = make_courses.association(work)
    stranger = acting(work, manager(work, other), other)
    with pytest.raises(NotFound):
        services.set_apart(stranger, first, second, "两人都打过电话了")
    services.set_apart(mine, second, first, "两人都打过电话了")
    found(work)

    assert queries.pairs(work.session, here) == ()
    (card,) = queries.pairs(work.session, here, apart=True)
    assert card.reason == "两人都打过电话了"
    assert queries.apart_from(work.session, here, first) == {second}


def test_a_pair_whose_proposal_waits_is_looked_at_by_another_manager_alone(
    work: Work,
) -> None:
    pair = Pair(work)
    found(work)
    assert queries.pairs_waiting(work.session, pair.here) == 1

    asked = pair.proposed(work)

    assert queries.pairs(work.session, pair.here) == ()
    assert queries.pairs_waiting(work.session, pair.here) == 0
    services.withdraw(pair.as_manager(work), asked)
    assert len(queries.pairs(work.session, pair.here)) == 1


def test_a_pair_goes_when_the_two_are_merged_or_no_longer_alike(work: Work) -> None:
    pair = Pair(work)
    first = known(work, pair.here, "李梅", 131)
    known(work, pair.here, "李梅", 133)
    assert len(found(work)) == 2
    pair.merged(work)
    assert len(queries.pairs(work.session, pair.here)) == 1

    row = persons.begun(work, first)
    persons.write_identity(work, row, "李楠", make.id_number(BORN, 131))

    assert found(work) == {}
    assert queries.pairs(work.session, pair.here) == ()


def test_the_night_marks_whom_nobody_marked_and_the_page_opens_no_seal_to_find_them(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        here = make_courses.association(work)
        for serial in (141, 143):
            known(work, here, "李梅", serial)
        work.session.execute(update(Person).values(twin_mark=None))
    job.run(clock, {})
    with begin() as work:
        assert queries.pairs_waiting(work.session, here) == 1
        said: list[str] = []

        def hear(*told: Any) -> None:
            said.append(told[2])

        event.listen(db.engine, "before_cursor_execute", hear)
        queries.pairs(work.session, here)
        event.remove(db.engine, "before_cursor_execute", hear)
    # What is proposed already, and the pairs but for these.
    assert len(said) == 2


def test_carts_photo_and_signature_come_over_where_there_is_none(work: Work) -> None:
    pair = Pair(work)
    both, only = (make_shop.course(work, pair.here) for _each in range(2))
    for person_id, sold in (
        (pair.goes, both), (pair.stays, both), (pair.goes, only),
    ):  # fmt: skip
        shop.add(work, person_id, OfferKind.COURSE, sold.course_id)
    theirs, ours = pictures.inch_jpeg(), pictures.face_jpeg()
    save(work, pair.goes, PaperKind.PHOTO, theirs)
    save(work, pair.goes, PaperKind.SIGNATURE, pictures.signature_png())
    save(work, pair.stays, PaperKind.PHOTO, ours)

    pair.merged(work)

    chosen = select(CartItem.offer_id).where(CartItem.person_id == pair.stays)
    assert set(work.session.scalars(chosen)) == {both.course_id, only.course_id}
    assert people_queries.picture(work.session, pair.stays, PaperKind.PHOTO) == ours
    assert people_queries.picture(work.session, pair.stays, PaperKind.SIGNATURE)
    for table in (CartItem, PersonFile):
        left = select(func.count()).where(table.person_id == pair.goes)
        assert work.session.scalar(left) == 0


def save(work: Work, person_id: PersonId, kind: PaperKind, body: bytes) -> None:
    write_picture(work, persons.begun(work, person_id), kind, body)


def test_the_second_seat_in_a_line_is_the_companys_again(work: Work) -> None:
    pair = Pair(work)
    company = companies.proved(work)
    sold = make_shop.course(work, pair.here)
    line = seats.bought(work, company, sold, 3)
    first, second, _free = work.session.scalars(
        select(Seat).where(Seat.line_id == line.line_id).order_by(Seat.n)
    )
    for seat, person_id in ((first, pair.goes), (second, pair.stays)):
        seat.state, seat.person_id = SeatState.ASSIGNED, person_id
    work.session.flush()

    pair.merged(work)

    rows = work.session.execute(select(Seat.state, Seat.person_id)).all()
    assert sorted(row.state for row in rows) == ["assigned", "free", "free"]
    assert {row.person_id for row in rows} == {pair.stays, None}
