"""Post credit to the ledger."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from lms.evidence import services as evidence
from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind
from lms.kernel.clock import legal_day
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track


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
