"""What was earned, by course, month and channel: every fen from the books of money.

Two readings of the same lines. By cash day: what came and went in a month. By order:
what the orders that were paid in a month are worth by now, later refunds included.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion
from lms.commerce.models import MoneyLine, Order, OrderLine
from lms.commerce.rules import OfferKind
from lms.commerce.rules.sharing import share
from lms.kernel.clock import start_of
from lms.kernel.ids import AssociationId
from lms.reports.money_back import of_lines, some_of

CHANNELS = ("transfer", "wechat_pay", "alipay", "card")


class Basis(StrEnum):
    """By which day an amount counts."""

    CASH = "cash"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the books is wanted. Days are legal days, both count."""

    since: date
    until: date
    basis: Basis = Basis.CASH
    channel: str = ""
    course: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Units: fen; `back` is a positive figure."""

    came: int = 0
    back: int = 0

    @property
    def net(self) -> int:
        """Tell what stays."""
        return self.came - self.back

    def with_(self, fen: int) -> "Sums":
        """Add an amount; what went back is negative."""
        if fen < 0:
            return Sums(self.came, self.back - fen)
        return Sums(self.came + fen, self.back)


Key = tuple[UUID, str, str]
"""Course, month as yyyy-mm, channel."""


@dataclass(frozen=True, slots=True)
class Revenue:
    """The report: every cell, what the courses are called, and money that is nobody's.

    Units: fen. `other_fen` came for no order (twice, too late) and is to go back.
    """

    cells: Mapping[Key, Sums]
    titles: Mapping[UUID, str]
    other_fen: int = 0
    totals: Sums = field(default_factory=Sums)

    def by(self, place: int) -> dict[Any, Sums]:
        """Add up by course (0), month (1) or channel (2)."""
        found: dict[Any, Sums] = defaultdict(Sums)
        for key, sums in self.cells.items():
            one = found[key[place]]
            found[key[place]] = Sums(one.came + sums.came, one.back + sums.back)
        return dict(found)


def revenue(session: Session, house: AssociationId, asked: Asked) -> Revenue:
    """Gather the report of an association."""
    cells: dict[Key, Sums] = defaultdict(Sums)
    splits = _Splits(session)
    for month, channel, fen, parts in _amounts(session, house, asked):
        for course, amount in splits.parted(fen, parts):
            if asked.course in {None, course}:
                cells[course, month, channel] = cells[course, month, channel].with_(
                    amount
                )
    totals = Sums()
    for one in cells.values():
        totals = Sums(totals.came + one.came, totals.back + one.back)
    other = _other(session, house, asked)
    return Revenue(dict(cells), splits.titles({key[0] for key in cells}), other, totals)


Part = tuple[OfferKind, UUID, tuple[str, ...], int]
"""What was bought: kind, offer, versions, price in fen."""


def _amounts(
    session: Session, house: AssociationId, asked: Asked
) -> Iterator[tuple[str, str, int, tuple[Part, ...]]]:
    """Give month, channel, amount and what it was for.

    Whole payments are added up by the database, line by line; what paid a part of an
    order, or went back, is few and is parted one by one: what went back as its refund
    says, the rest by the prices of the lines.
    """
    yield from _whole(session, house, asked)
    rows = session.execute(_lines(session, house, asked).where(~_is_whole())).all()
    bought = _bought(session, {row.order_id for row in rows})
    back = of_lines(session, {row.payment_id for row in rows if row.amount_fen < 0})
    for row in rows:
        parts = bought[row.order_id]
        told = back.get(row.seq)
        if told is not None:
            # A refund says of which lines it was: those, and by these amounts.
            parts = {one: (*parts[one][:3], fen) for one, fen in told.items()}
        yield row.month, row.channel, row.amount_fen, tuple(parts.values())


def _whole(
    session: Session, house: AssociationId, asked: Asked
) -> Iterator[tuple[str, str, int, tuple[Part, ...]]]:
    versions = cast(OrderLine.version_ids, String)
    base = _lines(session, house, asked).where(_is_whole()).subquery()
    rows = session.execute(
        select(
            base.c.month,
            base.c.channel,
            OrderLine.kind,
            OrderLine.offer_id,
            versions.label("versions"),
            func.sum(OrderLine.price_fen).label("fen"),
        )
        .join(OrderLine, OrderLine.order_id == base.c.order_id)
        .group_by(
            base.c.month, base.c.channel, OrderLine.kind, OrderLine.offer_id, versions
        )
    ).all()
    for row in rows:
        part = (row.kind, row.offer_id, _ids(row.versions), int(row.fen))
        yield row.month, row.channel, int(row.fen), (part,)


def _ids(written: str) -> tuple[str, ...]:
    return tuple(one.strip(' "') for one in written.strip("[]").split(",") if one)


def _month(asked: Asked, dialect: str) -> ColumnElement[str]:
    """Name the month of the day by which an amount counts, in Shanghai."""
    if asked.basis is Basis.CASH:
        if dialect == "postgresql":
            return func.to_char(MoneyLine.cash_on, "YYYY-MM")
        return func.strftime("%Y-%m", MoneyLine.cash_on)
    if dialect == "postgresql":
        return func.to_char(func.timezone("Asia/Shanghai", Order.paid_at), "YYYY-MM")
    return func.strftime("%Y-%m", Order.paid_at, "+8 hours")


def _lines(
    session: Session, house: AssociationId, asked: Asked
) -> Select[*tuple[Any, ...]]:
    chosen = (
        select(
            _month(asked, session.get_bind().dialect.name).label("month"),
            MoneyLine.channel,
            MoneyLine.amount_fen,
            MoneyLine.order_id,
            MoneyLine.payment_id,
            MoneyLine.seq,
        )
        .join(Order, Order.id == MoneyLine.order_id)
        .where(
            MoneyLine.association_id == house,
            MoneyLine.applied,
            *_within(asked),
        )
    )
    if asked.channel:
        chosen = chosen.where(MoneyLine.channel == asked.channel)
    return chosen


def _within(asked: Asked) -> Iterable[ColumnElement[bool]]:
    if asked.basis is Basis.CASH:
        return (MoneyLine.cash_on >= asked.since, MoneyLine.cash_on <= asked.until)
    after = date.fromordinal(asked.until.toordinal() + 1)
    return (Order.paid_at >= start_of(asked.since), Order.paid_at < start_of(after))


def _is_whole() -> ColumnElement[bool]:
    """Say which lines paid a whole order at the prices that stand on it."""
    prices = (
        select(func.sum(OrderLine.price_fen))
        .where(OrderLine.order_id == Order.id)
        .scalar_subquery()
    )
    return case(
        (MoneyLine.amount_fen != Order.total_fen, False),
        else_=prices == Order.total_fen,
    )


def _bought(session: Session, order_ids: set[UUID]) -> dict[UUID, dict[UUID, Part]]:
    """Give what orders are of, by the id of each line."""
    found: dict[UUID, dict[UUID, Part]] = defaultdict(dict)
    for some in some_of(order_ids):
        rows = session.execute(
            select(OrderLine)
            .where(OrderLine.order_id.in_(some))
            .order_by(OrderLine.order_id, OrderLine.position)
        ).scalars()
        for row in rows:
            part = (row.kind, row.offer_id, tuple(row.version_ids), row.price_fen)
            found[row.order_id][row.id] = part
    return found


def _other(session: Session, house: AssociationId, asked: Asked) -> int:
    """Add up money that paid for nothing and has not gone back."""
    total = session.scalar(
        select(func.sum(MoneyLine.amount_fen)).where(
            MoneyLine.association_id == house,
            ~MoneyLine.applied,
            MoneyLine.cash_on <= asked.until,
        )
    )
    return int(total or 0)


class _Splits:
    """Parts what a package cost among its courses, by the prices of their versions."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, tuple[UUID, int, str]] = {}

    def parted(self, fen: int, parts: tuple[Part, ...]) -> Iterator[tuple[UUID, int]]:
        """Part an amount among the courses that it paid for."""
        amounts = share(fen, [part[3] for part in parts])
        for (kind, offer_id, versions, _price), amount in zip(
            parts, amounts, strict=True
        ):
            if kind is OfferKind.COURSE or not versions:
                yield offer_id, amount
                continue
            facts = [self._fact(one) for one in versions]
            for (course, _p, _t), each in zip(
                facts, share(amount, [fact[1] for fact in facts]), strict=True
            ):
                yield course, each

    def _fact(self, version: str) -> tuple[UUID, int, str]:
        if version not in self._known:
            row = self._session.execute(
                select(
                    CourseVersion.course_id,
                    CourseVersion.price_fen,
                    CourseVersion.title,
                ).where(CourseVersion.id == UUID(version))
            ).first()
            nobody = (UUID(version), 0, "")
            self._known[version] = (
                (row.course_id or UUID(version), row.price_fen, row.title)
                if row
                else nobody
            )
        return self._known[version]

    def titles(self, courses: set[UUID]) -> dict[UUID, str]:
        """Name courses by their newest versions."""
        rows = self._session.execute(
            select(CourseVersion.course_id, CourseVersion.title)
            .where(CourseVersion.course_id.in_(courses))
            .order_by(CourseVersion.n)
        )
        return {row.course_id: row.title for row in rows if row.course_id}


def courses_sold(session: Session, house: AssociationId) -> dict[UUID, str]:
    """Name an association's courses, for the filter."""
    rows = session.execute(
        select(CourseVersion.course_id, CourseVersion.title)
        .where(
            CourseVersion.association_id == house,
            CourseVersion.published_at.is_not(None),
        )
        .order_by(CourseVersion.n)
    )
    return {row.course_id: row.title for row in rows if row.course_id}


def months(asked: Asked) -> tuple[str, ...]:
    """Name the months from the first to the last day that is asked about."""
    found = []
    year, month = asked.since.year, asked.since.month
    while (year, month) <= (asked.until.year, asked.until.month):
        found.append(f"{year:04d}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - December
    return tuple(found)
