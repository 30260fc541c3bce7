"""What the rules of inspection look at: rhythm, answers, days, devices, papers.

Never writes, and never judges: the rules do.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from lms.credentials.models import Certificate, CertificateStanding
from lms.exams.models import Attempt, Question
from lms.exams.queries import paper_of
from lms.exams.rules import AttemptState, right
from lms.inspections import rules
from lms.inspections.rules import Beats, Candidate, Pair, Why
from lms.kernel.clock import legal_day, start_of
from lms.kernel.ids import AssociationId, PersonId
from lms.learning.models import Enrolment, Lease, PresenceCheck, PresencePicture, Study
from lms.learning.rules.presence import Outcome

LOOK_BACK = timedelta(days=6)
PAPERS_BACK = timedelta(days=30)
_MS = timedelta(milliseconds=1)

Span = tuple[datetime, datetime]
Device = tuple[date, str, str]
"""A legal day, a browser's family and a network's prefix."""
Wrong = frozenset[tuple[UUID, frozenset[int]]]


@dataclass(slots=True)
class Studied:
    """How one person studied. Units: `answers` in seconds."""

    beats: list[Beats] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    devices: set[Device] = field(default_factory=set)
    answers: list[float] = field(default_factory=list)


def of_person(
    session: Session, scope: Collection[AssociationId], person_id: PersonId
) -> Studied:
    """Gather all that one person studied with some associations."""
    found = Studied()
    mine = (Enrolment.person_id == person_id, Enrolment.association_id.in_(scope))
    for row in session.execute(_leases(*mine)):
        _take(found, row)
    asked = _answers(*mine)
    found.answers = [
        (row.ended_at - row.asked_at).total_seconds() for row in session.execute(asked)
    ]
    return found


def others_there(
    session: Session,
    scope: Collection[AssociationId],
    person_id: PersonId,
    devices: Collection[Device],
) -> dict[Device, frozenset[UUID]]:
    """Say who else used a kind of browser and a network on the same legal day."""
    users: dict[Device, set[UUID]] = {device: set() for device in devices}
    if not devices:
        return {}
    days = [device[0] for device in devices]
    rows = session.execute(
        _leases(
            Enrolment.association_id.in_(scope),
            Lease.person_id != person_id,
            Lease.network.in_({device[2] for device in devices}),
            Lease.started_at >= start_of(min(days)),
            Lease.started_at < start_of(max(days) + timedelta(days=1)),
        )
    )
    for row in rows:
        key = (legal_day(row.started_at), row.browser, row.network)
        if key in users:
            users[key].add(row.person_id)
    return {key: frozenset(persons) for key, persons in users.items()}


def same_papers(
    session: Session, scope: Collection[AssociationId], person_id: PersonId
) -> tuple[Pair, ...]:
    """Find whose wrong answers are a person's, among those who sat about that time."""
    mine = session.scalars(
        select(Attempt).where(
            Attempt.person_id == person_id,
            Attempt.association_id.in_(scope),
            Attempt.state == AttemptState.GRADED,
        )
    ).all()
    found: dict[UUID, Pair] = {}
    for one in mine:
        near = (
            Attempt.association_id == one.association_id,
            Attempt.specialty == one.specialty,
            Attempt.started_at.between(
                one.started_at - PAPERS_BACK, one.started_at + PAPERS_BACK
            ),
        )
        for pair in rules.alike(_wrong(session, *near)):
            if person_id in {pair.one, pair.other}:
                other = pair.other if pair.one == person_id else pair.one
                found[other] = Pair(person_id, other, pair.same, pair.wrong)
    return tuple(found.values())


def pot(
    session: Session, association_id: AssociationId, since: date, until: date
) -> tuple[Candidate, ...]:
    """Gather what lots may be drawn of, for the legal days from one up to before one.

    Shape: each person once for each sign. Runs within a transaction, by a cursor.
    """
    window = (start_of(since), start_of(until))
    return (
        *_certificates(session, association_id, window),
        *_signs(session, association_id, window),
        *_papers(session, association_id, window),
    )


def _certificates(
    session: Session, association_id: AssociationId, window: Span
) -> Iterator[Candidate]:
    for row in session.execute(
        select(Certificate.id, CertificateStanding.person_id)
        .join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)
        .where(
            Certificate.association_id == association_id,
            Certificate.issued_at >= window[0],
            Certificate.issued_at < window[1],
        )
    ):
        yield Candidate(row.person_id, Why.CERTIFICATE, row.id)


def _signs(
    session: Session, association_id: AssociationId, window: Span
) -> Iterator[Candidate]:
    """Go through a week of study, person by person; only who studied now counts."""
    here = Enrolment.association_id == association_id
    lately = (
        Lease.started_at >= window[0] - LOOK_BACK,
        Lease.started_at < window[1],
    )
    rows = session.execute(
        _leases(here, *lately).order_by(Lease.person_id),
        execution_options={"yield_per": 1000},
    )
    active: set[UUID] = set()
    users: dict[Device, set[UUID]] = defaultdict(set)
    for person_id, leases in groupby(rows, key=lambda row: row.person_id):
        found = Studied()
        for row in leases:
            _take(found, row)
        if found.spans and max(span[0] for span in found.spans) >= window[0]:
            active.add(person_id)
            yield from _of_study(person_id, found)
        for device in found.devices:
            if device[0] >= legal_day(window[0]):
                users[device].add(person_id)
    yield from _of_answers(session, (here, *lately), active)
    crowd = {one for some in rules.shared(users).values() for one in some}
    yield from (Candidate(one, Why.SHARED_DEVICE) for one in sorted(crowd))


