"""Match many lines at once: what is sure is proposed, the rest is left to people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from lms.commerce.models import Order, StatementLine, Transfer
from lms.commerce.queries import matching
from lms.commerce.rules import TRANSFER_LIFE, TransferState
from lms.commerce.rules.matching import Book, Candidate, numbers_in, sure
from lms.commerce.rules.statements import LineState
from lms.commerce.services.assigning import part_of
from lms.commerce.services.lines import shares
from lms.commerce.services.transfers import PAYABLE
from lms.evidence import services as evidence
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work

_CHUNK = 400
MOST_KEPT = 5
"""So many guesses are kept with a line, for the list."""


def propose_sure(
    work: Work, association_id: AssociationId, lines: Sequence[StatementLine]
) -> int:
    """Guess for every new line, and propose what is sure; say how many lines.

    The importer is the proposer; another person confirms.
    """
    open_lines = [one for one in lines if one.state is LineState.OPEN]
    return _propose(work, association_id, open_lines)


def rematch(work: Work, association_id: AssociationId) -> int:
    """Look again at every line that waits: orders may have come since."""
    lines = work.session.scalars(
        select(StatementLine)
        .where(
            StatementLine.association_id == association_id,
            StatementLine.state == LineState.OPEN,
        )
        .order_by(StatementLine.id)
        .with_for_update()
        .execution_options(populate_existing=True)
        .limit(2000)
    ).all()
    return _propose(work, association_id, lines)


def _propose(
    work: Work, association_id: AssociationId, lines: Sequence[StatementLine]
) -> int:
    if not lines:
        return 0
    numbers = {n for one in lines for n in numbers_in(f"{one.remark} {one.summary}")}
    book = matching.book(work.session, association_id, work.now, numbers)
    certain = _guess(book, lines)
    proposer = work.actor.person_id
    if proposer is None or not certain:
        work.session.flush()
        return 0
    owed = _locked(work, certain)
    done = 0
    for line, parts in certain:
        if all(_fits(owed, one, proposer) for one in parts):
            for one in parts:
                owed.pop(one.order_id)
            _write(work, line, parts, proposer)
            done += 1
    work.session.flush()
    return done


def _fits(owed: dict[UUID, "_Owed"], one: Candidate, proposer: UUID) -> bool:
    """Tell whether a locked order still takes a part as it was guessed."""
    found = owed.get(one.order_id)
    return (
        found is not None
        and found.payable
        and found.missing_fen == one.amount_fen
        and found.person_id != proposer
    )


def _guess(
    book: Book, lines: Iterable[StatementLine]
) -> list[tuple[StatementLine, tuple[Candidate, ...]]]:
    """Write down what each line may be for; give those that are sure."""
    certain = []
    for line in lines:
        left = shares(line).left_fen
        found = matching.guess(book, line, left)
        line.guess = [_written(one) for one in found[:MOST_KEPT]]
        line.confidence = found[0].confidence if found else 0
        best = sure(found, left)
        if best:
            certain.append((line, best))
    return certain


def _written(one: Candidate) -> list[Any]:
    return [str(one.order_id), one.amount_fen, one.confidence, list(one.reasons)]


@dataclass(frozen=True, slots=True)
class _Owed:
    """What a locked order still takes. Units: fen."""

    payable: bool
    missing_fen: int
    person_id: UUID


def _locked(
    work: Work, certain: Sequence[tuple[StatementLine, tuple[Candidate, ...]]]
) -> dict[UUID, _Owed]:
    """Lock all the orders at once, always in the same order."""
    ids = sorted({one.order_id for _line, parts in certain for one in parts})
    found: dict[UUID, _Owed] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        rows = work.session.scalars(
            select(Order)
            .where(Order.id.in_(chunk))
            .order_by(Order.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        got = _got(work, chunk)
        for row in rows:
            row.expires_at = max(row.expires_at, work.now + TRANSFER_LIFE)
            missing = row.total_fen - got.get(row.id, 0)
            found[row.id] = _Owed(row.state in PAYABLE, missing, row.person_id)
    return found


def _got(work: Work, order_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Add up what is matched with orders already."""
    rows = work.session.execute(
        select(Transfer.order_id, func.sum(Transfer.amount_fen))
        .where(
            Transfer.order_id.in_(order_ids), Transfer.state != TransferState.WITHDRAWN
        )
        .group_by(Transfer.order_id)
    )
    return {order_id: int(total) for order_id, total in rows}


def _write(
    work: Work, line: StatementLine, parts: Sequence[Candidate], proposer: UUID
) -> None:
    for one in parts:
        part = part_of(line, one.order_id, one.amount_fen, "")
        part.proposed_by, part.proposed_at = proposer, work.now
        work.session.add(part)
        evidence.note(
            work,
            f"order:{one.order_id}",
            "transfer.proposed",
            transfer=str(part.id),
            line=str(line.id),
            amount_fen=one.amount_fen,
        )
    line.proposed_fen += sum(one.amount_fen for one in parts)
    line.state = LineState.PROPOSED
