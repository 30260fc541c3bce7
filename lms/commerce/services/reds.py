"""Take an issued invoice back in red: one asks, another agrees, the bureau makes it.

What is invoiced never exceeds what is paid: a refund asks for its red entry, first or
together as the association says.
"""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.accounts import services as accounts
from lms.approvals import services as approvals
from lms.approvals.rules import Terms
from lms.catalogue import queries as catalogue
from lms.commerce.models import Invoice, InvoiceOrder, InvoiceRed, Order, Refund
from lms.commerce.ports import InvoicePaper
from lms.commerce.queries import invoices as queries
from lms.commerce.rules.invoices import (
    LIVE_INVOICES,
    OPEN_REDS,
    InvoiceState,
    Read,
    RedState,
    RedWhy,
    RefundRule,
    Title,
    disagreements,
    issue_problems,
    merged,
    red_needed,
    title_problems,
)
from lms.commerce.services import invoices
from lms.commerce.services.issuing import keep_file, negative
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work

KIND = "invoice_red"


@dataclass(frozen=True, slots=True)
class RedAsk:
    """Why an invoice is to be taken back, and what it shall say instead, if anything.

    Units: `amount_fen` fen; nothing is all that is left of it. PII: words and title.
    """

    why: RedWhy
    words: str
    title: Title | None = field(default=None, repr=False)
    amount_fen: int = 0


def wish(work: Work, person_id: PersonId, invoice_id: UUID, ask: RedAsk) -> UUID:
    """Let a buyer say that an issued invoice is wrong; the desk looks at it.

    Raises: NotFound; Refused (invoice.not_issued, invoice.no_reason,
        invoice.invalid); Conflict (invoice.red_open).
    """
    row = invoices.lock_own(work, person_id, invoice_id)
    made = _write(work, row, ask)
    _note(work, row, "invoice.red_wished", made)
    return made.id


def ask_red(
    work: Work, association_id: AssociationId, invoice_id: UUID, ask: RedAsk
) -> UUID:
    """Put it to a manager to take an invoice back, whole or in part.

    Raises: NotFound; Refused (invoice.not_issued, invoice.no_reason,
        invoice.invalid, invoice.red_amount); Conflict (invoice.red_open).
    """
    row = invoices.lock(work, association_id, invoice_id)
    made = _write(work, row, ask)
    _put(work, row, made)
    return made.id


def _write(work: Work, row: Invoice, ask: RedAsk) -> InvoiceRed:
    if row.state is not InvoiceState.ISSUED:
        raise Refused("invoice.not_issued")
    if not ask.words.strip():
        raise Refused("invoice.no_reason")
    problems = title_problems(ask.title) if ask.title else ()
    if problems:
        raise Refused("invoice.invalid", reasons=problems)
    left = row.amount_fen - row.red_fen
    if not 0 <= ask.amount_fen <= left or (ask.title and 0 < ask.amount_fen < left):
        raise Refused("invoice.red_amount", left=yuan(Fen(left)))
    if _open(work, row):
        raise Conflict("invoice.red_open")
    made = InvoiceRed(
        id=new_id(),
        invoice_id=row.id,
        association_id=row.association_id,
        why=ask.why,
        amount_fen=ask.amount_fen or left,
        state=RedState.WISHED,
        words=ask.words.strip()[:200],
        asked_by=work.actor.person_id,
        asked_at=work.now,
    )
    if ask.title is not None:
        key = accounts.ensure_key(work, PersonId(row.person_id))
        place = queries.wish_place(made.id)
        made.wish = pii.seal(key, queries.wish_written(ask.title), place)
    work.session.add(made)
    work.session.flush()
    return made


def _open(work: Work, row: Invoice) -> bool:
    found = work.session.scalar(
        select(InvoiceRed.id)
        .where(InvoiceRed.invoice_id == row.id, InvoiceRed.state.in_(OPEN_REDS))
        .limit(1)
    )
    return found is not None


