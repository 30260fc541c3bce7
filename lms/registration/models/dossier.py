"""What is handed in with an application: a book of papers, and their sealed bodies."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table, append_only
from lms.policy.flow import MaterialKind, Party
from lms.registration.rules.dossier import Deed


class ApplicationMaterial(Table):
    """One version of one material, or its being taken back. Never changed.

    `findings` are codes of what the look at its content found. `facts` are what the
    person says of the paper: dates, months, who paid. `sha256` is of what is kept,
    `sent_sha256` of what was uploaded. `party` handed it in; the newest version counts.

    Units: `size` bytes, `millis` of a film in milliseconds.
    PII: `name`, the file's own name, sealed; `facts`, days of a contract and the
    company that paid.
    """

    __tablename__ = "application_materials"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    kind: Mapped[MaterialKind]
    version: Mapped[int] = mapped_column(Integer)
    deed: Mapped[Deed]
    name: Mapped[bytes] = mapped_column(LargeBinary)
    media: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    pages: Mapped[int | None] = mapped_column(Integer)
    millis: Mapped[int | None] = mapped_column(Integer)
    findings: Mapped[list[str]]
    facts: Mapped[dict[str, Any]]
    party: Mapped[Party]
    account_id: Mapped[UUID | None]
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("application_id", "kind", "version"),)


class MaterialBody(Table):
    """The bytes of a material, sealed with the applicant's key.

    One that was taken back before it was ever filed goes; what was filed stays until
    its time is over.

    PII: `body`, sealed.
    """

    __tablename__ = "application_material_bodies"

    material_id: Mapped[UUID] = mapped_column(
        ForeignKey("application_materials.id"), primary_key=True
    )
    body: Mapped[bytes] = mapped_column(LargeBinary)


append_only(cast("SqlTable", ApplicationMaterial.__table__))
