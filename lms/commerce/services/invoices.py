"""Ask for an invoice, and let the request end without one."""

import json
import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts import services as accounts
from lms.commerce.models import Invoice, InvoiceOrder, Order
from lms.commerce.queries import invoices as queries
from lms.commerce.rules import OrderState
from lms.commerce.rules.invoices import (
    InvoiceState,
    Title,
    TitleKind,
    serial_number,
    title_problems,
)
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.text import normal
from lms.kernel.work import Work
from lms.people.rules import folded

MOST_ORDERS = 50
_LETTERS = 6
INVOICEABLE = frozenset(
    {
        OrderState.PENDING,
        OrderState.PAID,
        OrderState.PAID_LATE,
        OrderState.FULFILLED,
        OrderState.PART_REFUNDED,
    }
)
"""An order may be asked for before it is paid: the payer is compared with the title."""


def ask(
    work: Work, person_id: PersonId, order_ids: Sequence[UUID], title: Title
) -> UUID:
    """Ask for one invoice over some of one's orders of one association.

    Raises: NotFound for another's order; Refused (invoice.no_orders,
        invoice.associations, invoice.not_payable, invoice.invalid with every reason);
        Conflict (invoice.there) when an order stands on one already.
    """
    problems = title_problems(title)
    if problems:
        raise Refused("invoice.invalid", reasons=problems)
    orders = _orders(work, person_id, order_ids)
    row = write(work, person_id, orders, title)
    evidence.note(
        work,
        f"association:{row.association_id}",
        "invoice.asked",
        invoice=str(row.id),
        amount_fen=row.amount_fen,
        orders=sorted(str(one.id) for one in orders),
    )
    return row.id


