"""A line of a statement: lock it, and add up what became of its money."""

from uuid import UUID

from sqlalchemy import func, select

from lms.commerce.models import LineReturn, StatementLine, Transfer
from lms.commerce.rules import TransferState
from lms.commerce.rules.statements import (
    OPEN_RETURNS,
    LineState,
    ReturnState,
    Shares,
    line_state,
)
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work


def lock_line(
    work: Work, association_id: AssociationId | UUID, line_id: UUID
) -> StatementLine:
    """Lock a line before reading what became of its money. Lines come before orders.

    Raises: NotFound, also for another association's.
    """
    line = work.session.scalar(
        select(StatementLine)
        .where(
            StatementLine.id == line_id, StatementLine.association_id == association_id
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if line is None:
        raise NotFound("line.unknown")
    return line


def shares(line: StatementLine) -> Shares:
    """Say what became of a line's money."""
    return Shares(
        line.amount_fen,
        line.proposed_fen,
        line.confirmed_fen,
        line.returning_fen,
        line.returned_fen,
    )


def recount(work: Work, line: StatementLine) -> None:
    """Add up anew what became of a locked line's money."""
    work.session.flush()
    parts = _sums(work, line)
    line.proposed_fen = parts.get(TransferState.PROPOSED, 0)
    line.confirmed_fen = parts.get(TransferState.CONFIRMED, 0)
    line.returning_fen = sum(parts.get(one, 0) for one in OPEN_RETURNS)
    line.returned_fen = parts.get(ReturnState.DONE, 0)
    if line.state is not LineState.ASIDE:
        line.state = line_state(shares(line), kept=line.kept)
    work.session.flush()


def _sums(work: Work, line: StatementLine) -> dict[TransferState | ReturnState, int]:
    matched = select(Transfer.state, func.sum(Transfer.amount_fen)).where(
        Transfer.line_id == line.id
    )
    back = select(LineReturn.state, func.sum(LineReturn.amount_fen)).where(
        LineReturn.line_id == line.id
    )
    found = [
        *work.session.execute(matched.group_by(Transfer.state)),
        *work.session.execute(back.group_by(LineReturn.state)),
    ]
    return {state: int(total) for state, total in found}


def keep(
    work: Work, association_id: AssociationId, line_id: UUID, why: str, *, kept: bool
) -> None:
    """Keep what is left of a line as money of an unknown payer, or take it up again.

    Raises: NotFound; Refused without a word why, and when nothing is left.
    """
    line = lock_line(work, association_id, line_id)
    if kept and not why.strip():
        raise Refused("line.no_reason")
    if line.amount_fen <= 0 or shares(line).left_fen <= 0:
        raise Refused("line.nothing_left")
    line.kept, line.why = kept, why.strip()[:200]
    recount(work, line)
    _note(work, line, "line.kept" if kept else "line.taken_up")


def set_aside(
    work: Work, association_id: AssociationId, line_id: UUID, why: str, *, aside: bool
) -> None:
    """Set a line aside that is none of our orders' (interest, fees), or take it back.

    Raises: NotFound; Refused without a word why, and when its money is spoken for.
    """
    line = lock_line(work, association_id, line_id)
    if aside and not why.strip():
        raise Refused("line.no_reason")
    said = shares(line)
    if line.amount_fen > 0 and said.left_fen != line.amount_fen:
        raise Refused("line.spoken_for")
    line.why, line.kept = why.strip()[:200], False
    line.state = LineState.ASIDE if aside else line_state(said, kept=False)
    _note(work, line, "line.set_aside" if aside else "line.taken_up")


def _note(work: Work, line: StatementLine, deed: str) -> None:
    evidence.note(
        work,
        f"association:{line.association_id}",
        deed,
        line=str(line.id),
        amount_fen=line.amount_fen,
    )
