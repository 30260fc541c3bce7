"""Let bodies go when their time has come; the lines that prove them stay."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, func, select

from lms.evidence.models import EvidenceBody, EvidenceLine
from lms.evidence.services.lines import note
from lms.kernel.work import Work

AT_ONCE = 5_000
"""Bodies for one transaction."""

_BODIES = EvidenceBody.__table__
_LINES = EvidenceLine.__table__


def drop_bodies(work: Work, today: date, *, spare: Collection[str] = ()) -> int:
    """Remove bodies whose last day is over, but those of spared streams.

    The book itself tells that it was done. Shape: how many went; `AT_ONCE` says that
    more may wait.
    """
    due = select(_BODIES.c.line_seq).where(_BODIES.c.keep_until < today)
    if spare:
        due = due.join(_LINES, _LINES.c.seq == _BODIES.c.line_seq).where(
            _LINES.c.stream.not_in(spare)
        )
    doomed = work.session.scalars(due.order_by(_BODIES.c.line_seq).limit(AT_ONCE)).all()
    if not doomed:
        return 0
    work.session.execute(
        delete(EvidenceBody).where(
            _BODIES.c.line_seq.in_(doomed),
            _BODIES.c.line_seq.between(doomed[0], doomed[-1]),
        )
    )
    note(work, "house:retention", "bodies.removed", count=len(doomed), due_before=today)
    return len(doomed)


def drop_bodies_of(work: Work, stream: str, reason: str) -> int:
    """Remove every body of one stream before its time: an erasure that was granted.

    `reason` is a code; the stream itself tells that it was done. Shape: how many went.
    """
    mine = select(_LINES.c.seq).where(_LINES.c.stream == stream)
    count = work.session.scalar(
        select(func.count()).select_from(_BODIES).where(_BODIES.c.line_seq.in_(mine))
    )
    if not count:
        return 0
    work.session.execute(delete(EvidenceBody).where(_BODIES.c.line_seq.in_(mine)))
    note(work, stream, "bodies.erased", count=count, reason=reason)
    return count
