"""Take an agreed file over, some rows in a unit of work: it can be killed anywhere.

How far a file is taken stands in its own row and moves in the transaction that wrote
the records; unique keys are the net beneath. Hours of somebody who has proved to be
the owner are posted in the same transaction.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from lms.accounts.queries import reaching
from lms.accounts.rules import Identifier, IdentifierKind
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.ids import new_id
from lms.kernel.work import Work, fail_point
from lms.legacy.models import LegacyImport, LegacyPerson
from lms.legacy.queries import checking, sealed_place, wrapped_for
from lms.legacy.rules import lawful
from lms.legacy.rules.columns import Kind
from lms.legacy.rules.rows import Record, Row
from lms.legacy.rules.standing import ImportState
from lms.legacy.services.files import finish
from lms.legacy.services.posting import post_all

AT_ONCE = 250
"""So many rows in one unit of work: a kill undoes no more."""


def read_ahead(session: Session, import_id: UUID, today: date) -> tuple[Row, ...]:
    """Read a file's rows before any work begins: no other writer waits for that.

    What two persons agreed to is never read otherwise later.
    """
    row = session.get(LegacyImport, import_id, populate_existing=True)
    if row is None or row.state is not ImportState.TAKING:
        return ()
    return checking.rows_of(row, today)


def take_some(work: Work, import_id: UUID, ahead: Sequence[Row] | None = None) -> bool:
    """Take the next rows of a file over; tell whether there are more.

    `ahead` are its rows where they were read before.
    """
    row = work.session.scalar(
        select(LegacyImport)
        .where(LegacyImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or row.state is not ImportState.TAKING:
        return False
    rows = ahead or checking.rows_of(row, legal_day(work.now))
    some = rows[row.taken_rows : row.taken_rows + AT_ONCE]
    _take(work, row, some)
    fail_point("legacy.taking")
    row.taken_rows += len(some)
    row.new_rows = _new(work, row)
    work.session.flush()
    if row.taken_rows >= len(rows):
        finish(work, row, row.new_rows)
        return False
    return True


def _new(work: Work, row: LegacyImport) -> int:
    table = checking.TABLES[row.kind]
    counted = select(func.count()).where(table.import_id == row.id)
    return int(work.session.scalar(counted) or 0)


def _take(work: Work, row: LegacyImport, some: Sequence[Row]) -> None:
    if not some:
        return
    if row.kind is Kind.PEOPLE:
        _store(work, row, [_person(work, row, one) for one in some])
        return
    there = checking.owners(work.session, row, {one.record.id_number for one in some})
    people = _held(work, [person.id for person, _owner in there.values()])
    made = [
        _certificate(row, one, there)
        if row.kind is Kind.CERTIFICATES
        else _hours(row, one, there)
        for one in some
    ]
    _store(work, row, made)
    if row.kind is Kind.HOURS:
        post_all(work, people)


def _held(work: Work, ids: Iterable[UUID]) -> Sequence[LegacyPerson]:
    """Hold the records: who links one meanwhile sees these hours, or waits for them."""
    return work.session.scalars(
        select(LegacyPerson)
        .where(LegacyPerson.id.in_(list(ids)))
        .order_by(LegacyPerson.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _store(work: Work, row: LegacyImport, made: Sequence[dict[str, Any]]) -> None:
    """Store records; one that is there already stays as it is."""
    postgresql = work.session.get_bind().dialect.name == "postgresql"
    upsert = insert_postgresql if postgresql else insert_sqlite
    work.session.flush()
    work.session.connection().execute(
        upsert(checking.TABLES[row.kind]).on_conflict_do_nothing(), list(made)
    )


def _common(row: LegacyImport, one: Row) -> dict[str, Any]:
    return {
        "id": new_id(),
        "association_id": row.association_id,
        "import_id": row.id,
        "n": one.n,
        "platform": row.platform,
        "number": one.record.number,
        "mark": checking.mark_of(row.kind, one.record),
    }


def _person(work: Work, row: LegacyImport, one: Row) -> dict[str, Any]:
    common, record, key = _common(row, one), one.record, pii.new_key()
    return common | {
        "id_index": checking.id_index(record.id_number),
        "name_mark": checking.name_mark(record.name),
        "phone_index": _phone_index(record),
        "wrapped": wrapped_for(common["id"], key),
        "sealed": pii.seal(key, _told(record), sealed_place(common["id"])),
        "province": record.province,
        "specialties": [each.value for each in record.specialties],
        "period_from": record.period_from,
        "period_until": record.period_until,
        "kept_at": work.now,
    }


def _phone_index(record: Record) -> bytes | None:
    if not record.phone:
        return None
    return reaching.contact_index(Identifier(IdentifierKind.PHONE, record.phone))


def _told(record: Record) -> str:
    return json.dumps(
        {
            "name": record.name,
            "id_number": record.id_number,
            "phone": record.phone,
            "register_no": record.register_no,
        },
        ensure_ascii=False,
    )


def _hours(row: LegacyImport, one: Row, there: checking.Owners) -> dict[str, Any]:
    person, owner = there[one.record.id_number]
    dated = lawful.dated(one, owner).record
    return _common(row, one) | {
        "record_id": person.id,
        "specialty": dated.specialties[0],
        "track": dated.track,
        "course": dated.course,
        "credit": dated.credit,
        "earned_on": dated.earned_on,
    }


def _certificate(row: LegacyImport, one: Row, there: checking.Owners) -> dict[str, Any]:
    record = one.record
    person, _owner = there[record.id_number]
    return _common(row, one) | {
        "record_id": person.id,
        "specialty": record.specialties[0],
        "issued_on": record.issued_on,
        "valid_from": record.period_from,
        "valid_until": record.period_until,
        "credit": record.credit,
    }