def _put(work: Work, row: Invoice, red: InvoiceRed) -> None:
    """Ask the second person; where one is enough, it is agreed."""
    if not catalogue.association(work.session, row.association_id).two_person:
        red.state, red.decided_at = RedState.AGREED, work.now
        _note(work, row, "invoice.red_agreed", red)
        return
    red.approval_id = approvals.ask(
        work,
        KIND,
        f"invoice:{row.id}",
        {"red": str(red.id), "amount_fen": red.amount_fen},
        red.words,
        terms=Terms(
            association_id=AssociationId(row.association_id), last_role="manager"
        ),
    )
    red.state = RedState.ASKED
    work.session.flush()
    _note(work, row, "invoice.red_asked", red)


def take_up_wish(
    work: Work, association_id: AssociationId, red_id: UUID, answer: tuple[bool, str]
) -> None:
    """Put a buyer's wish to a manager, or tell the buyer why not.

    Raises: NotFound; Refused (invoice.no_wish, invoice.no_reason).
    """
    row, red = _locked(work, association_id, red_id)
    if red.state is not RedState.WISHED:
        raise Refused("invoice.no_wish")
    forward, words = answer
    if forward:
        _put(work, row, red)
        return
    if not words.strip():
        raise Refused("invoice.no_reason")
    red.state, red.decided_at = RedState.REFUSED, work.now
    row.reason = words.strip()[:200]
    _note(work, row, "invoice.red_refused", red)


def decide_red(
    work: Work, association_id: AssociationId, red_id: UUID, answer: tuple[bool, str]
) -> None:
    """Agree to a red entry, or not.

    Raises: NotFound; Conflict when it is decided; Refused for the asker.
    """
    row, red = _locked(work, association_id, red_id)
    if red.state is not RedState.ASKED or red.approval_id is None:
        raise Refused("invoice.no_red_asked")
    approved, comment = answer
    approvals.decide(
        work, red.approval_id, approved, comment, association_id=association_id
    )
    red.state = RedState.AGREED if approved else RedState.REFUSED
    red.decided_at = work.now
    work.session.flush()
    _note(work, row, f"invoice.red_{red.state.value}", red)


def record_red(
    work: Work,
    association_id: AssociationId,
    red_id: UUID,
    paper: InvoicePaper,
    typed: Read,
) -> None:
    """Take in the red invoice; what was wished instead is asked for at once.

    Raises: NotFound; Refused (invoice.no_red_agreed, invoice.differs); Conflict
        (invoice.number_known, invoice.file_there).
    """
    row, red = _locked(work, association_id, red_id)
    if red.state is not RedState.AGREED:
        raise Refused("invoice.no_red_agreed")
    said = _compared(work, row, red, paper, typed)
    try:
        with work.session.begin_nested():
            red.number, red.issued_on = said.number, said.on
            red.state, red.done_at = RedState.DONE, work.now
            row.red_fen += red.amount_fen
    except IntegrityError as error:
        raise Conflict("invoice.number_known") from error
    keep_file(work, row, paper, red.id)
    if row.red_fen == row.amount_fen:
        invoices.end(work, row, InvoiceState.RED)
        _again(work, row, red)
    _note(work, row, "invoice.red_done", red)


def _compared(
    work: Work, row: Invoice, red: InvoiceRed, paper: InvoicePaper, typed: Read
) -> Read:
    said = merged(negative(paper.said), typed)
    problems = list(disagreements(negative(paper.said), typed))
    title = queries.title_of(work.session, row)
    since = row.issued_on or legal_day(row.asked_at)
    problems += issue_problems(title, red.amount_fen, said, since, legal_day(work.now))
    if said.number == row.issued_number:
        problems.append("invoice.same_number")
    if problems:
        raise Refused(
            "invoice.differs",
            reasons=tuple(problems),
            asked=f"-{yuan(Fen(red.amount_fen))}",
            read="—" if said.amount_fen is None else yuan(Fen(-said.amount_fen)),
        )
    return said


