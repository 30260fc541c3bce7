"""The desk's own view: which applications are here, by step and by limit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.calendar import queries as calendars
from lms.kernel.errors import NotFound
from lms.people.queries import naming
from lms.policy.assessment import assess
from lms.policy.facts import ChangeKind, Commitments
from lms.policy.flow import Party, Path, StepName
from lms.policy.flow_checks import silence
from lms.policy.library import rules_for
from lms.policy.model import Province
from lms.policy.offices import Task
from lms.policy.verdict import Assessment
from lms.policy.workdays import Calendar, Due, workdays_between
from lms.registration.models import ApplicationRow, Flag
from lms.registration.queries import applications, offices
from lms.registration.queries.applications import ApplicationCard, FlagCard
from lms.registration.queries.eligibility import Matter, application_request
from lms.registration.queries.offices import OfficeCard
from lms.registration.rules import desk as rules
from lms.registration.rules.desk import Bucket, Place
from lms.registration.rules.limits import answer_due as last_answer
from lms.registration.rules.states import Status

_MOST = 500
_PARTIES = {"teller": Party.TELLER, "approver": Party.APPROVER}


@dataclass(frozen=True, slots=True)
class Desk:
    """An office as somebody sits in it today."""

    office: OfficeCard
    parties: frozenset[Party]
    today: date
    neighbours: tuple[OfficeCard, ...]

    @property
    def provinces(self) -> frozenset[Province]:
        """Name the provinces whose applications are here."""
        return self.office.reach(self.today)

    def may_see(self, card: ApplicationCard, uscc: str) -> bool:
        """Tell whether an application is here at all."""
        if card.province not in self.provinces:
            return False
        arrived = card.filed_on is not None or card.step.by in set(_PARTIES.values())
        at_counter = card.started_by is Party.TELLER
        return (arrived or at_counter) and rules.serves(self.office.region, uscc)

    def does(self, card: ApplicationCard, uscc: str) -> bool:
        """Tell whether this office does the present step, whoever sits in it."""
        places = [_place(one, card.province, self.today) for one in self.neighbours]
        here = _place(self.office, card.province, self.today)
        fits = rules.serves(self.office.region, uscc)
        return fits and rules.does(here, card.step, card.path, places)

    def decides(self, province: Province, uscc: str) -> bool:
        """Tell whether this office decides in a province, for a company of its area."""
        here = self.office.provinces(Task.DECIDE, self.today)
        return province in here and rules.serves(self.office.region, uscc)

    def proves(self, card: ApplicationCard, uscc: str) -> bool:
        """Tell whether something may be shown here: at its step, or where one looks."""
        looks = self.office.provinces(Task.ON_SITE, self.today)
        there = card.province in looks and rules.serves(self.office.region, uscc)
        return there or self.does(card, uscc)

    def may_act(self, card: ApplicationCard, uscc: str) -> bool:
        """Tell whether whoever sits here does the present step."""
        if card.closed_at is not None or self.party(card) is None:
            return False
        return self.does(card, uscc)

    def party(self, card: ApplicationCard) -> Party | None:
        """Say as which party whoever sits here does the present step; None as none."""
        mine = (one for one in _PARTIES.values() if one in self.parties)
        return next((one for one in mine if card.step.may_be_done_by(one)), None)


def _place(office: OfficeCard, province: Province, day: date) -> Place:
    tasks = frozenset(t for t in Task if province in office.provinces(t, day))
    return Place(office.kind, office.region, tasks)


@dataclass(frozen=True, slots=True)
class Line:
    """One application in a list. Units: `left` working days to its last day.

    `tell_by` is the last day to name deficiencies, while it waits for acceptance.
    """

    card: ApplicationCard
    name: str
    employer: str
    bucket: Bucket
    left: int | None
    tell_by: date | None
    mine: bool
    flags: tuple[FlagCard, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """One application on the desk, with what decides who may do what."""

    card: ApplicationCard
    name: str
    employer: str
    uscc: str
    bucket: Bucket
    left: int | None
    tell_by: date | None
    may_act: bool


def desk_of(
    session: Session, office_id: UUID, roles: Collection[str], today: date
) -> Desk:
    """Give the desk where somebody sits.

    Raises: NotFound.
    """
    office = offices.office(session, office_id)
    parties = frozenset(_PARTIES[role] for role in roles if role in _PARTIES)
    neighbours: dict[UUID, OfficeCard] = {office.id: office}
    for province in office.reach(today):
        neighbours |= {one.id: one for one in offices.offices(session, province)}
    return Desk(office, parties, today, tuple(neighbours.values()))


def queue(session: Session, desk: Desk) -> tuple[Line, ...]:
    """List what is open at a desk, the first due first."""
    wanted = (
        select(ApplicationRow)
        .where(
            ApplicationRow.province.in_(desk.provinces),
            ApplicationRow.closed_at.is_(None),
            or_(
                ApplicationRow.filed_on.is_not(None),
                ApplicationRow.step.in_(("on_site", "preliminary", "in_person")),
                ApplicationRow.started_by == Party.TELLER,
            ),
        )
        .order_by(
            ApplicationRow.due_on.is_(None),
            ApplicationRow.due_on,
            ApplicationRow.opened_at,
        )
        .limit(_MOST)
    )
    cards = [applications.card_of(row) for row in session.scalars(wanted)]
    return tuple(sorted(lines(session, desk, cards), key=_urgency))


def _urgency(line: Line) -> tuple[bool, date, datetime]:
    """Put the first day that binds first; whoever waits for the applicant is last."""
    card = line.card
    waits = card.status is Status.SUPPLEMENT
    last = None if waits else card.due_on or line.tell_by or card.due_not_before
    return last is None, last or date.max, card.opened_at


def decided(session: Session, desk: Desk, *, limit: int = 100) -> tuple[Line, ...]:
    """List what ended at a desk, the newest first."""
    wanted = (
        select(ApplicationRow)
        .where(
            ApplicationRow.province.in_(desk.provinces),
            ApplicationRow.closed_at.is_not(None),
            ApplicationRow.filed_on.is_not(None),
        )
        .order_by(ApplicationRow.closed_at.desc())
        .limit(limit)
    )
    cards = [applications.card_of(row) for row in session.scalars(wanted)]
    return lines(session, desk, cards)


def lines(
    session: Session, desk: Desk, cards: Collection[ApplicationCard]
) -> tuple[Line, ...]:
    """Name whom applications are about, and leave out what is not here."""
    persons = naming.names(session, {card.person_id for card in cards})
    companies = naming.company_names(
        session, {card.employer_id for card in cards if card.employer_id}
    )
    flags = applications.flags(session, [card.id for card in cards], open_only=True)
    known = calendars.calendar(session)
    found = []
    for card in cards:
        told = tell_by(card, known)
        company = companies.get(card.employer_id) if card.employer_id else None
        uscc = company.uscc if company else ""
        if not desk.may_see(card, uscc):
            continue
        found.append(
            Line(
                card=card,
                name=persons.get(card.person_id, ""),
                employer=company.name if company else "",
                bucket=_bucket(desk, card, told, known),
                left=_left(desk.today, card, told, known),
                tell_by=told,
                mine=desk.may_act(card, uscc),
                flags=tuple(f for f in flags if f.application_id == card.id),
            )
        )
    return tuple(found)


def tell_by(card: ApplicationCard, known: Calendar) -> date | None:
    """Name the last day to name deficiencies; silence past it is acceptance.

    Source: 行政许可法 第三十二条.
    """
    waits = card.step.name is StepName.ACCEPT and card.told_on is None
    if not waits or card.filed_on is None:
        return None
    limits = rules_for(card.province, card.filed_on).limits
    found = silence(known, limits, card.filed_on, card.filed_on)
    return found.told_by.on if found else None


def answer_by(card: ApplicationCard, known: Calendar) -> date | None:
    """Name the last day of a supplement that the desk waits for."""
    found = answer_due(card, known)
    return found.on if found else None


def answer_due(card: ApplicationCard, known: Calendar) -> Due | None:
    """Name that day, or what is known of it; None while no supplement is awaited."""
    if card.status is not Status.SUPPLEMENT or card.told_on is None:
        return None
    limits = rules_for(card.province, card.filed_on or card.told_on).limits
    return last_answer(known, card.told_on, limits)


def _bucket(
    desk: Desk, card: ApplicationCard, told: date | None, known: Calendar
) -> Bucket:
    return rules.bucket(
        card.step,
        card.status,
        due_on=card.due_on or told,
        accepted=card.accepted_on is not None,
        today=desk.today,
        calendar=known,
    )


def _left(
    today: date, card: ApplicationCard, told: date | None, known: Calendar
) -> int | None:
    """Say how many working days are left; a stopped clock keeps what it had."""
    last = card.due_on or told
    if card.left is not None or last is None:
        return card.left
    return 0 if last < today else workdays_between(known, today, last)


def opened(session: Session, desk: Desk, application_id: UUID) -> Opened:
    """Give an application that is on a desk.

    Raises: NotFound, for one of another province or area too.
    """
    card = applications.application(session, application_id)
    (line,) = lines(session, desk, [card]) or (None,)
    if line is None:
        raise NotFound("application.unknown")
    uscc = ""
    if card.employer_id is not None:
        found = naming.company_names(session, {card.employer_id})
        uscc = found[card.employer_id].uscc if found else ""
    return Opened(
        card,
        line.name,
        line.employer,
        uscc,
        line.bucket,
        line.left,
        line.tell_by,
        line.mine,
    )


def flagged(session: Session, flag_id: UUID) -> UUID:
    """Name the application that a flag was raised on.

    Raises: NotFound.
    """
    found = session.scalar(select(Flag.application_id).where(Flag.id == flag_id))
    if found is None:
        raise NotFound("application.flag_unknown")
    return found


def verdict(session: Session, card: ApplicationCard, on: date) -> Assessment | None:
    """Ask the law about an application as things are on a legal day.

    None while the birth date is unknown.
    """
    matter = Matter(
        person_id=card.person_id,
        province=card.province,
        application=card.application,
        specialties=card.specialties,
        change_kind=(
            ChangeKind.EMPLOYER
            if card.path is Path.ORDINARY
            else ChangeKind.INFORMATION
        ),
        commitments=Commitments(person=True, employer=True),
    )
    request = application_request(session, matter, on=card.filed_on or on)
    return None if request is None else assess(request)
