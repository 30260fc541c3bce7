"""Post credit to the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from lms.evidence import services as evidence
from lms.evidence.services import Noted
from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind, carried, origin
from lms.kernel.clock import legal_day
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track

_OUT = "merge-out:"
_SOME = 400
"""So many sources are looked up in one statement."""


@dataclass(frozen=True, slots=True)
class Posting:
    """Credit to be posted with more. Units: `credit` in hundredths of a 学时."""

    person_id: PersonId
    specialty: Specialty
    track: Track
    credit: Credit
    association_id: AssociationId
    source: str
    kind: EntryKind
    earned_at: datetime


def post(  # noqa: PLR0913 - a posting has so many facts, and none is optional
    work: Work,
    person_id: PersonId,
    *,
    specialty: Specialty,
    track: Track,
    credit: Credit,
    association_id: AssociationId,
    source: str,
    kind: EntryKind = EntryKind.STUDY,
    earned_at: datetime | None = None,
) -> bool:
    """Post credit once and say whether it was new.

    Posting the same `source` again changes nothing; the unique column is the net.

    Units: `credit` in hundredths of a 学时.
    """
    if work.session.scalar(select(HoursEntry.seq).where(HoursEntry.source == source)):
        return False
    at = earned_at or work.now
    entry = {
        "specialty": specialty,
        "track": track,
        "credit": credit,
        "association_id": association_id,
        "source": source,
        "kind": kind,
        "earned_at": at,
    }
    _write(work, person_id, entry)
    return True


def post_all(work: Work, postings: Sequence[Posting]) -> int:
    """Post much credit, as `post` does each, in a few trips; say how much was new."""
    there = _there(work, [one.source for one in postings])
    fresh = [one for one in postings if one.source not in there]
    if not fresh:
        return 0
    entries = [{name: getattr(one, name) for name in _ENTRY} for one in fresh]
    numbers = evidence.note_all(
        work,
        [
            Noted(f"person:{one.person_id}", "hours.posted", _told(entry))
            for one, entry in zip(fresh, entries, strict=True)
        ],
    )
    rows = [
        _row(work, one.person_id, entry, n)
        for one, entry, n in zip(fresh, entries, numbers, strict=True)
    ]
    work.session.connection().execute(insert(HoursEntry), rows)
    return len(fresh)


_ENTRY = tuple(one.name for one in fields(Posting) if one.name != "person_id")


def _there(work: Work, sources: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(sources), _SOME):
        some = HoursEntry.source.in_(sources[start : start + _SOME])
        found.update(work.session.scalars(select(HoursEntry.source).where(some)))
    return found


def _write(work: Work, person_id: PersonId, entry: dict[str, Any]) -> None:
    stream = f"person:{person_id}"
    n = evidence.note(work, stream, "hours.posted", **_told(entry))
    row = _row(work, person_id, entry, n)
    work.session.execute(insert(HoursEntry).values(**row))


def _told(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give an entry as its line of evidence tells it."""
    return {name if name != "kind" else "entry": fact for name, fact in entry.items()}


def _row(
    work: Work, person_id: PersonId, entry: Mapping[str, Any], n: int
) -> dict[str, Any]:
    return {
        **entry,
        "person_id": person_id,
        "earned_on": legal_day(entry["earned_at"]),
        "posted_at": work.now,
        "evidence_n": n,
    }


def take_over(
    work: Work,
    goes: PersonId,
    stays: PersonId,
    merge: str,
    counted: Mapping[str, str | None],
) -> Credit:
    """Carry a person's credit to who stays: out by a line there, in by a line here.

    No line is changed. Each that counts for who goes is answered by its opposite under
    a source of this merge, so that the sums of an association stay as they are, and is
    posted to who stays as what it is, on the day on which it was earned. `counted`
    says of sources what they are called here; None for what who stays has already had.
    Doing it again changes nothing.

    Units: gives hundredths of a 学时 that came in.
    """
    rows = work.session.scalars(
        select(HoursEntry).where(HoursEntry.person_id == goes).order_by(HoursEntry.seq)
    ).all()
    answered = {row.source for row in rows}
    came = 0
    for row in rows:
        out = f"{_OUT}{row.seq}"
        if row.source.startswith(_OUT) or out in answered:
            continue
        _write(work, goes, _opposite(row, out))
        source = counted.get(origin(row.source), origin(row.source))
        if source is not None:
            _write(work, stays, _entry(row, carried(source, merge)))
            came += row.credit
    return Credit(came)


def _entry(row: HoursEntry, source: str) -> dict[str, Any]:
    return {
        "specialty": row.specialty,
        "track": row.track,
        "credit": row.credit,
        "association_id": row.association_id,
        "source": source,
        "kind": row.kind,
        "earned_at": row.earned_at,
    }


def _opposite(row: HoursEntry, source: str) -> dict[str, Any]:
    taken = {"credit": -row.credit, "kind": EntryKind.ADJUSTMENT}
    return _entry(row, source) | taken
