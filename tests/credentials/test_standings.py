"""Where many stand: read together, each stands as he does alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from lms.credentials import queries, services
from lms.credentials.queries.standing import Wanted, standings_of
from lms.credentials.rules.batches import Chosen
from lms.hours import services as hours
from lms.hours.rules import EntryKind
from lms.kernel.clock import legal_day
from lms.kernel.credit import Credit
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.people.models import PersonFile
from lms.people.rules import PaperKind, PhotoState
from lms.policy.model import Specialty, Track
from lms.reports import certificates
from tests.make import batches as make_batches
from tests.make import credentials as make

BUILDING, MUNICIPAL = Specialty.BUILDING, Specialty.MUNICIPAL


Pair = tuple[PersonId, Specialty]


def lacking(
    session: Session, there: AssociationId, pairs: Sequence[Pair], on: date
) -> dict[Pair, tuple[str, ...] | None]:
    """Ask for all together."""
    wanted = [Wanted(*pair, there) for pair in pairs]
    found = standings_of(session, wanted, on)
    return {
        pair: one.missing if one else None
        for pair, one in zip(pairs, found, strict=True)
    }


def agree(work: Work, there: AssociationId) -> int:
    """Compare with each alone for everybody; say how many there were."""
    on = legal_day(work.now)
    pairs = certificates.candidates(work.session, there, Chosen(), on=on)
    wanted = [Wanted(*pair, there) for pair in pairs]
    assert standings_of(work.session, wanted, on) == [
        queries.standing(work.session, *pair, on, there) for pair in pairs
    ]
    return len(pairs)


@pytest.fixture
def there(work: Work) -> AssociationId:
    return make.association(work)


def test_a_graduate_lacks_nothing(work: Work, there: AssociationId) -> None:
    person = make.graduate(work, there)

    found = lacking(work.session, there, [(person, BUILDING)], legal_day(work.now))

    assert found == {(person, BUILDING): ()}


def photo(state: PhotoState) -> Callable[[Work, PersonId, AssociationId], None]:
    def change(work: Work, person: PersonId, _house: AssociationId) -> None:
        work.session.execute(
            update(PersonFile)
            .where(PersonFile.person_id == person, PersonFile.kind == PaperKind.PHOTO)
            .values(state=state)
        )

    return change


def outside(work: Work, person: PersonId, there: AssociationId) -> None:
    """Grant more than the cap for work outside, in two specialties."""
    for specialty in (MUNICIPAL, BUILDING):
        hours.post(
            work, person, specialty=specialty, track=Track.ELECTIVE,
            credit=Credit(5000), association_id=there, source=f"claim:{new_id()}",
            kind=EntryKind.SUBSTITUTION,
        )  # fmt: skip


def test_what_was_done_outside_counts_up_to_the_cap_in_the_order_it_came(
    work: Work, there: AssociationId
) -> None:
    person = make.constructor(work, extra=MUNICIPAL)
    make.credit(work, person, there, elective=0)
    make.passed(work, person, there)
    outside(work, person, there)
    outside(work, person, there)
    work.session.flush()
    pair = person, BUILDING

    found = lacking(work.session, there, [pair], legal_day(work.now))

    # Twice five thousand of two specialties would be enough for both without a cap.
    assert found[pair] == ("certificate.elective",)


def elsewhere(work: Work, person: PersonId, there: AssociationId) -> None:
    other = make.association(work, code=f"A{person.hex[:6].upper()}", name="别处协会")
    make.credit(work, person, other, required=9000, elective=9000)


def revoked(work: Work, person: PersonId, there: AssociationId) -> None:
    make.credit(work, person, there)
    make.passed(work, person, there)
    made = services.issue(
        work, person, BUILDING, printer=make.PLAIN, association_id=there
    )
    work.session.flush()
    services.revoke(work, made, reason="certificate.issued", approvals=(new_id(),))
    work.session.flush()


WAYS: tuple[Callable[[Work, PersonId, AssociationId], None], ...] = (
    photo(PhotoState.REFUSED),
    photo(PhotoState.TO_REVIEW),
    outside,
    elsewhere,
    revoked,
)


def test_many_are_judged_as_each_alone(work: Work, there: AssociationId) -> None:
    dice = Random(7)
    for serial in range(1, 25):
        person = make.constructor(
            work, serial=serial, extra=MUNICIPAL if dice.random() < 0.4 else None
        )
        for specialty in (BUILDING, MUNICIPAL):
            make.credit(
                work, person, there, specialty=specialty,
                required=dice.choice((0, 2999, 3000, 6000)),
                elective=dice.choice((0, 1000, 3000, 5999, 6000)),
            )  # fmt: skip
        if serial > len(WAYS) and dice.random() < 0.5:
            make.passed(work, person, there, score=dice.choice((59, 60, 92)))
        if serial <= len(WAYS):
            WAYS[serial - 1](work, person, there)
    work.session.flush()

    assert agree(work, there) >= 24


def test_past_the_period_all_lack_it(work: Work, there: AssociationId) -> None:
    person = make.graduate(work, there)
    later = legal_day(work.now + timedelta(days=60))

    found = lacking(work.session, there, [(person, BUILDING)], later)

    assert found == {(person, BUILDING): ("certificate.period",)}


def test_a_thousand_cost_no_more_selects_than_one(
    work: Work, there: AssociationId
) -> None:
    people = make_batches.graduates(work, there, 12)
    on, said = legal_day(work.now), []

    def count(*told: object) -> None:
        said.append(told)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        lacking(work.session, there, [(people[0], BUILDING)], on)
        once = len(said)
        lacking(work.session, there, [(who, BUILDING) for who in people], on)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)

    assert len(said) == 2 * once
