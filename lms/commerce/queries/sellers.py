"""Read who sells: what two managers of an association agreed to say of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.commerce.rules.sellers import Seller


def seller(session: Session, association_id: UUID, at: datetime) -> Seller:
    """Say what an invoice of an instant tells of its seller.

    Raises: NotFound.
    """
    house = catalogue.association_at(session, association_id, at)
    told = house.transfer_account
    return Seller(
        name=told.get("name") or house.name,
        uscc=house.seller.get("uscc", ""),
        address=house.seller.get("address", ""),
        phone=house.seller.get("phone", ""),
        bank=told.get("bank", ""),
        account=told.get("account", ""),
    )
