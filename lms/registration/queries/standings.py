"""Where persons stand before the next renewal, as last assessed or as of now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.queries import study
from lms.kernel.ids import PersonId
from lms.policy import dates
from lms.policy.model import Province, Specialty
from lms.registration.models import EndedSpecialty, RevocationEffect, StandingRow
from lms.registration.queries.renewals import renewals
from lms.registration.rules.standings import EndCause, Found, found

MOST_LIVE = 500
"""So many are assessed on the spot when the night has not come round to them."""


@dataclass(frozen=True, slots=True)
class StandingCard:
    """Where one person stands before the renewal of the earliest end.

    Hours as yes or no and per cent, never more. `assessed_on` says of which day it is.
    """

    person_id: PersonId
    assessed_on: date
    found: Found

    @property
    def days_left(self) -> int:
        """Say how many days are left to the end; below zero it is over."""
        return dates.days_left(self.found.ends_on, self.assessed_on)


def standings(
    session: Session, persons: Collection[UUID], *, on: date
) -> dict[PersonId, StandingCard]:
    """Say where persons stand; one who is registered nowhere is absent.

    What the night has not seen to today, or what a revocation has overtaken, is
    assessed on the spot, so that nobody reads a yesterday that is not true any more.
    """
    overtaken = {one.person_id: one.at for one in study.revoked(session, persons)}
    kept = {
        PersonId(row.person_id): _kept(row)
        for row in session.scalars(
            select(StandingRow).where(
                StandingRow.person_id.in_(persons), StandingRow.assessed_on == on
            )
        )
        if row.person_id not in overtaken
        or row.assessed_at > overtaken[PersonId(row.person_id)]
    }
    rest = [one for one in persons if PersonId(one) not in kept]
    asked = renewals(session, rest[:MOST_LIVE], on=on) if rest else {}
    fresh = {
        person: StandingCard(person, on, answer)
        for person, requests in asked.items()
        if (answer := found(requests)) is not None
    }
    return {**kept, **fresh}


def _kept(row: StandingRow) -> StandingCard:
    return StandingCard(
        PersonId(row.person_id),
        row.assessed_on,
        Found(
            province=row.province,
            eligible=row.eligible,
            ready=row.ready,
            lapsed=row.lapsed,
            hours_met=row.hours_met,
            per_cent=row.per_cent,
            specialties=tuple(Specialty(each) for each in row.specialties),
            ends_on=row.ends_on,
            opens_on=row.opens_on,
            closes_on=row.closes_on,
            codes=tuple(row.codes),
            rule_set=row.rule_set,
        ),
    )


def undrawn(session: Session, person_id: PersonId) -> bool:
    """Tell whether a revocation's consequences for a person are still to be drawn."""
    every = {one.certificate_id for one in study.revoked(session, [person_id])}
    drawn = select(RevocationEffect.certificate_id).where(
        RevocationEffect.person_id == person_id
    )
    return bool(every and every - set(session.scalars(drawn)))


@dataclass(frozen=True, slots=True)
class EndedCard:
    """A specialty's period that is over, and why."""

    specialty: Specialty
    is_main: bool
    number: str
    province: Province
    valid_from: date
    valid_until: date
    cause: EndCause
    ended_on: date


def ended(session: Session, person_id: PersonId) -> tuple[EndedCard, ...]:
    """List a person's periods that are over, the last first."""
    rows = session.scalars(
        select(EndedSpecialty)
        .where(EndedSpecialty.person_id == person_id)
        .order_by(EndedSpecialty.ended_on.desc(), EndedSpecialty.seq.desc())
    )
    return tuple(
        EndedCard(
            row.specialty,
            row.is_main,
            row.number,
            row.province,
            row.valid_from,
            row.valid_until,
            row.cause,
            row.ended_on,
        )
        for row in rows
    )
