"""Nobody is paid twice by one line of the bank, nor by one hand alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from lms.commerce.models import StatementLine, Transfer
from lms.commerce.queries import statements
from lms.commerce.rules import OrderState
from lms.commerce.services import assigning, imports, invoices, transfers
from lms.commerce.services.assigning import Part
from lms.kernel.errors import Conflict, Forbidden, Refused
from lms.kernel.money import Fen
from tests.commerce.test_statements import Ground, ground
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make import statements as bank
from tests.make.statements import row

__all__ = ["ground"]


@pytest.mark.parametrize("called", [("包头银行股份", "1500"), ("包头银行", "15-00")])
def test_the_same_money_under_another_name_of_the_account_is_not_new(
    ground: Ground, called: tuple[str, str]
) -> None:
    ground.take(row("128.00", words=ground.number))
    came = bank.upload(row("128.00", words=ground.number), heads=[*bank.HEADS, "备用"])
    made = imports.upload(ground.other, ground.house, came)
    shown = statements.statement(ground.work.session, ground.house, made)
    reading = imports.Reading(*called, shown.head, shown.columns)
    imports.remap(ground.other, ground.house, made, reading)

    with pytest.raises(Refused, match=r"statement\.other_name") as refused:
        imports.take(ground.other, ground.house, made)
    assert refused.value.facts["account"] == "1500"
    assert ground.work.session.scalar(select(func.count(StatementLine.id))) == 1


def test_what_two_accounts_paid_out_alike_is_twice(ground: Ground) -> None:
    fee = row("", out="10.00", number="", payer="")
    ground.take(fee)
    came = bank.upload(fee, heads=[*bank.HEADS, "备用"])
    made = imports.upload(ground.other, ground.house, came)
    shown = statements.statement(ground.work.session, ground.house, made)
    reading = imports.Reading("工商银行", "0602", shown.head, shown.columns)
    imports.remap(ground.other, ground.house, made, reading)

    assert imports.take(ground.other, ground.house, made).new_lines == 1


def test_who_brought_a_line_in_is_no_second_person_to_it_by_the_orders_page(
    ground: Ground,
) -> None:
    (line,) = ground.take(row("128.00"))
    part = Part(ground.order_id, Fen(12_800))
    assigning.propose(ground.other, ground.house, line.id, [part])
    transfer = ground.work.session.scalars(select(Transfer)).one()

    with pytest.raises(Forbidden, match=r"transfer\.same_person"):
        transfers.second_transfer(ground.clerk, ground.house, transfer.id)
    assert ground.state() is OrderState.PENDING
    transfers.second_transfer(ground.manager, ground.house, transfer.id)
    assert ground.state() is OrderState.FULFILLED


def test_the_order_page_asks_for_the_payers_word_as_the_lines_page_does(
    ground: Ground,
) -> None:
    invoices.ask(ground.work, ground.me, [ground.order_id], bureau.company())
    (line,) = ground.take(row("128.00", payer="李四", words=ground.number))
    transfer = ground.work.session.scalars(select(Transfer)).one()

    with pytest.raises(Refused, match=r"transfer\.strange_payer"):
        transfers.second_transfer(ground.other, ground.house, transfer.id)
    assert assigning.confirm(ground.other, ground.house, line.id, "盖章说明").opened


@pytest.mark.parametrize("first", ["typed", "brought"])
def test_one_bank_line_typed_under_another_account_pays_nothing_more(
    ground: Ground, first: str
) -> None:
    other = make.pending_order(ground.work, make.buyer(ground.work), ground.sold)
    line = make.bank_line(Fen(12_800))
    if first == "typed":
        transfers.propose_transfer(ground.clerk, ground.house, ground.order_id, line)
    else:
        ground.take(
            row("128.00", day=line.value_on.isoformat(), number=line.running_no)
        )

    with pytest.raises(Conflict, match=r"transfer\.known"):
        transfers.propose_transfer(
            ground.clerk, ground.house, other, replace(line, bank_account="另一个写法")
        )
