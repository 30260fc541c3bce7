"""Read applications: one, those of somebody, and what happened to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.kernel.errors import NotFound
from lms.kernel.ids import EmployerId, PersonId
from lms.policy.flow import Case, Flow, Party, Path, Step, StepName
from lms.policy.flows import flow_of
from lms.policy.model import Application, Province, Specialty
from lms.registration.models import (
    ApplicationEvent,
    ApplicationRow,
    Commitment,
    Flag,
)
from lms.registration.rules.limits import cases_of
from lms.registration.rules.states import ONE_SIDED, Act, FlagKind, Status, answers


@dataclass(frozen=True, slots=True)
class ApplicationCard:
    """One application as it stands. Units: `left` in working days."""

    id: UUID
    number: str
    person_id: PersonId
    employer_id: EmployerId | None
    province: Province
    application: Application
    path: Path
    flow: Flow
    specialties: tuple[Specialty, ...]
    cases: frozenset[Case]
    facts: Mapping[str, Any]
    started_by: Party
    opened_at: datetime
    step: Step
    status: Status
    met: frozenset[str]
    filed_on: date | None
    accepted_on: date | None
    decided_on: date | None
    due_on: date | None
    due_not_before: date | None
    left: int | None
    told_on: date | None
    extended_on: date | None
    closed_at: datetime | None
    version: int

    @property
    def steps(self) -> tuple[Step, ...]:
        """Give the steps that this application takes."""
        return self.flow.steps_for(self.cases)


@dataclass(frozen=True, slots=True)
class EventCard:
    """One act: who did it as what, when and why."""

    n: int
    step: StepName
    act: Act
    party: Party
    account_id: UUID | None
    person_id: UUID | None
    office_id: UUID | None
    at: datetime
    reason: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CommitmentCard:
    """A written commitment as it was signed."""

    party: Party
    words: str
    signer: str
    signed_at: datetime
    sha256: bytes


@dataclass(frozen=True, slots=True)
class FlagCard:
    """What the law or the clock says of an application, and what became of it."""

    id: UUID
    application_id: UUID
    kind: FlagKind
    subject: str
    raised_at: datetime
    facts: Mapping[str, Any]
    settled_at: datetime | None
    upheld: bool | None
    comment: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One step on the line that the applicant sees."""

    step: Step
    state: str
    done_at: datetime | None


def opinion_against(history: Sequence[EventCard]) -> EventCard | None:
    """Give the last examination, where who examined advised to refuse."""
    examined = [
        event
        for event in history
        if event.step is StepName.REVIEW and event.act is Act.PASS
    ]
    found = examined[-1] if examined else None
    return found if found and found.facts.get("opinion") == "against" else None


def unchanged_answer(history: Sequence[EventCard]) -> EventCard | None:
    """Give the answer to a supplement, where its applicant could change nothing."""
    said = (e for e in history if e.act is Act.ANSWER and e.facts.get("unchanged"))
    return next(said, None)


def application(session: Session, application_id: UUID) -> ApplicationCard:
    """Give one application. Raises: NotFound."""
    return _one(session, select(ApplicationRow).filter_by(id=application_id))


def of_person(
    session: Session, person_id: PersonId, application_id: UUID
) -> ApplicationCard:
    """Give one of a person's own applications. Raises: NotFound."""
    wanted = select(ApplicationRow).filter_by(id=application_id, person_id=person_id)
    return _one(session, wanted)


def of_employer(
    session: Session, employer_id: EmployerId, application_id: UUID
) -> ApplicationCard:
    """Give an application that an employer takes part in. Raises: NotFound."""
    wanted = select(ApplicationRow).filter_by(
        id=application_id, employer_id=employer_id
    )
    return _one(session, wanted)


def open_to_employer(card: ApplicationCard) -> bool:
    """Tell whether a company may see what is in an application, not only that it is.

    Where the person applies against the company, its papers are not the company's.
    """
    return card.path not in ONE_SIDED or card.started_by is Party.EMPLOYER


def answered_by(card: ApplicationCard, party: Party) -> bool:
    """Tell whether the desk waits for this party's supplement."""
    waits = card.status is Status.SUPPLEMENT and card.closed_at is None
    return waits and answers(card.flow, party, card.started_by)


def all_of_person(session: Session, person_id: PersonId) -> tuple[ApplicationCard, ...]:
    """List a person's applications, the newest first."""
    wanted = select(ApplicationRow).filter_by(person_id=person_id)
    return _many(session, wanted.order_by(ApplicationRow.opened_at.desc()))


def open_of_person(session: Session, person_id: PersonId) -> ApplicationCard | None:
    """Give the one application of a person that is under way, if there is one."""
    wanted = select(ApplicationRow).filter_by(person_id=person_id, closed_at=None)
    return next(iter(_many(session, wanted)), None)


