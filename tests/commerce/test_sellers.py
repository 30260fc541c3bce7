"""Who sells: agreed to by two managers, frozen on the invoice that is handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from lms.commerce.models import Invoice
from lms.commerce.queries import invoices as queries
from lms.commerce.queries import sellers
from lms.commerce.rules.handover import (
    Layout,
    layout_problems,
    opened,
    tables,
    written,
)
from lms.commerce.rules.invoices import InvoiceState, Read
from lms.commerce.rules.sellers import Seller, lacking
from lms.commerce.services import invoices, issuing
from lms.gateways.handover_files import LocalHandoverPress
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make.statements import hand

PRESS = LocalHandoverPress()
COLUMNS = (
    ("销售方名称", "seller_name"),
    ("销售方税号", "seller_tax_no"),
    ("销售方地址", "seller_address"),
    ("销售方电话", "seller_phone"),
    ("销售方开户行", "seller_bank"),
    ("销售方银行账号", "seller_account"),
)


@pytest.fixture
def ours(work: Work) -> AssociationId:
    return make.association(work)


def asked(work: Work, ours: AssociationId) -> Invoice:
    """A request for a paid order."""
    me = make.buyer(work)
    order = make.paid_order(work, me, make.course(work, ours))
    made = invoices.ask(work, me, [order], bureau.company())
    return work.session.get_one(Invoice, made)


def hand_over(work: Work, ours: AssociationId, row: Invoice) -> UUID:
    return issuing.hand_over(hand(work), ours, [row.id], PRESS)


def test_all_that_an_invoice_says_of_its_seller_can_stand_in_the_file(
    work: Work, ours: AssociationId
) -> None:
    make.seller(work, ours)
    row = asked(work, ours)
    hand_over(work, ours, row)

    layout = replace(Layout(), basic=(*Layout().basic[:6], *COLUMNS, ("税", "tax_no")))
    assert layout_problems(layout) == ()
    ((heads, (cells,)), _details) = tables(layout, [queries.request(work.session, row)])
    told = dict(zip(heads, cells, strict=True))
    assert {name: told[name] for name, _source in COLUMNS} == {
        "销售方名称": "包头市建筑业协会",
        "销售方税号": "51150200MJY000001X",
        "销售方地址": "包头市昆都仑区某路1号",
        "销售方电话": "0472-5550001",
        "销售方开户行": "包头银行",
        "销售方银行账号": "15007",
    }


def test_the_bureaus_own_template_carries_bank_and_account(
    work: Work, ours: AssociationId
) -> None:
    make.seller(work, ours)
    row = asked(work, ours)
    hand_over(work, ours, row)

    ((heads, (cells,)), _details) = tables(
        Layout(), [queries.request(work.session, row)]
    )
    told = dict(zip(heads, cells, strict=True))
    assert (told["销售方开户行"], told["销售方银行账号"]) == ("包头银行", "15007")


def test_without_all_of_it_nothing_is_handed_over_and_all_that_is_missing_is_named(
    work: Work, ours: AssociationId
) -> None:
    row = asked(work, ours)

    with pytest.raises(Refused, match=r"invoice\.no_seller") as refused:
        hand_over(work, ours, row)
    assert refused.value.reasons == (
        "seller.no_uscc",
        "seller.no_address",
        "seller.no_phone",
    )
    assert (row.state, row.seller) == (InvoiceState.ASKED, None)
    assert lacking(Seller())[0] == "seller.no_name"


def test_what_is_decided_later_changes_no_invoice_that_was_handed_over(
    work: Work, ours: AssociationId
) -> None:
    make.seller(work, ours)
    row = asked(work, ours)
    hand_over(work, ours, row)
    later = replace(work, now=work.now + timedelta(days=1))
    make.seller(later, ours, account="99999", bank="新银行")

    told = queries.request(work.session, row).seller
    assert (told.bank, told.account) == ("包头银行", "15007")
    now = sellers.seller(work.session, ours, later.now)
    assert (now.bank, now.account) == ("新银行", "99999")
    card = queries.invoice_of(work.session, ours, row.id)
    assert card.seller == told


def test_what_was_taken_back_out_of_the_file_is_told_anew(
    work: Work, ours: AssociationId
) -> None:
    make.seller(work, ours)
    row = asked(work, ours)
    hand_over(work, ours, row)
    issuing.take_back(hand(work), ours, row.id)
    assert queries.invoice_of(work.session, ours, row.id).seller is None
    later = replace(work, now=work.now + timedelta(days=1))
    make.seller(later, ours, account="99999")

    hand_over(later, ours, row)
    assert queries.request(work.session, row).seller.account == "99999"


def test_an_invoice_that_was_made_by_hand_keeps_its_seller_too(
    work: Work, ours: AssociationId
) -> None:
    make.seller(work, ours)
    row = asked(work, ours)
    paper = bureau.paper(row.amount_fen, words=row.title + row.tax_no)
    issuing.record_issued(hand(work), ours, row.id, paper, Read())
    later = replace(work, now=work.now + timedelta(days=1))
    make.seller(later, ours, account="99999")

    card = queries.invoice_of(work.session, ours, row.id)
    assert card.seller is not None
    assert card.seller.account == "15007"


def test_a_layout_of_old_that_named_an_account_of_its_own_still_opens() -> None:
    body = written(Layout()) | {"seller_bank": "旧", "seller_account": "1"}
    assert opened(body) == Layout()
