"""Draw samples, and write down what was found."""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.evidence import services as evidence
from lms.inspections import queries
from lms.inspections.models import NO_DAYS, Draw, Finding, Sample
from lms.inspections.rules import (
    LONGEST_COMMENT,
    SHORTEST_COMMENT,
    Candidate,
    Verdict,
    Why,
    how_many,
)
from lms.kernel.errors import Conflict, Forbidden, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work

AGAIN = timedelta(days=30)
"""How long one sign of one person is drawn but once."""
_LOTS = secrets.SystemRandom()
"""The system's own generator: nobody can foretell whom the lot falls on."""


def draw(
    work: Work,
    association_id: AssociationId,
    since: date,
    until: date,
    pot: Sequence[Candidate],
) -> int:
    """Draw lots over the days from `since` up to before `until`; say how many fell.

    Each span of days is drawn once: who asks again gets nothing new. The evidence says
    how many there were and how many were taken, never whom: nobody shall be warned.
    """
    if _done(work, association_id, until):
        return 0
    lately = _lately(work, association_id)
    pot = [one for one in pot if (one.person_id, one.why) not in lately]
    taken = _lots(pot)
    row = Draw(
        id=new_id(),
        association_id=association_id,
        since=since,
        until=until,
        pot=len(pot),
        taken=len(taken),
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.session.add_all(_sample(work, row, one) for one in taken)
    work.session.flush()
    _tell(work, row)
    return len(taken)


def _done(work: Work, association_id: AssociationId, until: date) -> bool:
    done = select(Draw.id).where(
        Draw.association_id == association_id, Draw.until >= until
    )
    return work.session.scalars(done).first() is not None


def _lately(work: Work, association_id: AssociationId) -> set[tuple[UUID, Why]]:
    """Name whom the lot fell on for a sign not long ago; once is enough for a while."""
    rows = work.session.execute(
        select(Sample.person_id, Sample.why).where(
            Sample.association_id == association_id,
            Sample.why != Why.CERTIFICATE,
            Sample.drawn_at > work.now - AGAIN,
        )
    )
    return {(row.person_id, row.why) for row in rows}


def _tell(work: Work, made: Draw) -> None:
    evidence.note(
        work,
        f"association:{made.association_id}",
        "inspection.drawn",
        draw=made.id,
        since=made.since,
        until=made.until,
        pot=made.pot,
        taken=made.taken,
    )


def _lots(pot: Sequence[Candidate]) -> list[Candidate]:
    taken = []
    for certificates in (True, False):
        part = [one for one in pot if (one.why is Why.CERTIFICATE) is certificates]
        taken += _LOTS.sample(part, how_many(len(part), certificates=certificates))
    return taken


def _sample(work: Work, made: Draw, one: Candidate) -> Sample:
    return Sample(
        id=new_id(),
        draw_id=made.id,
        association_id=made.association_id,
        person_id=one.person_id,
        certificate_id=one.certificate_id,
        why=one.why,
        drawn_at=work.now,
    )


def open_review(
    work: Work, association_id: AssociationId, person_id: PersonId, reason: str
) -> UUID:
    """Look into somebody because of a complaint, beside what the lot falls on.

    One open review of a person is enough: further words go there.

    Raises: Refused without a reason; Conflict while one is open.
    """
    said = reason.strip()
    if not SHORTEST_COMMENT <= len(said) <= LONGEST_COMMENT:
        raise Refused("sample.no_reason")
    known = queries.of_person(work.session, (association_id,), person_id)
    if any(one.why is Why.COMPLAINT and one.verdict is None for one in known):
        raise Conflict("sample.open")
    row = Sample(
        id=new_id(),
        draw_id=_standing(work, association_id),
        association_id=association_id,
        person_id=person_id,
        certificate_id=None,
        why=Why.COMPLAINT,
        drawn_at=work.now,
        reason=said,
    )
    work.session.add(row)
    work.session.flush()
    evidence.note(
        work,
        f"person:{person_id}",
        "inspection.opened",
        body={"reason": said},
        sample=row.id,
    )
    return row.id


def _standing(work: Work, association_id: AssociationId) -> UUID:
    """Give the draw that an association's complaints hang on."""
    standing = select(Draw.id).where(
        Draw.association_id == association_id, Draw.until == NO_DAYS
    )
    found = work.session.scalar(standing)
    if found is not None:
        return found
    row = Draw(
        id=new_id(),
        association_id=association_id,
        since=NO_DAYS,
        until=NO_DAYS,
        pot=0,
        taken=0,
        at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:
        # Another inspector was first, this moment.
        return work.session.scalars(standing).one()
    return row.id


def find(
    work: Work,
    scope: Sequence[AssociationId],
    sample_id: UUID,
    verdict: Verdict,
    comment: str,
) -> None:
    """Say what a sample is worth. It has no effect of its own: people act upon it.

    Raises: NotFound, for a foreign sample as well; Refused without a comment.
    """
    card = queries.sample(work.session, scope, sample_id)
    if work.actor.account_id is None:
        raise Forbidden("staff.no_association")
    said = comment.strip()
    if not SHORTEST_COMMENT <= len(said) <= LONGEST_COMMENT:
        raise Refused("sample.no_comment")
    row = Finding(
        sample_id=card.id,
        account_id=work.actor.account_id,
        verdict=verdict,
        comment=said,
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    evidence.note(
        work,
        f"person:{card.person_id}",
        "inspection.found",
        body={"comment": said},
        sample=card.id,
        verdict=verdict,
        finding=row.seq,
    )
