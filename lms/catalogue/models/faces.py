"""How an association shows itself to strangers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table


class AssociationFace(Table):
    """An association's own front page: its address, short name, colour and logo.

    `topics` are matters with who helps in them; the page is there once it is `shown`.

    PII: none; contacts are an office's.
    """

    __tablename__ = "association_faces"

    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(String(30), unique=True)
    short_name: Mapped[str] = mapped_column(String(20))
    colour: Mapped[str] = mapped_column(String(7))
    welcome: Mapped[str] = mapped_column(String(300))
    topics: Mapped[list[Any]]
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown: Mapped[bool]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]


class AssociationDomain(Table):
    """A domain that an association wants to be seen under, and whether it is.

    Two managers agree on `host`; the operator, who leads it here, fills `open_host`:
    a wish for another's domain therefore keeps nobody from it.

    PII: none.
    """

    __tablename__ = "association_domains"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    host: Mapped[str] = mapped_column(String(100))
    open_host: Mapped[str | None] = mapped_column(String(100), unique=True)
    agreed_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("association_id", "host"),)
