"""Who outside is sent the day's checkpoint."""

from uuid import UUID

from sqlalchemy import select

from lms.evidence.models import EvidenceWitness
from lms.evidence.queries.witnesses import witness_place
from lms.evidence.services.lines import note
from lms.kernel import pii
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work


def add_witness(
    work: Work, association_id: AssociationId, name: str, address: str
) -> UUID:
    """Name an office that gets the checkpoint every day.

    Raises: Refused for an address that no mail reaches.
    """
    if not address.isascii() or address.count("@") != 1 or address != address.strip():
        raise Refused("witness.address")
    key, witness_id = pii.new_key(), new_id()
    place = witness_place(witness_id)
    work.session.add(
        EvidenceWitness(
            id=witness_id,
            association_id=association_id,
            name=name.strip()[:80],
            wrapped=pii.wrap(key, place),
            address=pii.seal(key, address, place),
            since=work.now,
            until=None,
        )
    )
    note(work, f"association:{association_id}", "witness.added", witness=witness_id)
    return witness_id


def drop_witness(work: Work, witness_id: UUID) -> None:
    """End the daily mail to an office, and forget its address.

    Raises: NotFound.
    """
    row = work.session.scalar(
        select(EvidenceWitness).where(
            EvidenceWitness.id == witness_id, EvidenceWitness.until.is_(None)
        )
    )
    if row is None:
        raise NotFound("witness.unknown")
    row.until = work.now
    row.wrapped = row.address = b""
    stream = f"association:{row.association_id}"
    note(work, stream, "witness.removed", witness=witness_id)