def _orders(
    work: Work, person_id: PersonId, order_ids: Sequence[UUID]
) -> Sequence[Order]:
    wanted = set(order_ids)
    if not 0 < len(wanted) <= MOST_ORDERS:
        raise Refused("invoice.no_orders")
    orders = work.session.scalars(
        select(Order)
        .where(Order.id.in_(wanted), Order.person_id == person_id)
        .order_by(Order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(orders) != len(wanted):
        raise NotFound("order.unknown")
    if len({one.association_id for one in orders}) > 1:
        raise Refused("invoice.associations")
    sums = queries.holdings(work.session, [one.id for one in orders])
    bad = [one for one in orders if one.state not in INVOICEABLE or sums[one.id] <= 0]
    if bad:
        raise Refused("invoice.not_payable", number=bad[0].number)
    return orders


def write(
    work: Work,
    person_id: PersonId,
    orders: Sequence[Order],
    title: Title,
    *,
    replaces: UUID | None = None,
) -> Invoice:
    """Write a request down, over locked orders.

    Raises: Conflict (invoice.there).
    """
    sums = queries.holdings(work.session, [one.id for one in orders])
    row = Invoice(
        id=new_id(),
        serial=_free_serial(work),
        association_id=orders[0].association_id,
        person_id=person_id,
        amount_fen=sum(sums.values()),
        red_fen=0,
        state=InvoiceState.ASKED,
        asked_at=work.now,
        replaces_id=replaces,
    )
    set_title(work, row, title)
    try:
        with work.session.begin_nested():
            work.session.add(row)
            work.session.flush()
            work.session.add_all(
                InvoiceOrder(
                    invoice_id=row.id, order_id=each, amount_fen=fen, live=True
                )
                for each, fen in sums.items()
            )
            work.session.flush()
    except IntegrityError as error:
        raise Conflict("invoice.there") from error
    return row


def set_title(work: Work, row: Invoice, title: Title) -> None:
    """Write a title down; what identifies is sealed with the asker's key."""
    company = title.kind is TitleKind.COMPANY
    row.kind, row.type = title.kind, title.type
    row.title = normal(title.name)
    row.tax_no = folded(title.tax_no) if company else ""
    row.sealed = pii.seal(
        accounts.ensure_key(work, PersonId(row.person_id)),
        json.dumps(queries.private(title), ensure_ascii=False),
        queries.sealed_place(row.id),
    )


def _free_serial(work: Work) -> str:
    day = f"{legal_day(work.now):%y%m%d}"
    while True:
        number = serial_number(day, secrets.token_bytes(_LETTERS))
        if not work.session.scalar(select(Invoice.id).where(Invoice.serial == number)):
            return number


def retitle(work: Work, person_id: PersonId, invoice_id: UUID, title: Title) -> None:
    """Change what one's request says, until it lies in a file for the tax system.

    Raises: NotFound; Refused (invoice.not_asked, invoice.invalid).
    """
    row = lock_own(work, person_id, invoice_id)
    if row.state is not InvoiceState.ASKED:
        raise Refused("invoice.not_asked")
    problems = title_problems(title)
    if problems:
        raise Refused("invoice.invalid", reasons=problems)
    set_title(work, row, title)
    _note(work, row, "invoice.retitled")


def withdraw(work: Work, person_id: PersonId, invoice_id: UUID) -> None:
    """Take one's request back, until it lies in a file for the tax system.

    Raises: NotFound; Refused (invoice.not_asked).
    """
    row = lock_own(work, person_id, invoice_id)
    if row.state is InvoiceState.WITHDRAWN:
        return
    if row.state is not InvoiceState.ASKED:
        raise Refused("invoice.not_asked")
    end(work, row, InvoiceState.WITHDRAWN)


def decline(
    work: Work, association_id: AssociationId, invoice_id: UUID, reason: str
) -> None:
    """Send a request back to who asked, with what is wrong.

    Raises: NotFound; Refused without a reason, or when it is handed over or issued.
    """
    row = lock(work, association_id, invoice_id)
    if not reason.strip():
        raise Refused("invoice.no_reason")
    if row.state is not InvoiceState.ASKED:
        raise Refused("invoice.not_asked")
    row.reason = reason.strip()[:200]
    end(work, row, InvoiceState.DECLINED)


def end(work: Work, row: Invoice, state: InvoiceState) -> None:
    """End a locked invoice; its orders are free for another."""
    row.state, row.ended_at = state, work.now
    for one in work.session.scalars(
        select(InvoiceOrder).where(InvoiceOrder.invoice_id == row.id)
    ):
        one.live = False
    work.session.flush()
    _note(work, row, f"invoice.{state.value}")


def fit(work: Work, row: Invoice) -> bool:
    """Let a locked request ask for what its orders hold now; False if that is nothing.

    A refund takes the invoice's row before it takes from an order: what is read here
    stays so until this work ends.
    """
    parts = work.session.scalars(
        select(InvoiceOrder).where(InvoiceOrder.invoice_id == row.id)
    ).all()
    held = queries.holdings(work.session, [one.order_id for one in parts])
    if not any(fen > 0 for fen in held.values()):
        return False
    for part in parts:
        if held[part.order_id] > 0:
            part.amount_fen = held[part.order_id]
        else:
            work.session.delete(part)
    row.amount_fen = sum(fen for fen in held.values() if fen > 0)
    work.session.flush()
    return True


def lock(work: Work, association_id: AssociationId | UUID, invoice_id: UUID) -> Invoice:
    """Lock an association's invoice. Invoices come before orders.

    Raises: NotFound; Forbidden for one's own.
    """
    row = _locked(work, invoice_id)
    if row.association_id != association_id:
        raise NotFound("invoice.unknown")
    if row.person_id == work.actor.person_id:
        raise Forbidden("invoice.own")
    return row


def lock_own(work: Work, person_id: PersonId, invoice_id: UUID) -> Invoice:
    """Lock one of a person's invoices.

    Raises: NotFound, also for another's.
    """
    row = _locked(work, invoice_id)
    if row.person_id != person_id:
        raise NotFound("invoice.unknown")
    return row


def _locked(work: Work, invoice_id: UUID) -> Invoice:
    row = work.session.scalar(
        select(Invoice)
        .where(Invoice.id == invoice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("invoice.unknown")
    return row


def _note(work: Work, row: Invoice, deed: str) -> None:
    evidence.note(
        work,
        f"association:{row.association_id}",
        deed,
        invoice=str(row.id),
        amount_fen=row.amount_fen,
    )
