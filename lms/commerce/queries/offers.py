"""Read bargains as a desk sees them: deals, coupons, members, the rule of refunds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.commerce.models import Coupon, CouponCode, CouponUse, Deal, Member
from lms.commerce.queries.terms import in_force
from lms.commerce.rules.offers import DealKind, DealState
from lms.commerce.rules.pricing import CouponTerms, Cut, CutKind
from lms.commerce.rules.refunding import USUAL, RefundMode, RefundPolicy
from lms.kernel.errors import NotFound
from lms.kernel.money import Fen


@dataclass(frozen=True, slots=True)
class DealCard:
    """A dated rule. `terms` by its kind; legal days, the last one counts."""

    id: UUID
    kind: DealKind
    terms: dict[str, Any]
    words: str
    from_on: date
    until_on: date | None
    state: DealState
    approval_id: UUID | None
    made_by: UUID | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class CouponCard:
    """A coupon as the desk sees it. Units: fen; legal days, the last one counts."""

    id: UUID
    title: str
    percent: int | None
    amount_fen: Fen | None
    minimum_fen: Fen
    offers: tuple[str, ...]
    from_on: date
    until_on: date
    each_person: int
    state: DealState
    approval_id: UUID | None
    made_by: UUID | None
    made_at: datetime
    codes: int
    first_code: str
    total: int
    used: int


@dataclass(frozen=True, slots=True)
class UseCard:
    """One code, and how often it was used."""

    code: str
    total: int
    used: int


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code that stands, with what it takes off."""

    id: UUID
    coupon_id: UUID
    association_id: UUID
    free: int
    each_person: int
    terms: CouponTerms


@dataclass(frozen=True, slots=True)
class MemberCard:
    """A member. `shown`: a person's number, masked. PII: a person's name."""

    id: UUID
    uscc: str | None
    name: str
    shown: str
    from_on: date
    until_on: date


def cuts_of(written: Sequence[Any] | None) -> tuple[Cut, ...]:
    """Read what was taken off a line, as it was written down."""
    return tuple(
        Cut(CutKind(kind), label, Fen(fen)) for kind, label, fen in written or ()
    )


def cuts_written(cuts: Sequence[Cut]) -> list[Any] | None:
    """Write down what was taken off a line; None where nothing was."""
    return [[one.kind.value, one.label, int(one.amount_fen)] for one in cuts] or None


def deals(
    session: Session, association_id: UUID, kind: DealKind
) -> tuple[DealCard, ...]:
    """List an association's rules of a kind, the newest first."""
    rows = session.scalars(
        select(Deal)
        .where(Deal.association_id == association_id, Deal.kind == kind)
        .order_by(Deal.from_on.desc(), Deal.made_at.desc())
        .limit(200)
    )
    return tuple(_deal(row) for row in rows)


def _deal(row: Deal) -> DealCard:
    return DealCard(
        id=row.id,
        kind=row.kind,
        terms=dict(row.terms),
        words=row.words,
        from_on=row.from_on,
        until_on=row.until_on,
        state=row.state,
        approval_id=row.approval_id,
        made_by=row.made_by,
        made_at=row.made_at,
    )


def first_refund_day(
    session: Session, association_id: UUID, today: date, *, but: UUID | None = None
) -> date:
    """Say from which day a rule of refunds may hold: buyers are told a day ahead.

    While no rule holds but `but`, that is today.
    """
    held = session.scalars(
        select(Deal.id).where(
            *in_force(association_id, today), Deal.kind == DealKind.REFUND
        )
    )
    return today + timedelta(days=1) if set(held) - {but} else today


def refund_policy(session: Session, association_id: UUID, day: date) -> RefundPolicy:
    """Give the rule of refunds that holds on a day: the newest, else the usual one."""
    row = session.scalars(
        select(Deal)
        .where(*in_force(association_id, day), Deal.kind == DealKind.REFUND)
        .order_by(Deal.from_on.desc(), Deal.made_at.desc())
        .limit(1)
    ).first()
    if row is None:
        return USUAL
    said = row.terms
    return RefundPolicy(RefundMode(said["mode"]), said["num"], said["den"], row.words)


