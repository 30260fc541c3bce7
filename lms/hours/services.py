"""Post credit to the ledger."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from lms.evidence import services as evidence
from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind, carried, origin
from lms.kernel.clock import legal_day
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track

_OUT = "merge-out:"


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


def _write(work: Work, person_id: PersonId, entry: dict[str, Any]) -> None:
    n = evidence.note(
        work,
        f"person:{person_id}",
        "hours.posted",
        **{name if name != "kind" else "entry": fact for name, fact in entry.items()},
    )
    work.session.execute(
        insert(HoursEntry).values(
            **entry,
            person_id=person_id,
            earned_on=legal_day(entry["earned_at"]),
            posted_at=work.now,
            evidence_n=n,
        )
    )


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
