"""Read films: on their way, ready to be played, and the room that they take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.models import (
    Association,
    Document,
    Film,
    FilmPart,
    MediaFile,
    Rendition,
)
from lms.catalogue.rules.documents import DocumentState
from lms.catalogue.rules.films import WORKED_ON, FilmState, missing_parts, parts_of
from lms.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class FilmCard:
    """A film that was sent. `ahead` counts the films that come first.

    Units: `size`, `part_size` and `came` bytes; `done` thousandths of its step.
    """

    id: UUID
    association_id: UUID
    state: FilmState
    name: str
    size: int
    part_size: int
    fingerprint: str
    seconds: int | None
    done: int
    reason: str | None
    reason_facts: Mapping[str, str]
    media_key: str | None
    poster_key: str | None
    made_at: datetime
    touched_at: datetime
    parts_came: int = 0
    came: int = 0
    ahead: int = 0

    @property
    def parts(self) -> int:
        """Count its parts."""
        return parts_of(self.size, self.part_size)

    @property
    def under_way(self) -> bool:
        """Tell whether it changes by itself."""
        return self.state in WORKED_ON


@dataclass(frozen=True, slots=True)
class QualityCard:
    """One quality. Units as `models.films.Rendition` has them."""

    height: int
    width: int
    bandwidth: int
    codecs: str
    key: str
    head_bytes: int
    pieces: tuple[tuple[int, int, int], ...]

    @property
    def lines(self) -> int:
        """Name it as people do, by its shorter side."""
        return min(self.width, self.height)


@dataclass(frozen=True, slots=True)
class PlayCard:
    """A film that is ready. `sprite` as `models.films.Film` has it. Units: seconds."""

    id: UUID
    media_key: str
    seconds: int
    poster_key: str | None
    sprite_key: str | None
    sprite: Mapping[str, int]
    qualities: tuple[QualityCard, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What an association's films and documents take, and may take. Units: bytes."""

    used: int
    most: int
    under_way: int


def film(session: Session, film_id: UUID) -> FilmCard:
    """Fetch a film that was sent.

    Raises: NotFound, also for one that was dropped.
    """
    row = session.get(Film, film_id)
    if row is None or row.state is FilmState.DROPPED:
        raise NotFound("film.unknown")
    count, came = session.execute(
        select(func.count(), func.coalesce(func.sum(FilmPart.size), 0)).where(
            FilmPart.film_id == film_id
        )
    ).one()
    return FilmCard(
        id=row.id,
        association_id=row.association_id,
        state=row.state,
        name=row.name,
        size=row.size,
        part_size=row.part_size,
        fingerprint=row.fingerprint,
        seconds=row.seconds,
        done=row.done,
        reason=row.reason,
        reason_facts=row.reason_facts,
        media_key=row.media_key,
        poster_key=row.poster_key,
        made_at=row.made_at,
        touched_at=row.touched_at,
        parts_came=count,
        came=came,
        ahead=_ahead(session, row),
    )


def _ahead(session: Session, row: Film) -> int:
    if row.state not in WORKED_ON:
        return 0
    earlier = select(func.count()).where(
        Film.state.in_(WORKED_ON), Film.made_at < row.made_at
    )
    return session.scalar(earlier) or 0


def film_waits(session: Session, now: datetime) -> bool:
    """Tell whether a film waits for the job, or was let go by one that was killed."""
    free = or_(Film.held_until.is_(None), Film.held_until < now)
    asked = select(Film.id).where(Film.state.in_(WORKED_ON), free).limit(1)
    return session.scalar(asked) is not None


def parts(session: Session, film_id: UUID) -> dict[int, str]:
    """Give the digest of each part that has come."""
    rows = session.execute(
        select(FilmPart.n, FilmPart.sha256).where(FilmPart.film_id == film_id)
    )
    return {row.n: row.sha256 for row in rows}


def missing(session: Session, film_id: UUID) -> tuple[int, ...]:
    """List the parts that have not come."""
    row = session.get_one(Film, film_id)
    return missing_parts(row.size, row.part_size, parts(session, film_id))


def plays(session: Session, film_id: UUID | None) -> PlayCard | None:
    """Give what a player needs of a film, if it is ready."""
    row = session.get(Film, film_id) if film_id else None
    if row is None or row.state is not FilmState.READY or row.media_key is None:
        return None
    file = session.get_one(MediaFile, row.media_key)
    made = session.scalars(
        select(Rendition)
        .where(Rendition.film_id == row.id)
        .order_by(Rendition.bandwidth.desc())
    )
    return PlayCard(
        id=row.id,
        media_key=row.media_key,
        seconds=file.duration_seconds,
        poster_key=row.poster_key,
        sprite_key=row.sprite_key,
        sprite=row.sprite,
        qualities=tuple(_quality(one) for one in made),
    )


def _quality(row: Rendition) -> QualityCard:
    return QualityCard(
        height=row.height,
        width=row.width,
        bandwidth=row.bandwidth,
        codecs=row.codecs,
        key=row.key,
        head_bytes=row.head_bytes,
        pieces=tuple((a, b, c) for a, b, c in row.pieces),
    )


def room(session: Session, association_id: UUID) -> Room:
    """Sum up what an association's media take, those on their way by their whole size.

    Raises: NotFound.
    """
    most = session.scalar(
        select(Association.film_bytes).where(Association.id == association_id)
    )
    if most is None:
        raise NotFound("association.unknown")
    sent = Film.association_id == association_id
    live = Film.state.not_in([FilmState.READY, FilmState.DROPPED])
    kept = select(func.sum(Film.kept_bytes)).where(sent)
    coming = select(func.sum(Film.size), func.count()).where(sent, live)
    # A film of before had one file and nothing else.
    alone = select(func.sum(MediaFile.size)).where(
        MediaFile.association_id == association_id,
        MediaFile.key.not_in(
            select(Film.media_key).where(sent, Film.media_key.is_not(None))
        ),
    )
    size, count = session.execute(coming).one()
    kept_and_alone = (session.scalar(kept) or 0) + (session.scalar(alone) or 0)
    used = kept_and_alone + (size or 0) + _papers(session, association_id)
    return Room(int(used), most, count)


def _papers(session: Session, association_id: UUID) -> int:
    """Sum up what documents take: what was sent until the pages are there too."""
    taken = func.sum(
        case((Document.kept_bytes > 0, Document.kept_bytes), else_=Document.size)
    )
    return int(
        session.scalar(
            select(taken).where(
                Document.association_id == association_id,
                Document.state != DocumentState.DROPPED,
            )
        )
        or 0
    )
