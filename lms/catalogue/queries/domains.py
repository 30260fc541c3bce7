"""Which association is seen under which domain."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Association, AssociationDomain
from lms.kernel.ids import AssociationId


@dataclass(frozen=True, slots=True)
class DomainCard:
    """A domain that two managers agreed on; `opened_at` once it leads here."""

    association_id: AssociationId
    host: str
    agreed_at: datetime
    opened_at: datetime | None


def domains(session: Session, association_id: UUID) -> tuple[DomainCard, ...]:
    """List an association's domains, the first agreed first."""
    rows = session.scalars(
        select(AssociationDomain)
        .where(AssociationDomain.association_id == association_id)
        .order_by(AssociationDomain.agreed_at, AssociationDomain.host)
    )
    return tuple(_card(row) for row in rows)


def every(session: Session) -> tuple[tuple[str, DomainCard], ...]:
    """List the domains of all associations, each with the association's code."""
    rows = session.execute(
        select(Association.code, AssociationDomain)
        .join(AssociationDomain, AssociationDomain.association_id == Association.id)
        .order_by(Association.code, AssociationDomain.host)
    )
    return tuple((row[0], _card(row[1])) for row in rows)


def open_hosts(connection: Connection) -> tuple[str, ...]:
    """List the domains that lead here."""
    found = select(AssociationDomain.open_host).where(
        AssociationDomain.open_host.is_not(None)
    )
    return tuple(host for (host,) in connection.execute(found) if host)


def house_at(session: Session, host: str) -> AssociationId | None:
    """Name the association that is seen under a domain."""
    found = session.scalar(
        select(AssociationDomain.association_id).where(
            AssociationDomain.open_host == host
        )
    )
    return AssociationId(found) if found else None


def _card(row: AssociationDomain) -> DomainCard:
    return DomainCard(
        AssociationId(row.association_id), row.host, row.agreed_at, row.opened_at
    )
