"""Makers: something on sale, somebody who buys, an order in any state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.catalogue.models import Association, Course, CourseVersion
from lms.catalogue.rules import VersionState
from lms.catalogue.services import terms
from lms.commerce import queries, services
from lms.commerce.models import Cart, Order, OrderLine
from lms.commerce.rules import (
    CURRENCY,
    ORDER_LIFE,
    CheckoutSeen,
    OfferKind,
    OrderState,
    order_number,
)
from lms.commerce.services import CheckoutPlan
from lms.commerce.services.cart import lock_cart
from lms.commerce.services.orders import step
from lms.kernel.clock import legal_day
from lms.kernel.ids import (
    AccountId,
    AssociationId,
    CourseId,
    OrderId,
    PersonId,
    VersionId,
    new_id,
)
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work
from lms.people.services.persons import begun
from lms.policy.model import Province, Specialty, Track
from tests.conftest import START
from tests.make import accounts as make_accounts

_TURN = count(1)


@dataclass(frozen=True, slots=True)
class Sold:
    """A course on sale."""

    association_id: AssociationId
    course_id: CourseId
    version_id: VersionId
    title: str
    price_fen: Fen


def association(
    work: Work, *, two_person: bool = False, name: str = "包头市建筑业协会"
) -> AssociationId:
    """An association that takes transfers."""
    turn = next(_TURN)
    made = Association(
        id=new_id(),
        code=f"T{turn}",
        name=name,
        province=Province.INNER_MONGOLIA,
        transfer_account={"name": name, "bank": "包头银行", "account": f"1500{turn}"},
        two_person=two_person,
    )
    work.session.add(made)
    work.session.flush()
    return AssociationId(made.id)


SELLER = {
    "name": "包头市建筑业协会",
    "bank": "包头银行",
    "account": "15007",
    "uscc": "51150200MJY000001X",
    "address": "包头市昆都仑区某路1号",
    "phone": "0472-5550001",
}
"""What two managers said of their association, all that an invoice wants."""


def seller(work: Work, association_id: AssociationId, **over: str) -> None:
    """Let two managers agree to what invoices say of their association."""
    first, second = (
        replace(
            work,
            actor=Actor(
                AccountId(new_id()), PersonId(new_id()), frozenset({"manager"})
            ),
        )
        for _ in range(2)
    )
    asked = terms.ask_account(first, association_id, SELLER | over, "开票要用")
    terms.decide(second, association_id, asked, (True, ""))


def course(
    work: Work,
    association_id: AssociationId | None = None,
    *,
    price_fen: int = 12_800,
    title: str = "安全生产法律法规",
    state: VersionState = VersionState.PUBLISHED,
) -> Sold:
    """A course on sale."""
    owner = association_id or association(work)
    turn = next(_TURN)
    made = Course(
        id=new_id(), association_id=owner, number=f"C{turn}", made_at=work.now
    )
    work.session.add(made)
    work.session.flush()
    version = CourseVersion(
        id=new_id(),
        course_id=made.id,
        association_id=owner,
        state=state,
        title=title,
        specialty=Specialty.BUILDING,
        track=Track.REQUIRED,
        credit=200,
        price_fen=price_fen,
        published_at=work.now,
    )
    work.session.add(version)
    work.session.flush()
    return Sold(owner, CourseId(made.id), VersionId(version.id), title, Fen(price_fen))


def buyer(work: Work, name: str = "张建国") -> PersonId:
    """Somebody with an account and a profile that was only begun."""
    account = make_accounts.account(
        work, name=name, email=f"buyer{next(_TURN)}@demo.example", password=None
    )
    person_id = PersonId(accounts.account(work.session, account).person_id)
    begun(work, person_id)
    return person_id


def pending_order(work: Work, person_id: PersonId, *sold: Sold) -> OrderId:
    """An order that waits for money, whatever the profile says."""
    cart: Cart = lock_cart(work, person_id)
    order = Order(
        id=new_id(),
        number=order_number("261121", new_id().bytes[:6]),
        person_id=person_id,
        association_id=sold[0].association_id,
        cart_id=cart.id,
        cart_revision=cart.revision,
        state=OrderState.DRAFT,
        total_fen=sum(each.price_fen for each in sold),
        refunded_fen=0,
        currency=CURRENCY,
        placed_at=work.now,
        expires_at=work.now + ORDER_LIFE,
        lines=[
            OrderLine(
                id=new_id(),
                position=n,
                kind=OfferKind.COURSE,
                offer_id=each.course_id,
                title=each.title,
                version_ids=[str(each.version_id)],
                price_fen=each.price_fen,
            )
            for n, each in enumerate(sold)
        ],
    )
    work.session.add(order)
    work.session.flush()
    account_services.know_learner(work, person_id, sold[0].association_id)
    cart.revision += 1
    step(work, order, OrderState.PENDING, "placed")
    return OrderId(order.id)


def plan(work: Work, person_id: PersonId, order_id: OrderId) -> CheckoutPlan:
    """A payment that was begun."""
    return services.begin_payment(work, person_id, order_id, "alipay")


def seen(
    work: Work, begun: CheckoutPlan, *, session_id: str | None = None, **over: object
) -> CheckoutSeen:
    """A session of a payment that was begun: paid, unless told otherwise."""
    total = sum(line.price_fen for line in begun.lines)
    told: dict[str, object] = {
        "id": session_id or f"cs_{begun.attempt.id.hex}",
        "status": "complete",
        "payment_status": "paid",
        "amount_fen": Fen(total),
        "currency": "cny",
        "order_id": str(begun.order_id),
        "attempt_id": str(begun.attempt.id),
        "intent_id": f"pi_{begun.attempt.id.hex}",
        "failed": False,
        "live": False,
        "expires_at": work.now + timedelta(minutes=35),
    }
    return CheckoutSeen(**(told | over))  # type: ignore[arg-type]  # facts of several types


def paid_order(work: Work, person_id: PersonId, sold: Sold) -> OrderId:
    """An order that was paid by card and is fulfilled."""
    order_id = pending_order(work, person_id, sold)
    begun = plan(work, person_id, order_id)
    services.settle(work, seen(work, begun), live=False)
    work.session.flush()
    assert queries.order(work.session, person_id, order_id).paid_at is not None
    return order_id


def clerk(work: Work) -> Work:
    """The same work in the hands of some clerk."""
    actor = Actor(AccountId(new_id()), PersonId(new_id()), frozenset({"clerk"}))
    return Work(work.session, work.now, actor)


def bank_line(amount_fen: Fen) -> services.BankLine:
    """A line of the bank's statement."""
    day = legal_day(START)
    return services.BankLine("1500", "", day, amount_fen, "1", "张建国")