def members(
    session: Session, association_id: UUID, words: str = "", *, limit: int = 500
) -> tuple[MemberCard, ...]:
    """List an association's members by name; those who are called so, perhaps."""
    chosen = select(Member).where(Member.association_id == association_id)
    if words:
        chosen = chosen.where(
            or_(
                Member.name.contains(words, autoescape=True),
                Member.uscc == words.upper(),
            )
        )
    rows = session.scalars(chosen.order_by(Member.name, Member.from_on).limit(limit))
    return tuple(_member(row) for row in rows)


def _member(row: Member) -> MemberCard:
    return MemberCard(row.id, row.uscc, row.name, row.shown, row.from_on, row.until_on)


_CODES = (
    select(
        CouponCode.id,
        CouponCode.association_id,
        CouponCode.coupon_id,
        (CouponCode.total - CouponCode.used).label("free"),
        Coupon.percent,
        Coupon.amount_fen,
        Coupon.minimum_fen,
        Coupon.offers,
        Coupon.from_on,
        Coupon.until_on,
        Coupon.each_person,
    )
    .join(Coupon, Coupon.id == CouponCode.coupon_id)
    .where(Coupon.state == DealState.ACTIVE)
)


def found_code(
    session: Session, association_ids: Collection[UUID], code: str
) -> FoundCode | None:
    """Find a code that one of these associations gave out and did not stop."""
    if not code:
        return None
    row = session.execute(
        _CODES.where(
            CouponCode.association_id.in_(association_ids), CouponCode.code == code
        )
        .order_by(CouponCode.association_id)
        .limit(1)
    ).first()
    if row is None:
        return None
    terms = CouponTerms(
        label=code,
        percent=row.percent or 0,
        amount_fen=Fen(row.amount_fen or 0),
        minimum_fen=Fen(row.minimum_fen),
        offers=frozenset(row.offers),
        from_on=row.from_on,
        until_on=row.until_on,
    )
    return FoundCode(
        row.id, row.coupon_id, row.association_id, row.free, row.each_person, terms
    )


def uses_problem(session: Session, found: FoundCode, person_id: UUID) -> str:
    """Say whether a code is used up, or by this person as often as may be."""
    if found.free <= 0:
        return "coupon.used_up"
    own = session.scalar(
        select(func.count())
        .select_from(CouponUse)
        .where(
            CouponUse.coupon_id == found.coupon_id,
            CouponUse.person_id == person_id,
            CouponUse.freed_at.is_(None),
        )
    )
    return "coupon.own_uses" if (own or 0) >= found.each_person else ""


def coupons(session: Session, association_id: UUID) -> tuple[CouponCard, ...]:
    """List an association's coupons, the newest first."""
    codes = (
        select(
            CouponCode.coupon_id,
            func.count().label("codes"),
            func.min(CouponCode.code).label("first_code"),
            func.sum(CouponCode.total).label("total"),
            func.sum(CouponCode.used).label("used"),
        )
        .where(CouponCode.association_id == association_id)
        .group_by(CouponCode.coupon_id)
        .subquery()
    )
    rows = session.execute(
        select(Coupon, codes)
        .join(codes, codes.c.coupon_id == Coupon.id)
        .where(Coupon.association_id == association_id)
        .order_by(Coupon.made_at.desc(), Coupon.id)
        .limit(200)
    )
    return tuple(_coupon(row[0], row) for row in rows)


def _coupon(row: Coupon, counts: Any) -> CouponCard:  # noqa: ANN401 - a Row
    return CouponCard(
        id=row.id,
        title=row.title,
        percent=row.percent,
        amount_fen=None if row.amount_fen is None else Fen(row.amount_fen),
        minimum_fen=Fen(row.minimum_fen),
        offers=tuple(row.offers),
        from_on=row.from_on,
        until_on=row.until_on,
        each_person=row.each_person,
        state=row.state,
        approval_id=row.approval_id,
        made_by=row.made_by,
        made_at=row.made_at,
        codes=int(counts.codes),
        first_code=counts.first_code,
        total=int(counts.total),
        used=int(counts.used),
    )


def codes(
    session: Session, association_id: UUID, coupon_id: UUID
) -> tuple[UseCard, ...]:
    """List the codes of a coupon.

    Raises: NotFound, also for another association's.
    """
    rows = session.execute(
        select(CouponCode.code, CouponCode.total, CouponCode.used)
        .where(
            CouponCode.coupon_id == coupon_id,
            CouponCode.association_id == association_id,
        )
        .order_by(CouponCode.code)
    )
    found = tuple(UseCard(*row) for row in rows)
    if not found:
        raise NotFound("coupon.unknown")
    return found
