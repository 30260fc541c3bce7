"""Hold a stream's bodies past their day, while somebody looks into it."""

import re
from uuid import UUID

from sqlalchemy import select

from lms.evidence.models import LegalHold
from lms.evidence.services.lines import note
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work

_SHORTEST_REASON = 4
_STREAM = re.compile(r"[a-z]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def place_hold(work: Work, stream: str, reason: str) -> UUID:
    """Hold a stream such as "person:<id>"; nothing of it is removed until the release.

    Raises: NotFound for what names no stream; Refused without a reason; Conflict while
        one holds already.
    """
    _need(reason)
    if not _STREAM.fullmatch(stream):
        raise NotFound("hold.unknown")
    if _open(work, stream) is not None:
        raise Conflict("hold.there")
    row = LegalHold(
        id=new_id(),
        stream=stream,
        reason=reason.strip()[:200],
        placed_by=work.actor.account_id,
        placed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    note(work, stream, "hold.placed", hold=row.id)
    return row.id


def release_hold(work: Work, stream: str, reason: str) -> None:
    """Let retention go on; what is overdue goes with the next run.

    Raises: Refused without a reason; NotFound where nothing is held.
    """
    _need(reason)
    row = _open(work, stream)
    if row is None:
        raise NotFound("hold.unknown")
    row.released_by, row.released_at = work.actor.account_id, work.now
    row.released_why = reason.strip()[:200]
    work.session.flush()
    note(work, stream, "hold.released", hold=row.id)


def _need(reason: str) -> None:
    if len(reason.strip()) < _SHORTEST_REASON:
        raise Refused("hold.no_reason")


def _open(work: Work, stream: str) -> LegalHold | None:
    return work.session.scalar(
        select(LegalHold).where(
            LegalHold.stream == stream, LegalHold.released_at.is_(None)
        )
    )
