"""Records that came from old platforms: whose they are, and who asks for one."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.kernel import pii
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.legacy.models import (
    LegacyCertificate,
    LegacyHours,
    LegacyImport,
    LegacyPerson,
)
from lms.legacy.queries import sealed_place
from lms.legacy.queries.checking import id_index, name_mark
from lms.legacy.rules.standing import ASK_WITHDRAWAL, ImportState, Proof
from lms.people import queries as people
from lms.policy.model import Province, Specialty


@dataclass(frozen=True, slots=True)
class RecordCard:
    """Somebody whom an old platform knew. Units: hundredths of a 学时.

    PII: masked, unless opened; `phone_masked` too.
    """

    id: UUID
    association_id: AssociationId
    platform: str
    number: str
    name: str = field(repr=False)
    id_masked: str = field(repr=False)
    phone_masked: str = field(repr=False)
    province: Province | None
    specialties: tuple[Specialty, ...]
    period_from: date | None
    period_until: date | None
    person_id: UUID | None
    linked_at: datetime | None
    proof: Proof | None
    asked_by: UUID | None
    question_id: UUID | None
    credit: int
    certificates: int


def opened(row: LegacyPerson) -> dict[str, str]:
    """Open what is sealed of a record; nothing where it was forgotten."""
    if row.sealed is None or row.wrapped is None:
        return {}
    key = pii.unwrap(row.wrapped, f"legacy_person:{row.id}")
    found: dict[str, str] = json.loads(
        pii.unseal(key, row.sealed, sealed_place(row.id))
    )
    return found


def to_decide(
    session: Session, association_id: AssociationId, me: PersonId
) -> tuple[int, int, int]:
    """Count what waits for somebody else: files to come, files to go, and links."""
    files = session.scalars(
        select(LegacyImport).where(
            LegacyImport.association_id == association_id,
            LegacyImport.state == ImportState.ASKED,
            LegacyImport.made_by != me,
        )
    ).all()
    asked = approvals.waiting(session, association_id, [ASK_WITHDRAWAL])
    leaving = sum(one.asked_person_id != me for one in asked)
    return len(files), leaving, len(link_requests(session, association_id))


def own_marks(session: Session, person_id: PersonId) -> tuple[bytes, bytes]:
    """Give by which marks a person's own records would be found.

    Raises: Refused for a profile without an ID number.
    """
    try:
        number = people.open_id_number(session, person_id)
    except NotFound:
        raise Refused("legacy.profile") from None
    return id_index(number), name_mark(people.name(session, person_id))


def waiting_for(session: Session, person_id: PersonId) -> tuple[RecordCard, ...]:
    """Find records that wait for somebody of this name and number. Shown to nobody."""
    try:
        index, mark = own_marks(session, person_id)
    except Refused:
        return ()
    chosen = select(LegacyPerson).where(
        LegacyPerson.id_index == index,
        LegacyPerson.name_mark == mark,
        LegacyPerson.person_id.is_(None),
    )
    return _records(session, chosen)


def linked_to(session: Session, person_id: PersonId) -> tuple[RecordCard, ...]:
    """List the records that are a person's."""
    return _records(
        session, select(LegacyPerson).where(LegacyPerson.person_id == person_id)
    )


def link_requests(
    session: Session, association_id: AssociationId
) -> tuple[RecordCard, ...]:
    """List the records that somebody asks for and two of staff must decide."""
    return _records(
        session,
        select(LegacyPerson).where(
            LegacyPerson.association_id == association_id,
            LegacyPerson.question_id.is_not(None),
            LegacyPerson.person_id.is_(None),
            LegacyPerson.asked_by.is_not(None),
        ),
    )


def record(
    session: Session, association_id: AssociationId, record_id: UUID
) -> RecordCard:
    """Give one record of an association.

    Raises: NotFound, for a foreign one too.
    """
    found = _records(
        session,
        select(LegacyPerson).where(
            LegacyPerson.id == record_id, LegacyPerson.association_id == association_id
        ),
    )
    if not found:
        raise NotFound("legacy.unknown")
    return found[0]


GROUPS = ("all", "waiting", "linked")
PAGE = 50


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records, and how many there are by group."""

    rows: tuple[RecordCard, ...]
    total: int
    page: int
    pages: int


def records(
    session: Session,
    association_id: AssociationId,
    *,
    group: str,
    page: int,
    size: int = PAGE,
) -> RecordPage:
    """List an association's old records: all, what waits, or what is linked."""
    chosen = select(LegacyPerson).where(LegacyPerson.association_id == association_id)
    if group == "waiting":
        chosen = chosen.where(LegacyPerson.person_id.is_(None))
    if group == "linked":
        chosen = chosen.where(LegacyPerson.person_id.is_not(None))
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    some = (
        chosen.order_by(LegacyPerson.kept_at, LegacyPerson.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return RecordPage(_records(session, some), total, page, pages)


def _records(session: Session, chosen: Select[LegacyPerson]) -> tuple[RecordCard, ...]:
    rows = session.scalars(chosen).all()
    ids = [row.id for row in rows]
    credit = _sums(session, ids)
    held = _held(session, ids)
    return tuple(
        _record(row, credit.get(row.id, 0), held.get(row.id, 0)) for row in rows
    )


def _record(row: LegacyPerson, credit: int, certificates: int) -> RecordCard:
    told = opened(row)
    return RecordCard(
        id=row.id,
        association_id=AssociationId(row.association_id),
        platform=row.platform,
        number="" if row.number.startswith("~") else row.number,
        name=told.get("name", ""),
        id_masked=pii.mask_id(told.get("id_number", "")),
        phone_masked=pii.mask_phone(told["phone"]) if told.get("phone") else "",
        province=row.province,
        specialties=tuple(Specialty(name) for name in row.specialties),
        period_from=row.period_from,
        period_until=row.period_until,
        person_id=row.person_id,
        linked_at=row.linked_at,
        proof=row.proof,
        asked_by=row.asked_by,
        question_id=row.question_id,
        credit=credit,
        certificates=certificates,
    )


def _sums(session: Session, ids: Collection[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(LegacyHours.record_id, func.sum(LegacyHours.credit))
        .where(LegacyHours.record_id.in_(ids))
        .group_by(LegacyHours.record_id)
    )
    return {record_id: int(credit) for record_id, credit in rows}


def _held(session: Session, ids: Collection[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(LegacyCertificate.record_id, func.count())
        .where(LegacyCertificate.record_id.in_(ids))
        .group_by(LegacyCertificate.record_id)
    )
    return {record_id: int(count) for record_id, count in rows}


def told_of(session: Session, person_id: PersonId) -> list[dict[str, Any]]:
    """Give what old platforms said of a person, opened, for that person. PII: all."""
    rows = session.scalars(
        select(LegacyPerson).where(LegacyPerson.person_id == person_id)
    )
    return [{"id": row.id, "platform": row.platform, **opened(row)} for row in rows]
