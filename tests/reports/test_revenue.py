"""Revenue: every fen of the books once, by course, month and channel, read twice."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from lms.commerce import services
from lms.commerce.models import MoneyLine, OrderLine, Payment
from lms.commerce.rules import OfferKind
from lms.commerce.services import assigning
from lms.commerce.services.orders import lock_order
from lms.commerce.services.refund_lines import LineWish
from lms.commerce.services.returned import note_returned
from lms.kernel.ids import AssociationId, OrderId, PersonId
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.reports import revenue as reports
from lms.reports.revenue import Asked, Basis, Sums
from tests.conftest import HandClock, work_at
from tests.make import commerce as make
from tests.make import offers as rules
from tests.make import statements as bank

YEAR = Asked(date(2026, 1, 1), date(2026, 12, 31))


class Books:
    """An association that sold two courses: one by card, one by transfer."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.house: AssociationId = make.association(work)
        self.cheap = make.course(work, self.house, price_fen=10_000, title="甲")
        self.dear = make.course(work, self.house, price_fen=20_001, title="乙")
        self.me: PersonId = make.buyer(work)
        self.card: OrderId = make.paid_order(work, self.me, self.cheap)
        self.bank = self.transferred()

    def transferred(self) -> OrderId:
        order_id = make.pending_order(self.work, self.me, self.dear, self.cheap)
        (line,) = bank.taken(
            bank.hand(self.work), self.house, bank.row("300.01", day="2026-10-31")
        )
        part = assigning.Part(order_id, Fen(30_001))
        assigning.propose(bank.hand(self.work), self.house, line.id, [part])
        assigning.confirm(bank.hand(self.work), self.house, line.id)
        return order_id

    def back(self, work: Work, order_id: OrderId, fen: int) -> None:
        payment = work.session.scalars(
            select(Payment).where(Payment.order_id == order_id)
        ).one()
        order = lock_order(work, order_id)
        note_returned(work, order, payment, Fen(fen), "refund")
        work.session.flush()

    def lines(self, order_id: OrderId) -> list[UUID]:
        rows = select(OrderLine.id).where(OrderLine.order_id == order_id)
        return list(self.work.session.scalars(rows.order_by(OrderLine.position)))

    def asked(self, *parts: tuple[UUID, int]) -> UUID:
        """A refund of lines of the transferred order that two persons agreed to."""
        hands = [rules.hand(self.work, self.house) for _ in range(2)]
        payment = self.work.session.scalars(
            select(Payment).where(Payment.order_id == self.bank)
        ).one()
        wishes = tuple(LineWish(line, Fen(fen)) for line, fen in parts)
        amount = Fen(sum(one.amount_fen for one in wishes))
        ask = services.RefundAsk(payment.id, amount, "学员申请", wishes)
        made = services.ask_refund(
            hands[0], self.house, self.bank, ask, certified=False
        )
        services.decide_refund(hands[1], self.house, made, (True, ""), certified=False)
        return made

    def refunded(self, *parts: tuple[UUID, int]) -> None:
        made = self.asked(*parts)
        hand = rules.hand(self.work, self.house)
        services.record_return(hand, self.house, made, str(made), date(2026, 11, 21))

    def ask(self, **over: object) -> reports.Revenue:
        return reports.revenue(
            self.work.session,
            self.house,
            Asked(**({"since": YEAR.since, "until": YEAR.until} | over)),  # type: ignore[arg-type]  # facts of several types
        )


@pytest.fixture
def books(work: Work) -> Books:
    return Books(work)


def test_each_fen_stands_once_by_course_month_and_channel(books: Books) -> None:
    found = books.ask()

    assert found.totals == Sums(40_001, 0)
    assert found.by(0) == {
        UUID(str(books.cheap.course_id)): Sums(20_000),
        UUID(str(books.dear.course_id)): Sums(20_001),
    }
    assert found.by(2) == {"alipay": Sums(10_000), "transfer": Sums(30_001)}
    assert set(found.titles.values()) == {"甲", "乙"}


def test_by_cash_the_bank_day_counts_and_by_order_the_day_it_was_paid(
    books: Books,
) -> None:
    assert books.ask().by(1) == {"2026-10": Sums(30_001), "2026-11": Sums(10_000)}
    assert books.ask(basis=Basis.ORDER).by(1) == {"2026-11": Sums(40_001)}


