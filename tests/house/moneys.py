"""Statements, invoices and differences at each desk, and each buyer's own invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from lms.commerce.models import (
    BookDifference,
    Invoice,
    InvoiceHandover,
    InvoiceOrder,
    StatementLine,
    Transfer,
)
from lms.commerce.queries import invoices as queries
from lms.commerce.rules.invoices import InvoiceState, RedWhy
from lms.commerce.rules.reconciling import Difference, DiffKind
from lms.commerce.services import (
    imports,
    invoices,
    issuing,
    line_returns,
    reconciling,
    reds,
)
from lms.commerce.services.reds import RedAsk
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Work
from tests.house import lives
from tests.house.lives import Things
from tests.make import invoices as bureau
from tests.make import statements as bank
from tests.make.statements import hand, row

if TYPE_CHECKING:
    from tests.house.world import World


def lay(
    work: Work,
    world: World,
    cast: dict[str, PersonId],
    houses: tuple[AssociationId, AssociationId],
) -> None:
    """Lay money in every state at the desks of two associations."""
    here, there = houses
    buyers = {"own": cast["李秀英"], "same": cast["张建国"], "foreign": cast["孙备"]}
    for n, (which, house) in enumerate(
        (("own", here), ("same", here), ("foreign", there))
    ):
        order_id = UUID(str(world.things["staff"][which]["order_id"]))
        made = _invoice(work, house, buyers[which], order_id, n)
        world.things["learner"][which] |= {
            key: made[key] for key in ("invoice_id", "paper_id")
        }
        world.things["staff"][which] |= {
            **made,
            **_line(work, house, order_id, n),
            "statement_id": _statement(work, house, n),
            "difference_id": _difference(work, house, n),
        }


def _statement(work: Work, house: AssociationId, nth: int) -> UUID:
    """A file that lies on the desk."""
    came = bank.upload(row(f"{nth}.50", number=f"draft{nth}"))
    return bank.laid(hand(work), house, came)


def _line(work: Work, house: AssociationId, order_id: UUID, nth: int) -> Things:
    """A line with a part that waits, and a return that was asked for."""
    clerk = hand(work, person_id=lives.person(work, "王守成"))
    number = f"walk{nth}"
    file = bank.laid(clerk, house, bank.upload(row("100.00", number=number)))
    imports.take(clerk, house, file)
    line = work.session.scalars(
        select(StatementLine).where(StatementLine.running_no == number.upper())
    ).one()
    back = line_returns.ask_return(clerk, house, line.id, Fen(100), "汇错了")
    part = Transfer(
        id=new_id(),
        order_id=order_id,
        association_id=house,
        bank_account=line.account,
        reference="",
        value_on=line.booked_on,
        amount_fen=200,
        running_no=line.running_no,
        payer=line.payer,
        state="proposed",
        proposed_by=lives.person(work, "王守成"),
        proposed_at=work.now,
        line_id=line.id,
    )
    work.session.add(part)
    line.proposed_fen = 200
    work.session.flush()
    return {"line_id": line.id, "return_id": back, "part_id": part.id}


def _difference(work: Work, house: AssociationId, nth: int) -> UUID:
    one = Difference(DiffKind.ORDER_AMOUNT, f"walk{nth}", 1, 2)
    reconciling.note_run(work, house, legal_day(work.now), [one], {})
    return (
        work.session.scalars(
            select(BookDifference.id).where(
                BookDifference.key == one.key, BookDifference.association_id == house
            )
        )
    ).one()


def _invoice(
    work: Work, house: AssociationId, person_id: PersonId, order_id: UUID, nth: int
) -> Things:
    """An issued invoice with its file and a wish, and a file for the tax system."""
    day = legal_day(work.now)
    made = Invoice(
        id=new_id(),
        serial=f"FPWALK{nth}",
        association_id=house,
        person_id=person_id,
        amount_fen=100,
        red_fen=0,
        state=InvoiceState.ISSUED,
        asked_at=work.now,
        issued_number=f"{nth + 1}" * 20,
        issued_on=day,
        issued_at=work.now,
    )
    invoices.set_title(work, made, bureau.personal("张三"))
    work.session.add(made)
    work.session.flush()
    work.session.add(
        InvoiceOrder(invoice_id=made.id, order_id=order_id, amount_fen=100, live=False)
    )
    issuing.keep_file(hand(work), made, bureau.paper(100))
    own = lives.owner(work, person_id)
    red = reds.wish(own, person_id, made.id, RedAsk(RedWhy.OTHER, "写错了"))
    card = queries.invoice_of(work.session, house, made.id)
    return {
        "invoice_id": made.id,
        "paper_id": card.files[0].id,
        "red_id": red,
        "handover_id": _handover(work, house),
    }


def _handover(work: Work, house: AssociationId) -> UUID:
    made, key = new_id(), pii.new_key()
    work.session.add(
        InvoiceHandover(
            id=made,
            association_id=house,
            count=1,
            total_fen=100,
            kind="csv",
            sha256=b"h" * 32,
            wrapped=pii.wrap(key, f"handover:{made}"),
            body=pii.seal(key, b"a,b", queries.handover_place(made)),
            made_at=work.now,
        )
    )
    work.session.flush()
    return made
