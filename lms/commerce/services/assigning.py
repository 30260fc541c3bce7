"""Give a bank line's money to orders: one proposes, another confirms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.catalogue import queries as catalogue
from lms.commerce.models import Order, StatementImport, StatementLine, Transfer
from lms.commerce.rules import TRANSFER_LIFE, OrderState, TransferState
from lms.commerce.rules.statements import LineState, parts_mark
from lms.commerce.services.lines import lock_line, recount, shares
from lms.commerce.services.orders import lock_order, own_to
from lms.commerce.services.transfers import PAYABLE, confirm_transfer, standing, strange
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Part:
    """What of a line is for one order. Units: fen."""

    order_id: UUID
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What confirming a line came to, by the orders' numbers.

    `opened` are paid now, `short` still lack money, `freed` needed none of it any more:
    that money is free again.
    """

    opened: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    freed: tuple[str, ...] = ()


def propose(
    work: Work,
    association_id: AssociationId,
    line_id: UUID,
    parts: Sequence[Part],
    note: str = "",
) -> None:
    """Give a line's money to one order or several; nothing is paid by it yet.

    Raises: NotFound; Forbidden for one's own order; Refused (line.nothing_left,
        line.over, line.no_parts, transfer.not_payable, transfer.over,
        transfer.strange_payer).
    """
    line = lock_line(work, association_id, line_id)
    if line.state in {LineState.OUT, LineState.ASIDE}:
        raise Refused("line.nothing_left")
    if not parts or any(one.amount_fen <= 0 for one in parts):
        raise Refused("line.no_parts")
    wanted = sum(one.amount_fen for one in parts)
    if wanted > shares(line).left_fen:
        raise Refused("line.over", left=yuan(shares(line).left_fen))
    orders = _orders(work, association_id, [one.order_id for one in parts])
    for one in parts:
        write_part(work, line, orders[one.order_id], one.amount_fen, note)
    line.kept = False
    recount(work, line)


def _orders(
    work: Work, association_id: AssociationId, order_ids: Iterable[UUID]
) -> dict[UUID, Order]:
    """Lock orders, always in the same order."""
    found = {}
    for order_id in sorted(set(order_ids)):
        order = lock_order(work, order_id)
        if order.association_id != association_id:
            raise NotFound("order.unknown")
        if own_to(work, order):
            raise Forbidden("transfer.own_order")
        found[order_id] = order
    return found


def write_part(
    work: Work, line: StatementLine, order: Order, amount_fen: Fen, note: str
) -> None:
    """Write down that a part of a locked line is for a locked order."""
    if order.state not in PAYABLE:
        raise Refused("transfer.not_payable")
    lines = standing(work, order)
    missing = order.total_fen - sum(one.amount_fen for one in lines)
    if amount_fen > missing:
        raise Refused("transfer.over", surplus=yuan(Fen(amount_fen - missing)))
    if any(one.line_id == line.id for one in lines):
        raise Refused("line.order_twice")
    if strange(work, line.payer, order) and not note.strip():
        raise Refused("transfer.strange_payer", payer=line.payer)
    if work.actor.person_id is None:
        raise Forbidden("transfer.nobody")
    part = part_of(line, order.id, amount_fen, note)
    part.proposed_by, part.proposed_at = work.actor.person_id, work.now
    work.session.add(part)
    order.expires_at = max(order.expires_at, work.now + TRANSFER_LIFE)
    work.session.flush()
    evidence.note(
        work,
        f"order:{order.id}",
        "transfer.proposed",
        transfer=str(part.id),
        line=str(line.id),
        amount_fen=amount_fen,
    )


def part_of(
    line: StatementLine, order_id: UUID, amount_fen: int, note: str
) -> Transfer:
    """Make what stands between a line and an order."""
    return Transfer(
        id=new_id(),
        order_id=order_id,
        association_id=line.association_id,
        bank_account=line.account,
        reference=line.remark[:60],
        value_on=line.booked_on,
        amount_fen=amount_fen,
        running_no=line.running_no,
        payer=line.payer[:120],
        state=TransferState.PROPOSED,
        line_id=line.id,
        note=note.strip()[:200],
    )


def confirm(
    work: Work,
    association_id: AssociationId,
    line_id: UUID,
    note: str = "",
    *,
    seen: str | None = None,
) -> Confirmed:
    """Confirm all that is proposed for a line; an order that is paid opens.

    `seen` is the `parts_mark` of the page that was read: money that was given to other
    orders since is confirmed by nobody. What an order no longer needs (a card was
    faster) is not paid twice: that part is withdrawn, and its money is free again.

    Raises: NotFound; Forbidden (transfer.same_person) for the importer and the
        proposer where two are asked; Refused (transfer.not_proposed,
        transfer.strange_payer); Conflict (line.anew) for another `seen`.
    """
    line = lock_line(work, association_id, line_id)
    parts = _as_read(work, line, seen)
    orders = _orders(work, association_id, [one.order_id for one in parts])
    opened, short, freed = list[str](), list[str](), list[str]()
    for part in parts:
        order = orders[part.order_id]
        if order.state not in PAYABLE:
            _free(work, part)
            freed.append(order.number)
            continue
        if strange(work, line.payer, order):
            part.note = _explained(line, part.note, note)
        confirm_transfer(work, order, part)
        done = order.state is OrderState.FULFILLED
        (opened if done else short).append(order.number)
    recount(work, line)
    return Confirmed(tuple(opened), tuple(short), tuple(freed))


def _as_read(work: Work, line: StatementLine, seen: str | None) -> Sequence[Transfer]:
    """Give what waits for a yes, if the line is still for the orders that were read."""
    if seen is not None and seen != _mark(work, line):
        raise Conflict("line.anew")
    if not (parts := _proposed(work, line)):
        raise Refused("transfer.not_proposed")
    if catalogue.association(work.session, line.association_id).two_person:
        _other_person(work, line, parts)
    return parts


def _proposed(work: Work, line: StatementLine) -> Sequence[Transfer]:
    return work.session.scalars(
        select(Transfer)
        .where(Transfer.line_id == line.id, Transfer.state == TransferState.PROPOSED)
        .order_by(Transfer.order_id)
        .execution_options(populate_existing=True)
    ).all()


def _mark(work: Work, line: StatementLine) -> str:
    return parts_mark(
        work.session.scalars(
            select(Transfer.order_id).where(
                Transfer.line_id == line.id, Transfer.state != TransferState.WITHDRAWN
            )
        )
    )


def _other_person(work: Work, line: StatementLine, parts: Sequence[Transfer]) -> None:
    importer = work.session.scalar(
        select(StatementImport.made_by).where(StatementImport.id == line.import_id)
    )
    if work.actor.person_id in {importer, *(one.proposed_by for one in parts)}:
        raise Forbidden("transfer.same_person")


def _explained(line: StatementLine, before: str, note: str) -> str:
    said = before.strip() or note.strip()
    if not said:
        raise Refused("transfer.strange_payer", payer=line.payer)
    return said[:200]


def _free(work: Work, part: Transfer) -> None:
    part.state = TransferState.WITHDRAWN
    work.session.flush()
    evidence.note(
        work,
        f"order:{part.order_id}",
        "transfer.withdrawn",
        transfer=str(part.id),
        reason="paid_otherwise",
    )
