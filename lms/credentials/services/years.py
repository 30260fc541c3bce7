"""Of which years a learner's certificates stand, for the association's lists."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from lms.accounts import services as accounts
from lms.credentials.models import Certificate, CertificateStanding
from lms.credentials.rules import State
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work


def recount(
    work: Work, association_id: AssociationId, persons: Collection[UUID]
) -> None:
    """Count anew of which years persons have certificates from here that stand.

    Their rows are held first: of two deeds at once the later one sees both.
    """
    if not persons:
        return
    work.session.flush()
    accounts.hold_learners(work, association_id, persons)
    years: dict[UUID, set[int]] = {one: set() for one in persons}
    for person_id, year in work.session.execute(
        select(CertificateStanding.person_id, Certificate.year)
        .join(Certificate, Certificate.id == CertificateStanding.certificate_id)
        .where(
            CertificateStanding.person_id.in_(persons),
            CertificateStanding.state == State.VALID,
            Certificate.association_id == association_id,
        )
    ):
        years[person_id].add(year)
    accounts.set_certified(work, association_id, years)
