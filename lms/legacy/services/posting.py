"""Post the hours of a record whose owner is sure, each once."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select

from lms.claims.rules import Inherited
from lms.claims.services.deciding import inherit
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.legacy.models import LegacyHours, LegacyImport, LegacyPerson


def post_all(work: Work, record: LegacyPerson) -> int:
    """Post what of a held record is not posted yet; give its credit.

    The caller holds the record's row. Units: hundredths of a 学时.
    """
    assert record.person_id is not None  # noqa: S101 - the caller saw to it
    person_id = PersonId(record.person_id)
    rows = work.session.execute(
        select(LegacyHours, LegacyImport.approval_id)
        .join(LegacyImport, LegacyImport.id == LegacyHours.import_id)
        .where(LegacyHours.record_id == record.id, LegacyHours.posted_at.is_(None))
        .order_by(LegacyHours.earned_on, LegacyHours.id)
    ).all()
    by_file: defaultdict[UUID, list[Inherited]] = defaultdict(list)
    for line, approval_id in rows:
        assert approval_id is not None  # noqa: S101 - nothing is taken without
        by_file[approval_id].append(
            Inherited(
                line.id,
                person_id,
                AssociationId(line.association_id),
                line.specialty,
                line.track,
                line.credit,
                line.earned_on,
            )
        )
        line.posted_at = work.now
    for approval_id, lines in by_file.items():
        inherit(work, approval_id, lines)
    work.session.flush()
    return sum(line.credit for line, _approval in rows)
