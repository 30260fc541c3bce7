"""What a person still has to study, for the shop window. Never writes."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lms.kernel.credit import Credit
from lms.kernel.ids import PersonId
from lms.policy.model import Specialty, Track
from lms.reports import learning


@dataclass(frozen=True, slots=True)
class Gap:
    """Study owed on one track. Units: hundredths of a 学时."""

    specialty: Specialty
    track: Track
    missing: Credit


def gaps(session: Session, person_id: PersonId, *, on: date) -> tuple[Gap, ...]:
    """List every track on which something is owed, the main specialty first."""
    return tuple(
        Gap(rings.specialty, ring.track, ring.missing)
        for rings in learning.rings(session, person_id, on=on)
        for ring in rings.tracks
        if ring.missing
    )
