"""Who is sent the day's checkpoint."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.evidence.models import EvidenceWitness
from lms.kernel import pii


@dataclass(frozen=True, slots=True)
class Witness:
    """An office that gets the checkpoint, with its address open."""

    id: UUID
    association_id: UUID
    name: str
    since: datetime
    address: str = field(repr=False)


def witnesses(session: Session) -> tuple[Witness, ...]:
    """List everybody who is sent the checkpoint now."""
    rows = session.scalars(
        select(EvidenceWitness)
        .where(EvidenceWitness.until.is_(None))
        .order_by(EvidenceWitness.since, EvidenceWitness.id)
    )
    return tuple(_card(row) for row in rows)


def _card(row: EvidenceWitness) -> Witness:
    place = witness_place(row.id)
    address = pii.unseal(pii.unwrap(row.wrapped, place), row.address, place)
    return Witness(row.id, row.association_id, row.name, row.since, address.decode())


def witness_place(witness_id: UUID) -> str:
    """Name the place that a witness's sealed address belongs to."""
    return f"evidence_witnesses|address|{witness_id}"
