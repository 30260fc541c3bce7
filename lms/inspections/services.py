"""Draw samples, and write down what was found."""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.evidence import services as evidence
from lms.inspections import queries
from lms.inspections.models import Draw, Finding, Sample
from lms.inspections.rules import (
    LONGEST_COMMENT,
    SHORTEST_COMMENT,
    Candidate,
    Verdict,
    Why,
    how_many,
)
from lms.kernel.errors import Forbidden, Refused
from lms.kernel.ids import AssociationId, new_id
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
