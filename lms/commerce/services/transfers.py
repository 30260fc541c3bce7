"""Match bank lines with orders: a slip never pays, a line on the statement does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.catalogue import queries as catalogue
from lms.commerce import queries
from lms.commerce.models import (
    Order,
    Payment,
    StatementImport,
    StatementLine,
    Transfer,
)
from lms.commerce.rules import (
    PAYABLE_LATE,
    TRANSFER_LIFE,
    OrderState,
    PaymentState,
    Provider,
    TransferState,
    judge_transfers,
)
from lms.commerce.rules.columns import account_no
from lms.commerce.rules.matching import same_payer
from lms.commerce.services import booking
from lms.commerce.services.fulfilling import fulfil
from lms.commerce.services.lines import lock_line, recount
from lms.commerce.services.orders import lock_order, own_to, step
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work

PAYABLE = PAYABLE_LATE | {OrderState.PENDING}


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line as the bank's statement prints it. Units: fen; a legal day."""

    bank_account: str
    reference: str
    value_on: date
    amount_fen: Fen
    running_no: str
    payer: str


def propose_transfer(
    work: Work, association_id: AssociationId, order_id: UUID, line: BankLine
) -> Transfer:
    """Match a bank line with an order; where one person is enough, it counts at once.

    Raises: NotFound; Refused (transfer.not_payable, transfer.over); Conflict
    (transfer.known) when the line is matched already, (transfer.imported) when it came
    with a statement; Forbidden for one's own order.
    """
    order = _locked(work, association_id, order_id)
    known = (account_no(line.bank_account), line.value_on, line.running_no)
    if queries.imported(work.session, association_id, *known):
        raise Conflict("transfer.imported")
    if _same_money(work, association_id, line):
        raise Conflict("transfer.known")
    if order.state not in PAYABLE:
        raise Refused("transfer.not_payable")
    lines = standing(work, order)
    judged = judge_transfers(
        Fen(order.total_fen), [*(Fen(t.amount_fen) for t in lines), line.amount_fen]
    )
    if judged.surplus_fen:
        raise Refused("transfer.over", surplus=yuan(judged.surplus_fen))
    transfer = _write(work, order, line)
    order.expires_at = max(order.expires_at, work.now + TRANSFER_LIFE)
    if not catalogue.association(work.session, association_id).two_person:
        confirm_transfer(work, order, transfer)
    return transfer


def _same_money(work: Work, association_id: AssociationId, line: BankLine) -> bool:
    """Tell whether this money stands here under another name of the account.

    The account is typed: written otherwise, the same line would pay once more.
    """
    number = line.running_no.strip().upper()
    typed = select(Transfer.id).where(
        Transfer.association_id == association_id,
        Transfer.value_on == line.value_on,
        Transfer.running_no == number,
        Transfer.payer == line.payer,
        Transfer.line_id.is_(None),
        Transfer.amount_fen == line.amount_fen,
        Transfer.state != TransferState.WITHDRAWN,
    )
    brought = select(StatementLine.id).where(
        StatementLine.association_id == association_id,
        StatementLine.booked_on == line.value_on,
        StatementLine.running_no == number,
        StatementLine.amount_fen == line.amount_fen,
    )
    return any(work.session.scalar(one.limit(1)) for one in (typed, brought))


def second_transfer(
    work: Work, association_id: AssociationId, transfer_id: UUID
) -> None:
    """Let another person confirm a matched line; it counts from then on.

    Raises: Forbidden (transfer.same_person) for who proposed it, and for who brought
        its file in; Refused (transfer.not_proposed, transfer.strange_payer).
    """
    order, transfer = find_transfer(work, association_id, transfer_id)
    if transfer.state is not TransferState.PROPOSED:
        raise Refused("transfer.not_proposed")
    if work.actor.person_id in {transfer.proposed_by, _bringer(work, transfer)}:
        raise Forbidden("transfer.same_person")
    if order.state not in PAYABLE:
        raise Refused("transfer.not_payable")
    explained = transfer.line_id is None or transfer.note
    if not explained and strange(work, transfer.payer, order):
        # On the line's own page a note can explain it.
        raise Refused("transfer.strange_payer", payer=transfer.payer)
    confirm_transfer(work, order, transfer)


def strange(work: Work, payer: str, order: Order) -> bool:
    """Tell whether an invoice is asked for in another name than the payer's."""
    titles = queries.titles_of(work.session, order.id)
    return bool(titles) and not same_payer(payer, titles)


def _bringer(work: Work, transfer: Transfer) -> UUID | None:
    """Name who brought the file with this line in, after which it was matched.

    Who brought a line in is no second person to it. What was typed before the file came
    has been seen by two already.
    """
    if transfer.line_id is None:
        return None
    row = work.session.execute(
        select(StatementImport.made_by, StatementImport.made_at)
        .join(StatementLine, StatementLine.import_id == StatementImport.id)
        .where(StatementLine.id == transfer.line_id)
    ).one()
    return None if transfer.proposed_at < row.made_at else row.made_by


