"""Write down what comparing the books has found, and how a person settled it."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from lms.commerce.models import BookDifference, ReconciliationRun
from lms.commerce.queries import reconciliations
from lms.commerce.rules.reconciling import Difference, DiffKind, DiffState
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work

_AS_OF_NOW = frozenset(DiffKind) - {
    DiffKind.STRIPE_UNKNOWN,
    DiffKind.STRIPE_MISSING,
    DiffKind.STRIPE_AMOUNT,
    DiffKind.STRIPE_REFUND,
}
"""These are looked for over all days: what is no longer found is gone. What the
provider is compared with is one day's: it stands until somebody settles it."""


def note_run(
    work: Work,
    association_id: AssociationId,
    day: date,
    found: Iterable[Difference],
    looked: Mapping[str, int],
) -> None:
    """Write down one day's comparison; a day compared again is the same row."""
    known = {
        (row.kind, row.key): row
        for row in work.session.scalars(
            select(BookDifference)
            .where(BookDifference.association_id == association_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    seen = set()
    amounts = 0
    for one in found:
        key = (one.kind, one.key)
        seen.add(key)
        amounts += abs(one.ours_fen - one.theirs_fen)
        _write(work, association_id, day, one, known.get(key))
    for key, row in known.items():
        if key not in seen and row.state is DiffState.OPEN and key[0] in _AS_OF_NOW:
            row.state = DiffState.GONE
    _run(work, association_id, day, dict(looked), (len(seen), amounts))
    evidence.note(
        work,
        f"association:{association_id}",
        "books.compared",
        day=day,
        found=len(seen),
        amounts_fen=amounts,
    )


def _run(
    work: Work,
    association_id: AssociationId,
    day: date,
    looked: dict[str, int],
    came_to: tuple[int, int],
) -> None:
    run = reconciliations.last_run(work.session, association_id, day)
    if run is None:
        run = ReconciliationRun(id=new_id(), association_id=association_id, day=day)
    run.at, run.looked = work.now, looked
    run.found, run.amounts_fen = came_to
    work.session.add(run)
    work.session.flush()


def _write(
    work: Work,
    association_id: AssociationId,
    day: date,
    one: Difference,
    row: BookDifference | None,
) -> None:
    if row is None:
        row = BookDifference(
            id=new_id(),
            association_id=association_id,
            kind=one.kind,
            key=one.key[:160],
            found_on=day,
            state=DiffState.OPEN,
        )
        work.session.add(row)
    elif row.state is DiffState.GONE or _moved(row, one):
        # Settled was another amount: this one nobody has looked at.
        row.state, row.found_on = DiffState.OPEN, day
    row.ours_fen, row.theirs_fen = one.ours_fen, one.theirs_fen
    row.ref, row.order_id, row.line_id = one.ref[:160], one.order_id, one.line_id
    row.seen_on = day


def _moved(row: BookDifference, one: Difference) -> bool:
    return (row.ours_fen, row.theirs_fen) != (one.ours_fen, one.theirs_fen)


def settle_difference(
    work: Work, association_id: AssociationId, difference_id: UUID, reason: str
) -> None:
    """Say what became of a difference; who says it stands there by name.

    Raises: NotFound; Refused without a reason, or when it is settled.
    """
    row = work.session.scalar(
        select(BookDifference)
        .where(
            BookDifference.id == difference_id,
            BookDifference.association_id == association_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("difference.unknown")
    if not reason.strip():
        raise Refused("difference.no_reason")
    if row.state is not DiffState.OPEN:
        raise Refused("difference.settled")
    row.state, row.reason = DiffState.SETTLED, reason.strip()[:200]
    row.settled_by, row.settled_at = work.actor.person_id, work.now
    work.session.flush()
    evidence.note(
        work,
        f"association:{association_id}",
        "books.settled",
        difference=str(row.id),
        matter=row.kind.value,
    )