def _again(work: Work, row: Invoice, red: InvoiceRed) -> None:
    """Ask for the invoice that shall stand instead.

    The orders are not locked: a refund waits for this invoice's row, and then finds
    the new request.
    """
    title = queries.wish_of(work.session, red, row.person_id)
    if title is None:
        return
    orders = work.session.scalars(
        select(Order)
        .join(InvoiceOrder, InvoiceOrder.order_id == Order.id)
        .where(InvoiceOrder.invoice_id == row.id)
        .order_by(Order.id)
    ).all()
    held = queries.holdings(work.session, [one.id for one in orders])
    still = [one for one in orders if held[one.id] > 0]
    if still:
        person_id = PersonId(row.person_id)
        made = invoices.write(work, person_id, still, title, replaces=row.id)
        red.again_id = made.id


def bind_refund(work: Work, order: Order, refund: Refund) -> None:
    """See that an order's refund leaves no invoice above what is paid.

    A request that was not handed over asks for less from now on. An issued invoice
    needs its red entry: before, or agreed to with the refund, as the association says.

    Raises: Refused (refund.invoice_handed, refund.red_first).
    """
    row = _standing(work, order)
    if row is None:
        return
    if row.state is InvoiceState.HANDED:
        raise Refused("refund.invoice_handed", serial=row.serial)
    if row.state is InvoiceState.ASKED:
        if not invoices.fit(work, row):
            row.reason = "refunded"
            invoices.end(work, row, InvoiceState.WITHDRAWN)
    else:
        _red_for(work, row, refund)


def _standing(work: Work, order: Order) -> Invoice | None:
    """Lock the invoice that an order stands on, also if it has just changed."""
    while True:
        found = queries.of_order(work.session, order.id)
        if found is None:
            return None
        row = invoices.lock(work, order.association_id, found.id)
        if row.state in LIVE_INVOICES:
            return row


def _red_for(work: Work, row: Invoice, refund: Refund) -> None:
    ids = work.session.scalars(
        select(InvoiceOrder.order_id).where(InvoiceOrder.invoice_id == row.id)
    ).all()
    held = queries.holdings(work.session, list(ids))
    agreed = work.session.scalar(
        select(func.sum(InvoiceRed.amount_fen)).where(
            InvoiceRed.invoice_id == row.id, InvoiceRed.state == RedState.AGREED
        )
    )
    layout = queries.layout(
        work.session, AssociationId(row.association_id), legal_day(work.now)
    )
    counted = row.red_fen
    if layout.refunds is RefundRule.TOGETHER:
        counted += int(agreed or 0)
    owed = red_needed(row.amount_fen, counted, sum(held.values()), 0)
    if not owed:
        return
    if layout.refunds is RefundRule.FIRST:
        raise Refused("refund.red_first", amount=yuan(owed), number=row.issued_number)
    red = InvoiceRed(
        id=new_id(),
        invoice_id=row.id,
        association_id=row.association_id,
        why=RedWhy.REFUND,
        amount_fen=owed,
        state=RedState.AGREED,
        words="退款",
        approval_id=refund.approval_id,
        refund_id=refund.id,
        asked_by=refund.asked_by,
        asked_at=work.now,
        decided_at=work.now,
    )
    work.session.add(red)
    work.session.flush()
    _note(work, row, "invoice.red_agreed", red)


def _locked(
    work: Work, association_id: AssociationId, red_id: UUID
) -> tuple[Invoice, InvoiceRed]:
    invoice_id = work.session.scalar(
        select(InvoiceRed.invoice_id).where(
            InvoiceRed.id == red_id, InvoiceRed.association_id == association_id
        )
    )
    if invoice_id is None:
        raise NotFound("invoice.no_red")
    row = invoices.lock(work, association_id, invoice_id)
    return row, work.session.get_one(InvoiceRed, red_id, populate_existing=True)


def _note(work: Work, row: Invoice, deed: str, red: InvoiceRed) -> None:
    evidence.note(
        work,
        f"association:{row.association_id}",
        deed,
        invoice=str(row.id),
        red=str(red.id),
        amount_fen=red.amount_fen,
    )
