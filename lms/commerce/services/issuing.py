"""Hand requests to the tax system, and take in what it made of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.commerce.models import (
    Invoice,
    InvoiceFile,
    InvoiceHandover,
    InvoiceLayout,
    InvoiceOrder,
    Order,
)
from lms.commerce.ports import HandoverPress, InvoicePaper
from lms.commerce.queries import invoices as queries
from lms.commerce.queries import sellers
from lms.commerce.rules import DONE, OrderState
from lms.commerce.rules.handover import (
    Layout,
    layout_problems,
    tables,
    written,
)
from lms.commerce.rules.invoices import (
    InvoiceState,
    Read,
    disagreements,
    issue_problems,
    merged,
)
from lms.commerce.rules.sellers import lacking
from lms.commerce.rules.sellers import written as seller_written
from lms.commerce.services import invoices
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work, fail_point
from lms.notify import services as notify

MOST_AT_ONCE = 500
_PAID = DONE - {OrderState.HOLD, OrderState.REFUNDED}


def set_layout(
    work: Work, association_id: AssociationId, layout: Layout, since: date
) -> None:
    """Say how the file looks from a day on; what was made before stays as it was.

    Raises: Refused (handover.invalid) with every reason.
    """
    problems = layout_problems(layout)
    if problems:
        raise Refused("handover.invalid", reasons=problems)
    work.session.add(
        InvoiceLayout(
            association_id=association_id,
            since=since,
            body=written(layout),
            made_by=work.actor.person_id,
            made_at=work.now,
        )
    )
    work.session.flush()
    evidence.note(
        work, f"association:{association_id}", "invoice.layout_set", since=since
    )


def hand_over(
    work: Work,
    association_id: AssociationId,
    invoice_ids: Sequence[UUID],
    press: HandoverPress,
) -> UUID:
    """Make the tax system's file of some requests, and keep it as it was made.

    What an invoice says of its seller is frozen here.

    Raises: NotFound; Refused (invoice.no_choice, invoice.not_asked, invoice.not_paid,
        invoice.no_seller with all that is missing).
    """
    if not 0 < len(set(invoice_ids)) <= MOST_AT_ONCE:
        raise Refused("invoice.no_choice")
    told = sellers.seller(work.session, association_id, work.now)
    if lacks := lacking(told):
        raise Refused("invoice.no_seller", reasons=lacks)
    rows = [
        _ready(work, association_id, invoice_id)
        for invoice_id in sorted(set(invoice_ids))
    ]
    for row in rows:
        row.seller = seller_written(told)
    layout = queries.layout(work.session, association_id, legal_day(work.now))
    asked = [queries.request(work.session, row) for row in rows]
    body = press.press(layout, tables(layout, asked))
    made = _keep(work, association_id, layout, body, rows)
    for row in rows:
        row.state, row.handover_id = InvoiceState.HANDED, made
    work.session.flush()
    evidence.note(
        work,
        f"association:{association_id}",
        "invoice.handed_over",
        handover=str(made),
        count=len(rows),
        sha256=hashlib.sha256(body).hexdigest(),
    )
    return made


def _ready(work: Work, association_id: AssociationId, invoice_id: UUID) -> Invoice:
    """Lock a request that may be handed over, for what its orders hold now."""
    row = invoices.lock(work, association_id, invoice_id)
    if row.state is not InvoiceState.ASKED:
        raise Refused("invoice.not_asked")
    if not _fits(work, row):
        raise Refused("invoice.not_paid", serial=row.serial)
    return row


def _fits(work: Work, row: Invoice) -> bool:
    """Let a request ask for what its orders hold; tell whether all are paid."""
    if not invoices.fit(work, row):
        return False
    states = work.session.scalars(
        select(Order.state)
        .join(InvoiceOrder, InvoiceOrder.order_id == Order.id)
        .where(InvoiceOrder.invoice_id == row.id)
    )
    return all(state in _PAID for state in states)


def _keep(
    work: Work,
    association_id: AssociationId,
    layout: Layout,
    body: bytes,
    rows: Sequence[Invoice],
) -> UUID:
    made, key = new_id(), pii.new_key()
    work.session.add(
        InvoiceHandover(
            id=made,
            association_id=association_id,
            count=len(rows),
            total_fen=sum(row.amount_fen for row in rows),
            kind=layout.kind.value,
            sha256=hashlib.sha256(body).digest(),
            wrapped=pii.wrap(key, f"handover:{made}"),
            body=pii.seal(key, body, queries.handover_place(made)),
            made_by=work.actor.person_id,
            made_at=work.now,
        )
    )
    work.session.flush()
    return made


def take_back(work: Work, association_id: AssociationId, invoice_id: UUID) -> None:
    """Take a request out of a file that was made, because the tax system has none.

    Raises: NotFound; Refused (invoice.not_handed).
    """
    row = invoices.lock(work, association_id, invoice_id)
    if row.state is not InvoiceState.HANDED:
        raise Refused("invoice.not_handed")
    row.state, row.handover_id, row.seller = InvoiceState.ASKED, None, None
    work.session.flush()
    evidence.note(
        work,
        f"association:{association_id}",
        "invoice.taken_back",
        invoice=str(row.id),
    )


def record_issued(
    work: Work,
    association_id: AssociationId,
    invoice_id: UUID,
    paper: InvoicePaper,
    typed: Read,
) -> None:
    """Take in the invoice that the tax system made, if it is the one asked for.

    A second form of the same invoice (OFD beside PDF) is kept with it.

    Raises: NotFound; Refused (invoice.not_ready, invoice.differs with every reason);
        Conflict (invoice.number_known, invoice.file_there).
    """
    row = invoices.lock(work, association_id, invoice_id)
    if row.state not in {
        InvoiceState.ASKED,
        InvoiceState.HANDED,
        InvoiceState.ISSUED,
    }:
        raise Refused("invoice.not_ready")
    if row.state is InvoiceState.ASKED and not _fits(work, row):
        raise Refused("invoice.not_paid", serial=row.serial)
    said = _compared(work, row, paper, typed)
    if row.state is InvoiceState.ISSUED:
        if said.number != row.issued_number:
            raise Refused("invoice.differs", reasons=("invoice.other_number",))
    else:
        _set_issued(work, row, said)
    keep_file(work, row, paper)
    evidence.note(
        work,
        f"association:{association_id}",
        "invoice.issued",
        invoice=str(row.id),
        number=said.number,
        sha256=hashlib.sha256(paper.body).hexdigest(),
    )
    fail_point("commerce.invoice.before_commit")


def _compared(work: Work, row: Invoice, paper: InvoicePaper, typed: Read) -> Read:
    problems = list(disagreements(paper.said, typed))
    said = merged(paper.said, typed)
    title = queries.title_of(work.session, row)
    asked_on = legal_day(row.asked_at)
    problems += issue_problems(
        title, row.amount_fen, said, asked_on, legal_day(work.now)
    )
    if problems:
        raise Refused(
            "invoice.differs",
            reasons=tuple(problems),
            asked=yuan(Fen(row.amount_fen)),
            read="—" if said.amount_fen is None else yuan(said.amount_fen),
        )
    return said


def _set_issued(work: Work, row: Invoice, said: Read) -> None:
    if row.seller is None:
        # Made by hand, without our file: what the association said of itself by then.
        told = sellers.seller(work.session, row.association_id, work.now)
        row.seller = seller_written(told)
    try:
        with work.session.begin_nested():
            row.issued_number, row.issued_on = said.number, said.on
            row.issued_at, row.state = work.now, InvoiceState.ISSUED
    except IntegrityError as error:
        raise Conflict("invoice.number_known") from error
    account = account_queries.account_of(work.session, PersonId(row.person_id))
    notify.message(
        work,
        account.id,
        "invoice_issued",
        dedupe=f"invoice-issued:{row.id}",
        of=row.association_id,
        number=said.number or "",
        total=yuan(Fen(row.amount_fen)),
    )


def keep_file(
    work: Work, row: Invoice, paper: InvoicePaper, red_id: UUID | None = None
) -> None:
    """Seal a file with the key of who asked.

    Raises: Conflict (invoice.file_there) when one of this form is kept already.
    """
    file_id = new_id()
    key = accounts.ensure_key(work, PersonId(row.person_id))
    try:
        with work.session.begin_nested():
            work.session.add(
                InvoiceFile(
                    id=file_id,
                    invoice_id=row.id,
                    red_id=red_id,
                    form=paper.form,
                    size=len(paper.body),
                    sha256=hashlib.sha256(paper.body).digest(),
                    body=pii.seal(key, paper.body, queries.file_place(file_id)),
                    kept_by=work.actor.person_id,
                    kept_at=work.now,
                )
            )
    except IntegrityError as error:
        raise Conflict("invoice.file_there") from error


def negative(said: Read) -> Read:
    """Turn the amount of a red invoice about, to compare it with what was asked."""
    if said.amount_fen is None:
        return said
    return replace(said, amount_fen=Fen(-said.amount_fen))
