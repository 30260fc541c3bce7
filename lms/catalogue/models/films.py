"""Films: on their way up, being made ready, and on the shelf."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalogue.rules.films import FilmState
from lms.kernel.db import Table


class MediaFile(Table):
    """A stored film that plays as one file, named by chance. PII: none.

    Units: `size` bytes; `duration_seconds` of the film.
    """

    __tablename__ = "media_files"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), index=True
    )
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    codec: Mapped[str] = mapped_column(String(20))
    duration_seconds: Mapped[int] = mapped_column(Integer)
    stored_at: Mapped[datetime]


class Film(Table):
    """A film that an author sends, from its first part until it plays.

    `fingerprint` is the sender's, by which an upload is found again; `sha256` ours, of
    the whole. `media_key` is the film as one file, there once it is ready. A process
    that works on it names itself in `owner` and holds it until `held_until`.

    Units: `size`, `part_size` and `kept_bytes` bytes; `seconds` of the film as it was
    sent; `done` thousandths of the step under way; `sprite`: seconds a picture,
    columns, pictures, and pixels of one.
    PII: `made_by`, which member of staff sent it, and the name of their file.
    """

    __tablename__ = "film_uploads"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    part_size: Mapped[int] = mapped_column(Integer)
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[FilmState] = mapped_column(default=FilmState.UPLOADING)
    sha256: Mapped[str | None] = mapped_column(String(64))
    format: Mapped[str | None] = mapped_column(String(20))
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    seconds: Mapped[int | None] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    owner: Mapped[str | None] = mapped_column(String(60))
    held_until: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(60))
    reason_facts: Mapped[dict[str, str]] = mapped_column(default=dict)
    media_key: Mapped[str | None] = mapped_column(ForeignKey("media_files.key"))
    poster_key: Mapped[str | None] = mapped_column(String(64))
    sprite_key: Mapped[str | None] = mapped_column(String(64))
    sprite: Mapped[dict[str, int]] = mapped_column(default=dict)
    kept_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    ready_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_film_uploads_state", "state", "made_at"),
        Index("ix_film_uploads_association_id", "association_id", "state"),
        CheckConstraint("size > 0 AND part_size > 0", name="size"),
        CheckConstraint("done BETWEEN 0 AND 1000", name="done"),
        CheckConstraint(
            "state != 'ready' OR (media_key IS NOT NULL AND ready_at IS NOT NULL)",
            name="ready",
        ),
    )


class FilmPart(Table):
    """A part that has come and was found whole. Units: `size` bytes. PII: none."""

    __tablename__ = "film_parts"

    film_id: Mapped[UUID] = mapped_column(
        ForeignKey("film_uploads.id"), primary_key=True
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    stored_at: Mapped[datetime]


class Rendition(Table):
    """One quality of a film that is ready, a file of pieces.

    `pieces` holds length, place and size of each piece, as playlists state them.

    Units: `bandwidth` bits a second at its most; `size` and `head_bytes` bytes;
    `pieces` in milliseconds, bytes and bytes. PII: none.
    """

    __tablename__ = "film_renditions"

    film_id: Mapped[UUID] = mapped_column(
        ForeignKey("film_uploads.id"), primary_key=True
    )
    height: Mapped[int] = mapped_column(Integer, primary_key=True)
    width: Mapped[int] = mapped_column(Integer)
    bandwidth: Mapped[int] = mapped_column(Integer)
    codecs: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    head_bytes: Mapped[int] = mapped_column(Integer)
    pieces: Mapped[list[list[int]]]
