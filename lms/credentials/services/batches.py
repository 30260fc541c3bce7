"""Issue many certificates: choose, check, start, stop. `lines` says how it is done."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lms.credentials.models import IssueBatch, IssueLine
from lms.credentials.queries import Wanted, standings_of
from lms.credentials.rules.batches import (
    BatchState,
    Chosen,
    Deed,
    LineState,
    may,
)
from lms.credentials.services.lines import counted, joined
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty

Pair = tuple[PersonId, Specialty]

CHECKED_AT_ONCE = 500
_UNKNOWN = ("registration.unknown",)
LEASE = timedelta(seconds=30)


# -- at the desk -----------------------------------------------------------------


def open_batch(
    work: Work, association_id: AssociationId, chosen: Chosen, pairs: Sequence[Pair]
) -> UUID:
    """Write down whom a batch asks for; who qualifies later is not added.

    Raises: Refused `batch.nobody`.
    """
    if not pairs:
        raise Refused("batch.nobody")
    batch_id = new_id()
    work.session.add(
        IssueBatch(
            id=batch_id,
            association_id=association_id,
            chosen=chosen.stored(),
            asked_by=work.actor.account_id,
            asked_at=work.now,
            state=BatchState.CHECKING,
            total=len(pairs),
        )
    )
    work.session.flush()
    work.session.execute(
        insert(IssueLine),
        [
            {
                "batch_id": batch_id,
                "n": n,
                "person_id": person_id,
                "specialty": specialty,
                "state": LineState.NEW,
            }
            for n, (person_id, specialty) in enumerate(pairs, 1)
        ],
    )
    return batch_id


def check_next(work: Work, batch_id: UUID) -> bool:
    """Look at the next persons of a batch; tell whether some are left.

    It only sorts: the rule decides again for each when its turn comes.
    """
    batch = _locked(work, batch_id)
    if batch is None or batch.state is not BatchState.CHECKING:
        return False
    lines = _unseen(work.session, batch_id)
    house = AssociationId(batch.association_id)
    wanted = [Wanted(PersonId(who), specialty, house) for _n, who, specialty in lines]
    standings = standings_of(work.session, wanted, legal_day(work.now))
    found = [_UNKNOWN if one is None else one.missing for one in standings]
    if lines:
        _sort(work, batch_id, zip((n for n, *_rest in lines), found, strict=True))
    batch.seen += len(lines)
    batch.able += sum(not reasons for reasons in found)
    batch.reasons = counted(batch.reasons, found)
    if batch.seen >= batch.total or not lines:
        batch.state = BatchState.CHECKED
    work.session.flush()
    return batch.state is BatchState.CHECKING


def _unseen(session: Session, batch_id: UUID) -> list[tuple[int, UUID, Specialty]]:
    rows = session.execute(
        select(IssueLine.n, IssueLine.person_id, IssueLine.specialty)
        .where(IssueLine.batch_id == batch_id, IssueLine.state == LineState.NEW)
        .order_by(IssueLine.n)
        .limit(CHECKED_AT_ONCE)
    )
    return [(row.n, row.person_id, row.specialty) for row in rows]


def _sort(work: Work, batch_id: UUID, found: Any) -> None:  # noqa: ANN401 - a zip
    work.session.execute(
        update(IssueLine),
        [
            {
                "batch_id": batch_id,
                "n": n,
                "state": LineState.REFUSED if reasons else LineState.LEFT,
                "reasons": joined(reasons),
            }
            for n, reasons in found
        ],
    )


def start(work: Work, association_id: AssociationId, batch_id: UUID) -> None:
    """Let a checked batch run, or one that was stopped go on.

    Raises: NotFound; Refused when it cannot, or when nobody in it qualifies.
    """
    batch = _own(work, association_id, batch_id, Deed.START)
    if not _left(batch):
        raise Refused("batch.nobody_able")
    batch.state = BatchState.WAITING
    batch.owner = batch.leased_until = batch.ended_at = None
    _note(work, batch, "started")


def stop(work: Work, association_id: AssociationId, batch_id: UUID) -> None:
    """Let a batch stop before its next line; what is issued stays issued.

    Raises: NotFound; Refused when it does not run.
    """
    _halt(work, _own(work, association_id, batch_id, Deed.STOP))


def drop(work: Work, association_id: AssociationId, batch_id: UUID) -> None:
    """Throw a batch away that was only looked at.

    Raises: NotFound; Refused once it was started.
    """
    batch = _own(work, association_id, batch_id, Deed.DROP)
    _remove(work, [batch.id])


def drop_unstarted(work: Work, *, days: int = 7) -> int:
    """Throw away what nobody started for some days; say how many."""
    old = work.session.scalars(
        select(IssueBatch.id).where(
            IssueBatch.state.in_((BatchState.CHECKING, BatchState.CHECKED)),
            IssueBatch.asked_at < work.now - timedelta(days=days),
        )
    ).all()
    _remove(work, old)
    return len(old)


def _remove(work: Work, batches: Sequence[UUID]) -> None:
    if batches:
        work.session.execute(delete(IssueLine).where(IssueLine.batch_id.in_(batches)))
        work.session.execute(delete(IssueBatch).where(IssueBatch.id.in_(batches)))


# -- at work ---------------------------------------------------------------------


def take(work: Work, batch_id: UUID, owner: str) -> bool:
    """Take a batch to work on it, or keep it; tell whether it may go on.

    One whose owner fell silent is free again when its lease is over.
    """
    batch = _locked(work, batch_id)
    if batch is None or batch.state not in {BatchState.WAITING, BatchState.RUNNING}:
        return False
    own = batch.owner == owner
    if not own and batch.leased_until is not None and batch.leased_until > work.now:
        return False
    if not own:
        batch.run_at = work.now
        batch.run_done = batch.issued + batch.refused + batch.by_hand
    batch.state = BatchState.RUNNING
    batch.owner = owner
    batch.leased_until = work.now + LEASE
    work.session.flush()
    return True


def halt(work: Work, batch_id: UUID) -> None:
    """Stop a batch that cannot go on for anybody; the desk takes it up again."""
    batch = _locked(work, batch_id)
    if batch is not None and may(batch.state, Deed.STOP):
        _halt(work, batch)


def finish(work: Work, batch_id: UUID) -> bool:
    """End a batch of which nothing is left; tell whether it has ended."""
    batch = _locked(work, batch_id)
    if batch is None or batch.state is not BatchState.RUNNING:
        return True
    if _left(batch):
        return False
    batch.state = BatchState.DONE
    batch.owner = batch.leased_until = None
    batch.ended_at = work.now
    _note(work, batch, "done")
    return True


def _left(batch: IssueBatch) -> int:
    return batch.able - batch.issued - batch.refused - batch.by_hand


def _halt(work: Work, batch: IssueBatch) -> None:
    batch.state = BatchState.STOPPED
    batch.owner = batch.leased_until = None
    batch.ended_at = work.now
    _note(work, batch, "stopped")


def _locked(work: Work, batch_id: UUID) -> IssueBatch | None:
    return work.session.scalar(
        select(IssueBatch)
        .where(IssueBatch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _own(
    work: Work, association_id: AssociationId, batch_id: UUID, deed: Deed
) -> IssueBatch:
    batch = _locked(work, batch_id)
    if batch is None or batch.association_id != association_id:
        raise NotFound("batch.unknown")
    if not may(batch.state, deed):
        raise Refused("batch.not_now")
    return batch


def _note(work: Work, batch: IssueBatch, what: str) -> None:
    work.session.flush()
    evidence.note(
        work,
        f"association:{batch.association_id}",
        f"certificates.batch_{what}",
        batch=batch.id,
        able=batch.able,
        issued=batch.issued,
        refused=batch.refused,
        by_hand=batch.by_hand,
    )