def withdraw_transfer(
    work: Work, association_id: AssociationId, transfer_id: UUID
) -> None:
    """Take a wrongly matched line back, while no payment has come of it.

    Raises: Refused (transfer.counted).
    """
    order, transfer = find_transfer(work, association_id, transfer_id)
    if transfer.state is TransferState.WITHDRAWN:
        return
    if _paid_by(work, transfer):
        raise Refused("transfer.counted")
    transfer.state = TransferState.WITHDRAWN
    work.session.flush()
    _recount(work, transfer)
    evidence.note(
        work, f"order:{order.id}", "transfer.withdrawn", transfer=str(transfer.id)
    )


def _paid_by(work: Work, transfer: Transfer) -> bool:
    """Tell whether a line has become a payment."""
    found = work.session.scalar(
        select(Payment.id).where(
            Payment.provider == Provider.TRANSFER,
            Payment.provider_ref == str(transfer.id),
        )
    )
    return found is not None


def _recount(work: Work, transfer: Transfer) -> None:
    if transfer.line_id is not None:
        recount(work, lock_line(work, transfer.association_id, transfer.line_id))


def _locked(work: Work, association_id: AssociationId, order_id: UUID) -> Order:
    order = lock_order(work, order_id)
    if order.association_id != association_id:
        raise NotFound("order.unknown")
    if own_to(work, order):
        raise Forbidden("transfer.own_order")
    return order


def find_transfer(
    work: Work, association_id: AssociationId, transfer_id: UUID
) -> tuple[Order, Transfer]:
    """Lock a matched line's statement line, if it has one, and then its order."""
    found = work.session.execute(
        select(Transfer.order_id, Transfer.line_id).where(
            Transfer.id == transfer_id, Transfer.association_id == association_id
        )
    ).first()
    if found is None:
        raise NotFound("transfer.unknown")
    if found.line_id is not None:
        lock_line(work, association_id, found.line_id)
    order = _locked(work, association_id, found.order_id)
    return order, work.session.get_one(Transfer, transfer_id, populate_existing=True)


def standing(work: Work, order: Order) -> Sequence[Transfer]:
    """Give the lines that are matched with a locked order."""
    return work.session.scalars(
        select(Transfer)
        .where(Transfer.order_id == order.id, Transfer.state != TransferState.WITHDRAWN)
        .execution_options(populate_existing=True)
    ).all()


def _write(work: Work, order: Order, line: BankLine) -> Transfer:
    if work.actor.person_id is None:
        raise Forbidden("transfer.nobody")
    transfer = Transfer(
        id=new_id(),
        order_id=order.id,
        association_id=order.association_id,
        bank_account=account_no(line.bank_account),
        reference=line.reference,
        value_on=line.value_on,
        amount_fen=line.amount_fen,
        running_no=line.running_no.strip().upper(),
        payer=line.payer,
        state=TransferState.PROPOSED,
        proposed_by=work.actor.person_id,
        proposed_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(transfer)
    except IntegrityError as error:
        raise Conflict("transfer.known") from error
    evidence.note(
        work,
        f"order:{order.id}",
        "transfer.proposed",
        transfer=str(transfer.id),
        amount_fen=line.amount_fen,
    )
    return transfer


def confirm_transfer(work: Work, order: Order, transfer: Transfer) -> None:
    """Count a line; when the lines add up to the fen, the order is paid.

    The order, and the statement's line, are locked.
    """
    transfer.state = TransferState.CONFIRMED
    transfer.confirmed_by = work.actor.person_id
    if transfer.proposed_by != work.actor.person_id:
        transfer.second_by = work.actor.person_id
    transfer.confirmed_at = work.now
    work.session.flush()
    _recount(work, transfer)
    evidence.note(
        work, f"order:{order.id}", "transfer.confirmed", transfer=str(transfer.id)
    )
    counted = [t for t in standing(work, order) if t.state is TransferState.CONFIRMED]
    amounts = [Fen(each.amount_fen) for each in counted]
    if not judge_transfers(Fen(order.total_fen), amounts).exact:
        return
    late = order.state is not OrderState.PENDING
    twice = late and queries.all_owned(work.session, order)
    state = PaymentState.HELD if twice else PaymentState.APPLIED
    for each in counted:
        payment = _payment(work, each, state)
        work.session.add(payment)
        booking.came(work, order, payment, booking.TRANSFER, each.value_on)
    if twice:
        step(work, order, OrderState.HOLD, "owned_already")
        return
    step(work, order, OrderState.PAID_LATE if late else OrderState.PAID, "transfer")
    fulfil(work, order)
    step(work, order, OrderState.FULFILLED, "transfer")


def _payment(work: Work, transfer: Transfer, state: PaymentState) -> Payment:
    return Payment(
        id=new_id(),
        order_id=transfer.order_id,
        provider=Provider.TRANSFER,
        provider_ref=str(transfer.id),
        amount_fen=transfer.amount_fen,
        refunded_fen=0,
        currency="cny",
        state=state,
        received_at=work.now,
    )
