"""Let invoices' papers go when the law asks for them no more."""

from collections.abc import Collection
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Update, func, select, update

from lms.commerce.models import Invoice, InvoiceFile, InvoiceHandover, InvoiceRed
from lms.commerce.rules.invoices import TitleKind
from lms.kernel.clock import start_of
from lms.kernel.ids import PersonId
from lms.kernel.work import Work

AT_ONCE = 500


def drop_bodies(
    work: Work, made: tuple[date, date], *, spare: Collection[UUID] = ()
) -> int:
    """Remove files of invoices and for the tax system that were made between two days.

    `made` is the first day and the day after the last; `spare` names persons whose
    papers are held. An invoice's file is as old as
    the last paper of its invoice, so that a red one never outlives what it takes back.
    Numbers, days, amounts and digests stay. Shape: how many went; `AT_ONCE` of a kind
    says that more may wait.
    """
    return _files(work, made, spare) + _handovers(work, made)


def _files(work: Work, made: tuple[date, date], spare: Collection[UUID]) -> int:
    last = (
        select(InvoiceFile.invoice_id)
        .join(Invoice, Invoice.id == InvoiceFile.invoice_id)
        .where(InvoiceFile.body.is_not(None), Invoice.person_id.not_in(spare))
        .group_by(InvoiceFile.invoice_id)
        .having(
            func.max(InvoiceFile.kept_at) < start_of(made[1]),
            func.max(InvoiceFile.kept_at) >= start_of(max(made[0], _FIRST)),
        )
        .order_by(InvoiceFile.invoice_id)
        .limit(AT_ONCE)
    )
    ids = work.session.scalars(last).all()
    gone = update(InvoiceFile).where(
        InvoiceFile.invoice_id.in_(ids), InvoiceFile.body.is_not(None)
    )
    return _count(work, gone.values(body=None))


def _handovers(work: Work, made: tuple[date, date]) -> int:
    due = (
        select(InvoiceHandover.id)
        .where(
            InvoiceHandover.body.is_not(None),
            InvoiceHandover.made_at < start_of(made[1]),
            InvoiceHandover.made_at >= start_of(max(made[0], _FIRST)),
        )
        .order_by(InvoiceHandover.id)
        .limit(AT_ONCE)
    )
    gone = update(InvoiceHandover).where(
        InvoiceHandover.id.in_(work.session.scalars(due).all())
    )
    return _count(work, gone.values(body=None, wrapped=None))


def forget(work: Work, person_id: PersonId) -> None:
    """Take a forgotten person out of the invoices; numbers, days and amounts stay.

    What stood on a company's invoice is the company's and stays too.
    """
    own = Invoice.person_id == person_id
    ids = select(Invoice.id).where(own)
    for one in (
        update(InvoiceFile).where(InvoiceFile.invoice_id.in_(ids)).values(body=None),
        update(InvoiceRed)
        .where(InvoiceRed.invoice_id.in_(ids))
        .values(wish=None, words=""),
        update(Invoice).where(own).values(sealed=None, reason=""),
        update(Invoice)
        .where(own, Invoice.kind == TitleKind.PERSONAL)
        .values(title="", tax_no=""),
    ):
        work.session.execute(one.execution_options(synchronize_session=False))


def _count(work: Work, statement: Update) -> int:
    done = work.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount


_FIRST = date(2, 1, 1)
