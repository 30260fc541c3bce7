"""A company's people and how far each is: dates and hours, never the ID number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.people.queries import StaffCard
from lms.people.rules import ArchiveKind, Period, owed
from lms.policy.dates import days_left
from lms.policy.model import Province
from lms.registration.queries.standings import StandingCard, standings
from lms.reports.learning import SpecialtyRings, rings

SOON = 180
"""Days before the end at which an employer should see to it."""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person as the employer sees them.

    `deadline` is the earliest last day of a registered specialty; None without a
    registration. `revoked`: a certificate was withdrawn, and its hours count no more.

    Units: `percent` of the hours that the renewal needs, rounded down.
    """

    link_id: UUID
    person_id: PersonId
    name: str
    number: str
    province: Province | None
    drawn: tuple[SpecialtyRings, ...]
    deadline: date | None
    days_left: int
    percent: int
    owed: tuple[ArchiveKind, ...]
    revoked: bool = False

    @property
    def met(self) -> bool:
        """Tell whether the hours suffice."""
        enough = bool(self.drawn) and all(one.met for one in self.drawn)
        return enough and not self.revoked

    @property
    def urgent(self) -> bool:
        """Tell whether something must be done soon: little time, too few hours."""
        return self.deadline is not None and self.days_left <= SOON and not self.met

    @property
    def expired(self) -> bool:
        """Tell whether a specialty has ended already."""
        return self.deadline is not None and self.days_left < 0

    @property
    def period(self) -> Period | None:
        """Give the main specialty's period."""
        main = next((one for one in self.drawn if one.is_main), None)
        return Period(main.period_from, main.period_until) if main else None


def staff(session: Session, employer_id: UUID, *, on: date) -> tuple[StaffRow, ...]:
    """List a company's people by deadline, those without a registration last."""
    kept = people.kept_by(session, employer_id)
    cards = people.staff_of(session, employer_id)
    stand = standings(session, [each.person_id for each in cards], on=on)
    rows = [
        _weighed(
            _row(session, each, kept.get(each.link_id, frozenset()), on),
            stand.get(each.person_id),
        )
        for each in cards
    ]
    return tuple(
        sorted(rows, key=lambda row: (row.deadline or date.max, row.percent, row.name))
    )


def one(session: Session, employer_id: UUID, link_id: UUID, *, on: date) -> StaffRow:
    """Give one of a company's people.

    Raises: NotFound, for another company's and for one who has left, alike.
    """
    card = people.staff_one(session, employer_id, link_id)
    kept = people.kept_by(session, employer_id)
    row = _row(session, card, kept.get(link_id, frozenset()), on)
    stand = standings(session, [card.person_id], on=on)
    return _weighed(row, stand.get(card.person_id))


def _weighed(row: StaffRow, stand: StandingCard | None) -> StaffRow:
    """Let a withdrawn certificate take its hours along."""
    if stand is None or "certificate.revoked" not in stand.found.codes:
        return row
    return replace(row, revoked=True, percent=min(row.percent, stand.found.per_cent))


def _row(
    session: Session,
    card: StaffCard,
    kept: frozenset[tuple[date, ArchiveKind]],
    on: date,
) -> StaffRow:
    drawn = rings(session, card.person_id, on=on)
    registered = drawn[0] if drawn else None
    deadline = min((each.period_until for each in drawn), default=None)
    since = registered.period_from if registered else None
    return StaffRow(
        link_id=card.link_id,
        person_id=card.person_id,
        name=card.name,
        number=registered.registration_no if registered else "",
        province=people.registration(session, card.person_id).province
        if registered
        else None,
        drawn=drawn,
        deadline=deadline,
        days_left=days_left(deadline, on) if deadline else 0,
        percent=percent(drawn),
        owed=owed(frozenset(kind for day, kind in kept if day == since)),
    )


def percent(drawn: Sequence[SpecialtyRings]) -> int:
    """Say how much of the hours is there; surplus in one place fills no other.

    Units: percent of 100, rounded down, so that 100 means all.
    """
    tracks = [ring for each in drawn for ring in each.tracks]
    needed = sum(ring.needed for ring in tracks)
    done = sum(min(ring.done, ring.needed) for ring in tracks)
    return 100 * done // needed if needed else 100 if drawn else 0