def _of_study(person_id: UUID, found: Studied) -> Iterator[Candidate]:
    if rules.beats_too_steady(found.beats):
        yield Candidate(person_id, Why.STEADY_BEATS)
    if rules.long_days(found.spans):
        yield Candidate(person_id, Why.LONG_DAY)


def _of_answers(
    session: Session, where: tuple[ColumnElement[bool], ...], active: set[UUID]
) -> Iterator[Candidate]:
    taken: dict[UUID, list[float]] = defaultdict(list)
    for row in session.execute(_answers(*where)):
        if row.person_id in active:
            taken[row.person_id].append((row.ended_at - row.asked_at).total_seconds())
    for person_id, seconds in taken.items():
        if rules.answers_too_steady(seconds):
            yield Candidate(person_id, Why.STEADY_ANSWERS)


def _papers(
    session: Session, association_id: AssociationId, window: Span
) -> Iterator[Candidate]:
    here = Attempt.association_id == association_id
    rows = session.execute(
        select(Attempt.person_id, Attempt.specialty).where(
            here,
            Attempt.state == AttemptState.GRADED,
            Attempt.submitted_at >= window[0],
            Attempt.submitted_at < window[1],
        )
    )
    now = {(row.person_id, row.specialty) for row in rows}
    told: set[UUID] = set()
    for specialty in sorted({each[1] for each in now}):
        lately = Attempt.submitted_at.between(window[0] - PAPERS_BACK, window[1])
        pairs = rules.alike(
            _wrong(session, here, Attempt.specialty == specialty, lately)
        )
        sat = {person for person, about in now if about == specialty}
        told |= {one for pair in pairs for one in (pair.one, pair.other)} & sat
    yield from (Candidate(one, Why.SAME_PAPER) for one in sorted(told))


def _wrong(session: Session, *where: ColumnElement[bool]) -> dict[UUID, Wrong]:
    """List each person's wrong answers. Shape: question, and the options chosen."""
    rows = session.scalars(
        select(Attempt).where(Attempt.state == AttemptState.GRADED, *where)
    ).all()
    papers = {row.id: paper_of(row) for row in rows}
    asked = {item.question_id for paper in papers.values() for item in paper}
    keys = {
        row.id: row.key
        for row in session.execute(
            select(Question.id, Question.key).where(Question.id.in_(asked))
        )
    }
    wrong: dict[UUID, set[tuple[UUID, frozenset[int]]]] = defaultdict(set)
    for row in rows:
        for place, item in enumerate(papers[row.id]):
            chosen = row.answers.get(str(place), ())
            if chosen and not right(item, keys[item.question_id], chosen):
                meant = frozenset(
                    item.order[one] for one in chosen if 0 <= one < len(item.order)
                )
                wrong[row.person_id].add((item.question_id, meant))
    return {person: frozenset(answers) for person, answers in wrong.items()}


def _leases(
    *where: ColumnElement[bool],
) -> Select[UUID, datetime, datetime, int, int, int, str, str]:
    return (
        select(
            Lease.person_id,
            Lease.started_at,
            Lease.last_beat_at,
            Lease.seq,
            Lease.gap_squares,
            Lease.clock_steps,
            Lease.browser,
            Lease.network,
        )
        .join(Study, Study.id == Lease.study_id)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .where(*where)
    )


def _answers(*where: ColumnElement[bool]) -> Select[UUID, datetime, datetime | None]:
    """Select the checks that a hand answered; a picture takes its own time."""
    return (
        select(PresenceCheck.person_id, PresenceCheck.asked_at, PresenceCheck.ended_at)
        .join(Lease, Lease.id == PresenceCheck.lease_id)
        .join(Study, Study.id == Lease.study_id)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .outerjoin(PresencePicture, PresencePicture.check_id == PresenceCheck.id)
        .where(
            PresenceCheck.outcome == Outcome.PASSED,
            PresenceCheck.ended_at.is_not(None),
            PresencePicture.check_id.is_(None),
            *where,
        )
        .order_by(PresenceCheck.asked_at)
    )


def _take(found: Studied, lease: Any) -> None:  # noqa: ANN401 - a row of `_leases`
    found.spans.append((lease.started_at, lease.last_beat_at))
    # A clock that was set in between spoils the sum of the gaps.
    if lease.seq and not lease.clock_steps:
        lasted = (lease.last_beat_at - lease.started_at) // _MS
        found.beats.append(Beats(lease.seq, lasted, lease.gap_squares))
    if lease.network:
        day = legal_day(lease.started_at)
        found.devices.add((day, lease.browser, lease.network))
