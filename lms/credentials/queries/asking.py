"""Reads for programs: an owner's keys, and many certificates at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.credentials.models import ApiKey, ApiKeyDay
from lms.credentials.queries.registration_checking import (
    Answer,
    check_code,
    check_number,
)
from lms.credentials.rules.asking import KeyHolder

SPAN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ApiKeyCard:
    """A key as its owner sees it. Units: certificates, `lately` in thirty days."""

    id: UUID
    name: str
    per_minute: int
    per_day: int
    made_by: UUID
    made_at: datetime
    revoked_at: datetime | None
    used_on: date | None
    today: int
    lately: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One certificate that a program asks about: its code, or number and name."""

    number: str = ""
    name: str = ""
    code: str = ""


def api_keys(session: Session, of: KeyHolder, on: date) -> tuple[ApiKeyCard, ...]:
    """List an owner's keys, the live ones first, the newest of them at the top."""
    rows = session.scalars(
        select(ApiKey)
        .where(ApiKey.owner_kind == of.kind, ApiKey.owner_id == of.id)
        .order_by(ApiKey.revoked_at.is_not(None), ApiKey.made_at.desc(), ApiKey.id)
    ).all()
    days = select(ApiKeyDay.key_id, func.sum(ApiKeyDay.asked)).group_by(
        ApiKeyDay.key_id
    )
    here = days.where(ApiKeyDay.key_id.in_([row.id for row in rows]))
    today = _sums(session.execute(here.where(ApiKeyDay.on == on)).all())
    lately = _sums(session.execute(here.where(ApiKeyDay.on > on - SPAN)).all())
    return tuple(
        ApiKeyCard(
            id=row.id,
            name=row.name,
            per_minute=row.per_minute,
            per_day=row.per_day,
            made_by=row.made_by,
            made_at=row.made_at,
            revoked_at=row.revoked_at,
            used_on=row.used_on,
            today=today.get(row.id, 0),
            lately=lately.get(row.id, 0),
        )
        for row in rows
    )


def _sums(rows: Sequence[Any]) -> dict[UUID, int]:
    return {row[0]: int(row[1]) for row in rows}


def check_each(session: Session, asks: Sequence[Ask], on: date) -> tuple[Answer, ...]:
    """Answer each question in its place, as the page would."""
    return tuple(
        check_code(session, one.code, on)
        if one.code
        else check_number(session, one.number, one.name, on)
        for one in asks
    )
