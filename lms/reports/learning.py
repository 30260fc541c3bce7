"""A person's hours: rings, days and the entries behind them. Never writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion, Lesson
from lms.claims.models import Claim
from lms.claims.rules import TAKEN_BACK
from lms.evidence.models import EvidenceLine
from lms.hours import queries as hours
from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind, origin
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.learning.models import Enrolment, Study
from lms.legacy.models import LegacyHours, LegacyPerson, LegacyWithdrawn
from lms.people import queries as people
from lms.policy.dates import days_left
from lms.policy.library import rules_for
from lms.policy.model import RuleSet, Specialty, Track
from lms.policy.renewal import window_for

Place = tuple[Specialty, Track]
Period = tuple[date, date]

EVER: Period = (date(2000, 1, 1), date(2200, 1, 1))
_STUDY = "study:"


@dataclass(frozen=True, slots=True)
class TrackRing:
    """One ring. Units: hundredths of a 学时."""

    track: Track
    done: Credit
    needed: Credit

    @property
    def missing(self) -> Credit:
        """Say what is still owed."""
        return Credit(max(0, self.needed - self.done))


@dataclass(frozen=True, slots=True)
class SpecialtyRings:
    """One registered specialty: its period, and its two rings."""

    specialty: Specialty
    is_main: bool
    registration_no: str
    period_from: date
    period_until: date
    opens_on: date | None
    closes_on: date
    days_left: int
    tracks: tuple[TrackRing, ...]

    @property
    def met(self) -> bool:
        """Say whether nothing is owed."""
        return not any(ring.missing for ring in self.tracks)


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One entry of the ledger, named. Units: hundredths of a 学时."""

    earned_on: date
    title: str
    course: str
    credit: Credit
    kind: EntryKind
    evidence_n: int
    evidence_mark: str


def rings(
    session: Session, person_id: PersonId, *, on: date
) -> tuple[SpecialtyRings, ...]:
    """Draw each registered specialty's two rings, the main one first.

    Empty without a registration.
    """
    try:
        registration = people.registration(session, person_id)
    except NotFound:
        return ()
    rules = rules_for(registration.province, on)
    periods = {(s.valid_from, s.valid_until) for s in registration.specialties}
    tallies = {
        period: hours.tally(
            session, person_id, since=period[0], until=period[1], rules=rules
        )
        for period in periods
    }
    return tuple(
        _rings(registration.number, each, rules, tallies, on)
        for each in registration.specialties
    )


def _rings(
    number: str,
    place: people.RegisteredSpecialty,
    rules: RuleSet,
    tallies: Mapping[Period, Mapping[Place, Credit]],
    on: date,
) -> SpecialtyRings:
    tally = tallies[place.valid_from, place.valid_until]
    quota = rules.quota(place.is_main)
    window = window_for(rules, place.valid_until, on)
    return SpecialtyRings(
        specialty=place.code,
        is_main=place.is_main,
        registration_no=number,
        period_from=place.valid_from,
        period_until=place.valid_until,
        opens_on=window.opens_on,
        closes_on=window.closes_on,
        days_left=days_left(place.valid_until, on),
        tracks=tuple(
            TrackRing(
                track,
                tally.get((place.code, track), Credit(0)),
                Credit(quota.asked(track)),
            )
            for track in Track
        ),
    )


def credit_days(session: Session, person_id: PersonId) -> Mapping[Specialty, set[date]]:
    """Name the days on which credit came, for each specialty."""
    found: dict[Specialty, set[date]] = {}
    rows = session.execute(
        select(HoursEntry.specialty, HoursEntry.earned_on)
        .where(HoursEntry.person_id == person_id)
        .distinct()
    )
    for specialty, day in rows:
        found.setdefault(specialty, set()).add(day)
    return found


def loose_credit(
    session: Session, person_id: PersonId, drawn: Iterable[SpecialtyRings]
) -> Mapping[Place, Credit]:
    """Sum credit that no ring shows: of a specialty that is not registered."""
    shown = {ring.specialty for ring in drawn}
    tally = hours.tally(session, person_id, since=EVER[0], until=EVER[1])
    return {place: credit for place, credit in tally.items() if place[0] not in shown}


def period(
    session: Session, person_id: PersonId, specialty: Specialty, *, on: date
) -> SpecialtyRings | None:
    """Find the rings of one specialty, when it is registered."""
    return next(
        (
            ring
            for ring in rings(session, person_id, on=on)
            if ring.specialty is specialty
        ),
        None,
    )


def posting_rows(
    session: Session, person_id: PersonId, place: Place, within: Period
) -> tuple[PostingRow, ...]:
    """List the entries behind one figure, each with its lesson and its evidence."""
    cards = hours.postings(
        session,
        person_id,
        since=within[0],
        until=within[1],
        specialty=place[0],
        track=place[1],
    )
    titles = {
        **_titles(session, person_id),
        **_claimed(session, person_id),
        **_inherited(session, person_id),
    }
    marks = _marks(session, person_id)
    return tuple(
        PostingRow(
            card.earned_on,
            *titles.get(origin(card.source), ("", "")),
            credit=card.credit,
            kind=card.kind,
            evidence_n=card.evidence_n,
            evidence_mark=marks.get(card.evidence_n, "")[:8],
        )
        for card in cards
    )


def _titles(session: Session, person_id: PersonId) -> Mapping[str, tuple[str, str]]:
    rows = session.execute(
        select(Study.id, Lesson.title, CourseVersion.title)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .join(Lesson, Lesson.id == Study.lesson_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(Enrolment.person_id == person_id, Study.completed_at.is_not(None))
    )
    return {f"{_STUDY}{row[0]}": (row[1], row[2]) for row in rows}


def _claimed(session: Session, person_id: PersonId) -> Mapping[str, tuple[str, str]]:
    rows = session.execute(
        select(Claim.id, Claim.appeal_id, Claim.about).where(
            Claim.person_id == person_id
        )
    )
    return {
        f"approval:{question}": (row.about, "")
        for row in rows
        for question in (row.id, row.appeal_id)
        if question
    }


def _inherited(session: Session, person_id: PersonId) -> Mapping[str, tuple[str, str]]:
    rows = session.execute(
        select(LegacyHours.id, LegacyHours.course, LegacyHours.platform)
        .join(LegacyPerson, LegacyPerson.id == LegacyHours.record_id)
        .where(LegacyPerson.person_id == person_id)
    )
    gone = session.execute(
        select(LegacyWithdrawn.id, LegacyWithdrawn.course, LegacyWithdrawn.platform)
        .where(LegacyWithdrawn.person_id == person_id)
        .where(LegacyWithdrawn.course != "")
    )
    return {
        f"{prefix}{row.id}": (row.course, row.platform)
        for row in (*rows, *gone)
        for prefix in ("legacy:", TAKEN_BACK)
    }


def _marks(session: Session, person_id: PersonId) -> Mapping[int, str]:
    rows = session.execute(
        select(EvidenceLine.n, EvidenceLine.hash).where(
            EvidenceLine.stream == f"person:{person_id}",
            EvidenceLine.kind == "hours.posted",
        )
    )
    return {n: bytes(mark).hex() for n, mark in rows}
