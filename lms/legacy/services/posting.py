"""Post the hours of a record whose owner is sure, each once."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from lms.claims.rules import Inherited
from lms.claims.services.deciding import inherit
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.legacy.models import LegacyHours, LegacyImport, LegacyPerson


def post_all(work: Work, records: Sequence[LegacyPerson]) -> int:
    """Post what of held records is not posted yet, of whom is sure; give its credit.

    The caller holds the records' rows. Units: hundredths of a 学时.
    """
    owners = {one.id: PersonId(one.person_id) for one in records if one.person_id}
    if not owners:
        return 0
    rows = work.session.execute(
        select(LegacyHours, LegacyImport.approval_id)
        .join(LegacyImport, LegacyImport.id == LegacyHours.import_id)
        .where(LegacyHours.record_id.in_(owners), LegacyHours.posted_at.is_(None))
        .order_by(LegacyHours.earned_on, LegacyHours.id)
    ).all()
    by_file: defaultdict[UUID, list[Inherited]] = defaultdict(list)
    for line, approval_id in rows:
        assert approval_id is not None  # noqa: S101 - nothing is taken without
        by_file[approval_id].append(
            Inherited(
                line.id,
                owners[line.record_id],
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
