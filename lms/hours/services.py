"""Post credit to the ledger."""

from datetime import datetime

from sqlalchemy import insert, select

from lms.evidence import services as evidence
from lms.hours.models import EntryKind, HoursEntry
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

    Posting the same `source` again changes nothing. The caller holds the lock of the
    person's study head or of whatever else `source` names; the unique column is the
    second net.

    Units: `credit` in hundredths of a 学时.
    """
    if work.session.scalar(select(HoursEntry.seq).where(HoursEntry.source == source)):
        return False
    at = earned_at or work.now
    n = evidence.note(
        work,
        f"person:{person_id}",
        "hours.posted",
        specialty=specialty,
        track=track,
        credit=credit,
        association=association_id,
        source=source,
        entry=kind,
        earned_at=at,
    )
    work.session.execute(
        insert(HoursEntry).values(
            person_id=person_id,
            specialty=specialty,
            track=track,
            credit=credit,
            kind=kind,
            association_id=association_id,
            source=source,
            earned_at=at,
            earned_on=legal_day(at),
            posted_at=work.now,
            evidence_n=n,
        )
    )
    return True
