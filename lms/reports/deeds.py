"""What an association's staff did, as the book of evidence has it. Never writes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import staffing
from lms.evidence.models import EvidenceLine
from lms.kernel.clock import start_of
from lms.kernel.ids import AssociationId

PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Which deeds are wanted; what is None or empty is not asked.

    `heads` are the first words of kinds, `until` counts with its whole day.
    """

    since: date | None = None
    until: date | None = None
    account_id: UUID | None = None
    heads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the book. `about`: the stream it stands in, a kind and an id.

    PII: `by`, the name of a member of the staff.
    """

    seq: int
    at: datetime
    kind: str
    by: str
    about: tuple[str, str]
    facts: Mapping[str, object]


def deeds(
    session: Session,
    association_id: AssociationId,
    asked: Asked,
    before: int | None = None,
) -> tuple[Deed, ...]:
    """List what the staff did, the newest first, a page and one more."""
    return tuple(_found(session, association_id, asked, before, PAGE + 1))


def every(
    session: Session, association_id: AssociationId, asked: Asked
) -> Iterator[Deed]:
    """Give all that fits, the newest first, some at a time."""
    before = None
    while page := tuple(_found(session, association_id, asked, before, 1000)):
        yield from page
        before = page[-1].seq


def _found(
    session: Session,
    association_id: AssociationId,
    asked: Asked,
    before: int | None,
    most: int,
) -> Iterator[Deed]:
    wanted = [
        EvidenceLine.association_id == association_id,
        *_narrowed(asked),
        *([EvidenceLine.seq < before] if before is not None else []),
    ]
    rows = session.scalars(
        select(EvidenceLine)
        .where(*wanted)
        .order_by(EvidenceLine.seq.desc())
        .limit(most)
    ).all()
    called = staffing.names(session, {row.account_id for row in rows if row.account_id})
    for row in rows:
        about, _, one = row.stream.partition(":")
        by = called.get(row.account_id, "") if row.account_id else ""
        facts = json.loads(row.facts)
        yield Deed(row.seq, row.at, row.kind, by, (about, one), facts)


def _narrowed(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.since is not None:
        yield EvidenceLine.at >= start_of(asked.since)
    if asked.until is not None:
        yield EvidenceLine.at < start_of(asked.until + timedelta(days=1))
    if asked.account_id is not None:
        yield EvidenceLine.account_id == asked.account_id
    if asked.heads:
        yield or_(*(EvidenceLine.kind.startswith(f"{one}.") for one in asked.heads))
