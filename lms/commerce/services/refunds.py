"""Give money back: one person asks, another agrees, then the money goes.

For Stripe the agreement is committed before the call, so that an answer that is lost
is asked for again under the same key. For transfers the bank is the one that pays, and
its line on the statement is what counts.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts import queries as accounts
from lms.approvals import services as approvals
from lms.approvals.rules import Terms
from lms.commerce.models import Order, Payment, Refund
from lms.commerce.rules import (
    OPEN_REFUNDS,
    PaymentState,
    Provider,
    RefundSeen,
    RefundState,
    Returnable,
    refund_objection,
)
from lms.commerce.services import refund_lines as lines
from lms.commerce.services import wishes
from lms.commerce.services.fulfilling import give_lines_again, take_back_lines
from lms.commerce.services.orders import lock_order, own_to
from lms.commerce.services.reds import bind_refund
from lms.commerce.services.refund_lines import Allowed, LineWish
from lms.commerce.services.returned import note_returned
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work, fail_point
from lms.learning import services as learning
from lms.notify import services as notify

KIND = "refund"


@dataclass(frozen=True, slots=True)
class RefundAsk:
    """Money that somebody wants to give back, and why. Units: fen.

    `lines` say what of it is for which line; without them it is the whole order's.
    """

    payment_id: UUID
    amount_fen: Fen
    reason: str
    lines: tuple[LineWish, ...] = ()


def ask_refund(
    work: Work,
    association_id: AssociationId,
    order_id: UUID,
    ask: RefundAsk,
    *,
    certified: bool,
) -> UUID:
    """Put a refund to a manager. `certified`: a certificate came after the payment.

    Raises: NotFound; Forbidden for one's own order; Refused with the reason why this
        money stays.
    """
    order = _locked(work, association_id, order_id)
    payment = _payment(work, order, ask.payment_id)
    if not ask.reason.strip():
        raise Refused("refund.no_reason")
    if ask.lines and sum(one.amount_fen for one in ask.lines) != ask.amount_fen:
        raise Refused("refund.sum")
    beyond = "manager" in work.actor.roles
    _judge(work, order, payment, ask, certified=certified)
    allowed: tuple[Allowed, ...] = ()
    wished = None
    if payment.state is PaymentState.APPLIED:
        wanted = ask.lines or lines.whole_order(work, order, ask.amount_fen)
        allowed = lines.judge(work, order, wanted, certified=certified, beyond=beyond)
        wished = wishes.take_up(work, order)
    refund_id = _write(work, order, payment, ask, wished)
    lines.write(work, refund_id, allowed)
    _note(work, order, "refund.asked", refund_id, ask.amount_fen)
    return refund_id


def _write(
    work: Work, order: Order, payment: Payment, ask: RefundAsk, wished: UUID | None
) -> UUID:
    refund_id = new_id()
    told = {"refund": str(refund_id), "amount_fen": int(ask.amount_fen)}
    if wished is not None:
        told["wish"] = str(wished)
    approval_id = approvals.ask(
        work,
        KIND,
        f"order:{order.id}",
        told,
        ask.reason.strip()[:400],
        terms=Terms(association_id=order.association_id, last_role="manager"),
    )
    work.session.add(
        Refund(
            id=refund_id,
            order_id=order.id,
            payment_id=payment.id,
            association_id=order.association_id,
            approval_id=approval_id,
            provider=payment.provider,
            amount_fen=ask.amount_fen,
            state=RefundState.ASKED,
            asked_by=work.actor.person_id,
            asked_at=work.now,
        )
    )
    work.session.flush()
    return refund_id


def decide_refund(
    work: Work,
    association_id: AssociationId,
    refund_id: UUID,
    decision: tuple[bool, str],
    *,
    certified: bool,
) -> RefundState:
    """Say yes or no for the association; yes is the intent that the call follows.

    What is given back is not studied any more: its enrolments end here.

    Raises: NotFound; Conflict when it is decided; Refused for the asker, and when the
        money must stay after all.
    """
    order, refund = _own(work, association_id, refund_id)
    approved, comment = decision
    asked = approvals.decide(
        work, refund.approval_id, approved, comment, association_id=association_id
    )
    refund.decided_at = refund.checked_at = work.now
    if not approved:
        refund.state = RefundState.REFUSED
        if "wish" in asked.payload:
            wishes.tell_refused(work, order, UUID(asked.payload["wish"]))
    else:
        _agree(work, order, refund, certified=certified)
    work.session.flush()
    _note(work, order, f"refund.{refund.state.value}", refund.id, refund.amount_fen)
    fail_point("commerce.refund.decided")
    return refund.state


def _agree(work: Work, order: Order, refund: Refund, *, certified: bool) -> None:
    """Judge anew what was asked for, and take back what it paid for."""
    payment = work.session.get_one(Payment, refund.payment_id)
    applied = payment.state is PaymentState.APPLIED
    if applied and order.employer_id is None:
        # Nobody begins to study between the judgement and the taking back.
        learning.hold(work, PersonId(order.person_id))
    refund.state = RefundState.REFUSED  # its own claim does not count against it
    work.session.flush()
    wanted = lines.kept(work, order, refund) if applied else ()
    amount = Fen(refund.amount_fen)
    ask = RefundAsk(payment.id, amount, "", wanted)
    _judge(work, order, payment, ask, certified=certified)
    if applied:
        beyond = lines.went_beyond(work, refund)
        lines.judge(work, order, wanted, certified=certified, beyond=beyond)
    refund.state = RefundState.SENDING
    work.session.flush()
    if applied:
        bind_refund(work, order, refund)
        take_back_lines(work, order, lines.taken(work, order, refund))


def settle_refund(work: Work, refund_id: UUID, seen: RefundSeen) -> RefundState:
    """Write down how the provider says a refund stands; once is enough."""
    order, refund = _by_id(work, refund_id)
    if refund.state is not RefundState.SENDING:
        return refund.state
    refund.provider_ref = seen.id
    refund.checked_at = work.now
    payment = work.session.get_one(Payment, refund.payment_id, populate_existing=True)
    if seen.failed:
        _fail(work, order, refund, payment)
    elif seen.done:
        note_returned(work, order, payment, seen.refunded_fen, "refund")
        _done(work, order, refund)
    return refund.state


def fail_refund(work: Work, refund_id: UUID) -> None:
    """Note that the provider will not give this money back."""
    order, refund = _by_id(work, refund_id)
    if refund.state is RefundState.SENDING:
        payment = work.session.get_one(Payment, refund.payment_id)
        _fail(work, order, refund, payment)


def record_return(
    work: Work,
    association_id: AssociationId,
    refund_id: UUID,
    bank_line: str,
    returned_on: date,
) -> None:
    """Note the bank's line by which a transfer went back.

    Raises: NotFound; Refused when it is not agreed or went another way; Conflict for a
        line that is used already.
    """
    order, refund = _own(work, association_id, refund_id)
    by_bank = refund.provider is Provider.TRANSFER
    if refund.state is not RefundState.SENDING or not by_bank:
        raise Refused("refund.not_waiting")
    try:
        with work.session.begin_nested():
            refund.bank_line = bank_line.strip().upper()
            refund.returned_on = returned_on
    except IntegrityError as error:
        raise Conflict("refund.line_known") from error
    payment = work.session.get_one(Payment, refund.payment_id, populate_existing=True)
    back = Fen(payment.refunded_fen + refund.amount_fen)
    note_returned(work, order, payment, back, "refund", returned_on)
    _done(work, order, refund)


def _done(work: Work, order: Order, refund: Refund) -> None:
    refund.state = RefundState.DONE
    refund.done_at = work.now
    work.session.flush()
    _note(work, order, "refund.done", refund.id, refund.amount_fen)
    account = accounts.account_of(work.session, PersonId(order.person_id))
    notify.message(
        work,
        account.id,
        "order_refunded",
        dedupe=f"order-refunded:{refund.id}",
        of=order.association_id,
        number=order.number,
        amount=yuan(Fen(refund.amount_fen)),
    )


def _fail(work: Work, order: Order, refund: Refund, payment: Payment) -> None:
    refund.state = RefundState.FAILED
    if payment.state is PaymentState.APPLIED:
        work.session.flush()
        give_lines_again(work, order, lines.given_again(work, order, refund))
    work.session.flush()
    _note(work, order, "refund.failed", refund.id, refund.amount_fen)


def _judge(
    work: Work, order: Order, payment: Payment, ask: RefundAsk, *, certified: bool
) -> None:
    claimed = work.session.scalars(
        select(Refund.amount_fen).where(
            Refund.payment_id == payment.id, Refund.state.in_(OPEN_REFUNDS)
        )
    )
    known = Returnable(
        state=payment.state,
        left_fen=Fen(payment.amount_fen - payment.refunded_fen - sum(claimed)),
        certified=certified,
        by_line=bool(ask.lines),
    )
    problem = refund_objection(known, ask.amount_fen)
    if problem:
        raise Refused(problem, left=yuan(known.left_fen))


def _locked(work: Work, association_id: AssociationId, order_id: UUID) -> Order:
    order = lock_order(work, order_id)
    if order.association_id != association_id:
        raise NotFound("order.unknown")
    if own_to(work, order):
        raise Forbidden("transfer.own_order")
    return order


def _payment(work: Work, order: Order, payment_id: UUID) -> Payment:
    found = work.session.get(Payment, payment_id, populate_existing=True)
    if found is None or found.order_id != order.id:
        raise NotFound("payment.unknown")
    return found


def _own(
    work: Work, association_id: AssociationId, refund_id: UUID
) -> tuple[Order, Refund]:
    order_id = work.session.scalar(
        select(Refund.order_id).where(
            Refund.id == refund_id, Refund.association_id == association_id
        )
    )
    if order_id is None:
        raise NotFound("refund.unknown")
    order = _locked(work, association_id, order_id)
    return order, work.session.get_one(Refund, refund_id, populate_existing=True)


def _by_id(work: Work, refund_id: UUID) -> tuple[Order, Refund]:
    order_id = work.session.scalar(
        select(Refund.order_id).where(Refund.id == refund_id)
    )
    if order_id is None:
        raise NotFound("refund.unknown")
    order = lock_order(work, order_id)
    return order, work.session.get_one(Refund, refund_id, populate_existing=True)


def _note(
    work: Work, order: Order, deed: str, refund_id: UUID, amount_fen: int
) -> None:
    evidence.note(
        work,
        f"order:{order.id}",
        deed,
        refund=str(refund_id),
        amount_fen=int(amount_fen),
    )
