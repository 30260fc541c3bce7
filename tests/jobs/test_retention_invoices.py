"""Invoices go five years after their issue; the numbers of them stay."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from lms.accounts import queries as accounts
from lms.accounts.models import Account
from lms.accounts.rules import AccountState
from lms.commerce.models import Invoice, InvoiceFile, InvoiceHandover
from lms.commerce.queries import invoices as queries
from lms.commerce.rules.invoices import FileForm, Read, Title
from lms.commerce.services import invoices, issuing
from lms.evidence import services as book
from lms.gateways.handover_files import LocalHandoverPress
from lms.jobs import retention
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.reports import erasure, subject
from tests.conftest import HandClock
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make.statements import hand

YEAR = 365.25
TITLES = {"company": bureau.company(), "person": bureau.personal()}
Begin = Callable[..., Any]


def issued(work: Work, title: Title) -> tuple[PersonId, UUID]:
    """An invoice that went through a file for the tax system and came back issued."""
    house = make.association(work)
    make.seller(work, house)
    me = make.buyer(work)
    order = make.paid_order(work, me, make.course(work, house))
    made = invoices.ask(work, me, [order], title)
    clerk = hand(work)
    issuing.hand_over(clerk, house, [made], LocalHandoverPress())
    row = work.session.get_one(Invoice, made)
    paper = bureau.paper(row.amount_fen, words=row.title + row.tax_no)
    issuing.record_issued(clerk, house, made, paper, Read())
    return me, made


def run(app: Flask, clock: HandClock) -> None:
    db.session.remove()
    retention.run(clock, app.extensions["lms.ports"])
    db.session.remove()


def kept() -> tuple[bool, bool]:
    """Tell whether an invoice, and a file for the tax system, can still be opened."""
    papers = [one.body for one in db.session.query(InvoiceFile)]
    handed = [one.body for one in db.session.query(InvoiceHandover)]
    return any(papers), any(handed)


def test_its_papers_stay_five_years_and_what_was_issued_for_ever(
    app: Flask, clock: HandClock, begin: Begin
) -> None:
    with begin() as work:
        me, made = issued(work, TITLES["company"])
    clock.pass_days(5 * YEAR - 2)
    run(app, clock)
    assert kept() == (True, True)

    clock.pass_days(4)
    run(app, clock)

    assert kept() == (False, False)
    card = queries.invoice(db.session(), me, made)
    assert (card.issued_number, card.amount_fen) == (bureau.Drawn.number, 12_800)
    assert card.files == ()


def test_what_is_held_outlives_its_day(
    app: Flask, clock: HandClock, begin: Begin
) -> None:
    with begin() as work:
        me, _made = issued(work, TITLES["company"])
        issued(work, TITLES["company"])
        book.place_hold(work, f"person:{me}", "税务检查")
    clock.pass_days(6 * YEAR)
    run(app, clock)

    bodies = [one.body for one in db.session.query(InvoiceFile)]
    assert sorted(map(bool, bodies)) == [False, True]


@pytest.mark.parametrize("name", sorted(TITLES))
def test_who_closed_the_account_is_forgotten_only_after_the_last_invoice(
    app: Flask, clock: HandClock, begin: Begin, name: str
) -> None:
    title = TITLES[name]
    with begin() as work:
        me, made = issued(work, title)
        account = accounts.account_of(work.session, me).id
        row = work.session.get_one(Account, account)
        row.state, row.closed_at = AccountState.CLOSED, work.now
        day = work.session.get_one(Invoice, made).issued_on
    assert day is not None
    last = date(day.year + 5, day.month, day.day)
    assert erasure.kept(db.session(), me).until == last
    clock.pass_days(5 * YEAR - 2)
    run(app, clock)
    assert queries.invoice(db.session(), me, made).title.name == title.name

    clock.pass_days(6)
    run(app, clock)

    card = queries.invoice(db.session(), me, made)
    assert card.title.name == (title.name if name == "company" else "")
    assert card.amount_fen == 12_800
    with pytest.raises(NotFound):
        accounts.data_key(db.session(), me)


def test_a_person_is_given_the_invoices_and_what_stands_on_them(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        me, made = issued(work, bureau.company(email="zhang@example.com"))
        account = accounts.account_of(work.session, me).id
    found = subject.everything(db.session(), account, me, bureau.DAY)

    told = json.loads(found["data.json"])
    (titled,) = told["invoiced_to"]
    assert (titled["name"], titled["email"]) == (bureau.company().name,
                                                 "zhang@example.com")  # fmt: skip
    (row,) = told["records"]["invoices"]
    assert row["id"] == str(made)
    assert "sealed" not in row
    (name,) = [one for one in found if one.startswith("invoices/")]
    assert name.endswith(FileForm.PDF.value)
    assert found[name]