def all_of_employer(
    session: Session, employer_id: EmployerId, *, waiting: bool = False
) -> tuple[ApplicationCard, ...]:
    """List what an employer takes part in; or only what waits for it, oldest first."""
    wanted = select(ApplicationRow).filter_by(employer_id=employer_id)
    if waiting:
        wanted = wanted.filter_by(closed_at=None)
        found = _many(session, wanted.order_by(ApplicationRow.opened_at))
        return tuple(
            card
            for card in found
            if card.step.by is Party.EMPLOYER or answered_by(card, Party.EMPLOYER)
        )
    return _many(session, wanted.order_by(ApplicationRow.opened_at.desc()))


def queue(
    session: Session,
    province: Province,
    *,
    parties: frozenset[Party],
    limit: int = 500,
) -> tuple[ApplicationCard, ...]:
    """List what waits at a province's desk for these parties, the first due first."""
    wanted = (
        select(ApplicationRow)
        .filter_by(province=province, closed_at=None)
        .where(ApplicationRow.filed_on.is_not(None))
        .order_by(
            ApplicationRow.due_on.is_(None),
            ApplicationRow.due_on,
            ApplicationRow.filed_on,
        )
        .limit(limit)
    )
    return tuple(c for c in _many(session, wanted) if c.step.by in parties)


def history(session: Session, application_id: UUID) -> tuple[EventCard, ...]:
    """List every act on an application, the first one first."""
    rows = session.scalars(
        select(ApplicationEvent)
        .filter_by(application_id=application_id)
        .order_by(ApplicationEvent.n)
    )
    return tuple(
        EventCard(
            row.n,
            row.step,
            row.act,
            row.party,
            row.account_id,
            row.person_id,
            row.office_id,
            row.at,
            row.reason,
            row.facts,
        )
        for row in rows
    )


def commitments(session: Session, application_id: UUID) -> tuple[CommitmentCard, ...]:
    """List the commitments that were signed, the newest of each party last."""
    rows = session.scalars(
        select(Commitment)
        .filter_by(application_id=application_id)
        .order_by(Commitment.signed_at)
    )
    return tuple(
        CommitmentCard(row.party, row.words, row.signer, row.signed_at, row.sha256)
        for row in rows
    )


def flags(
    session: Session, application_ids: Sequence[UUID], *, open_only: bool = False
) -> tuple[FlagCard, ...]:
    """List the flags of some applications, the oldest first."""
    wanted = select(Flag).where(Flag.application_id.in_(application_ids))
    if open_only:
        wanted = wanted.where(Flag.settled_at.is_(None))
    return tuple(
        FlagCard(
            row.id,
            row.application_id,
            row.kind,
            row.subject,
            row.raised_at,
            row.facts,
            row.settled_at,
            row.upheld,
            row.comment,
        )
        for row in session.scalars(wanted.order_by(Flag.raised_at))
    )


def progress(
    card: ApplicationCard, events: Sequence[EventCard]
) -> tuple[Progress, ...]:
    """Draw the line: each step done, current, to come, or cut off by the end."""
    since = max((e.n for e in events if e.act in (Act.OPEN, Act.RETURN)), default=0)
    done = {
        e.step: e.at for e in events if e.n > since and e.act in (Act.PASS, Act.GRANT)
    }
    line, reached = [], False
    for step in card.steps:
        here = step.name is card.step.name and card.status is not Status.GRANTED
        state = "done" if step.name in done and not here else "to_come"
        if here:
            state = "ended" if card.closed_at else "current"
        elif reached and card.closed_at:
            state = "cut"
        reached = reached or here
        line.append(Progress(step, state, done.get(step.name) if not here else None))
    return tuple(line)


def _one(session: Session, wanted: Select[ApplicationRow]) -> ApplicationCard:
    row = session.scalars(wanted).first()
    if row is None:
        raise NotFound("application.unknown")
    return card_of(row)


def _many(
    session: Session, wanted: Select[ApplicationRow]
) -> tuple[ApplicationCard, ...]:
    return tuple(card_of(row) for row in session.scalars(wanted))


def card_of(row: ApplicationRow) -> ApplicationCard:
    """Give a row as a card."""
    flow = flow_of(row.flow)
    return ApplicationCard(
        id=row.id,
        number=row.number,
        person_id=PersonId(row.person_id),
        employer_id=EmployerId(row.employer_id) if row.employer_id else None,
        province=row.province,
        application=row.application,
        path=row.path,
        flow=flow,
        specialties=tuple(Specialty(each) for each in row.specialties),
        cases=cases_of(row.cases),
        facts=dict(row.facts),
        started_by=row.started_by,
        opened_at=row.opened_at,
        step=flow.step(row.step),
        status=row.status,
        met=frozenset(row.met),
        filed_on=row.filed_on,
        accepted_on=row.accepted_on,
        decided_on=row.decided_on,
        due_on=row.due_on,
        due_not_before=row.due_not_before,
        left=row.left,
        told_on=row.told_on,
        extended_on=row.extended_on,
        closed_at=row.closed_at,
        version=row.version,
    )