def test_what_went_back_in_another_month_counts_there_by_cash_and_here_by_order(
    books: Books, clock: HandClock
) -> None:
    clock.pass_days(20)
    books.back(work_at(books.work, clock), books.bank, 30_001)

    assert books.ask().by(1)["2026-12"] == Sums(0, 30_001)
    assert books.ask(basis=Basis.ORDER).by(1) == {"2026-11": Sums(40_001, 30_001)}
    assert books.ask().totals.net == 10_000


def test_a_part_that_went_back_is_parted_to_the_fen(books: Books) -> None:
    books.back(books.work, books.bank, 10_000)

    by_course = books.ask().by(0)
    assert sum(one.back for one in by_course.values()) == 10_000
    assert by_course[UUID(str(books.dear.course_id))].back == 6_667


def test_what_a_refund_says_of_its_lines_is_what_the_courses_lose(
    books: Books,
) -> None:
    """The second of two refunds of one amount is the other line's, in its month."""
    dear, cheap = books.lines(books.bank)
    books.refunded((dear, 5_000))
    books.refunded((cheap, 5_000))
    books.refunded((cheap, 1_000), (dear, 2_000))

    by_course = books.ask().by(0)
    assert by_course[UUID(str(books.dear.course_id))].back == 7_000
    assert by_course[UUID(str(books.cheap.course_id))].back == 6_000
    assert books.ask().totals == Sums(40_001, 13_000)


def test_a_refund_that_failed_says_nothing_of_money_that_went_back(
    books: Books,
) -> None:
    dear, cheap = books.lines(books.bank)
    failed = books.asked((cheap, 10_000))
    services.fail_refund(books.work, failed)
    books.refunded((dear, 10_000))

    by_course = books.ask().by(0)
    assert by_course[UUID(str(books.dear.course_id))].back == 10_000


def test_a_package_is_parted_among_its_courses_by_their_prices(books: Books) -> None:
    both = [str(books.cheap.version_id), str(books.dear.version_id)]
    books.work.session.execute(
        update(OrderLine)
        .where(OrderLine.order_id == books.card)
        .values(kind=OfferKind.PACKAGE, version_ids=both)
    )
    by_course = books.ask(channel="alipay").by(0)

    assert sum(one.came for one in by_course.values()) == 10_000
    assert by_course[UUID(str(books.dear.course_id))] == Sums(6_667)


def test_a_price_below_the_sum_of_its_lines_is_parted_too(books: Books) -> None:
    books.work.session.execute(
        update(OrderLine)
        .where(OrderLine.order_id == books.bank)
        .values(price_fen=OrderLine.price_fen * 2)
    )

    assert books.ask().totals.came == 40_001


def test_money_for_nothing_is_no_revenue_and_is_said(books: Books) -> None:
    line = books.work.session.scalars(select(MoneyLine)).first()
    assert line is not None
    books.work.session.add(
        MoneyLine(
            association_id=books.house, order_id=line.order_id,
            payment_id=line.payment_id, channel="card", applied=False,
            amount_fen=777, cash_on=date(2026, 11, 1), at=books.work.now,
        )
    )  # fmt: skip
    books.work.session.flush()

    assert books.ask().totals == Sums(40_001)
    assert books.ask().other_fen == 777


def test_filters_narrow_and_nothing_of_another_house_is_seen(books: Books) -> None:
    assert books.ask(channel="card").totals == Sums()
    dear = UUID(str(books.dear.course_id))
    assert books.ask(course=dear).totals == Sums(20_001)
    assert books.ask(since=date(2026, 11, 1)).totals == Sums(10_000)
    stranger = make.association(books.work)
    found = reports.revenue(books.work.session, stranger, YEAR)
    assert found.totals == Sums()


def test_the_report_and_the_books_agree(books: Books) -> None:
    books.back(books.work, books.card, 3_333)
    booked = books.work.session.scalar(
        select(func.sum(MoneyLine.amount_fen)).where(
            MoneyLine.association_id == books.house, MoneyLine.applied
        )
    )
    for basis in Basis:
        assert books.ask(basis=basis).totals.net == booked


def test_months_are_named_without_a_gap() -> None:
    asked = Asked(date(2026, 11, 30), date(2026, 11, 30) + timedelta(days=70))

    assert reports.months(asked) == ("2026-11", "2026-12", "2027-01", "2027-02")
