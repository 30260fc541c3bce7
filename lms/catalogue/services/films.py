"""Take films in, part by part. Every command is bound to one association's draft."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.catalogue import queries
from lms.catalogue.models import Association, Film, FilmPart, Lesson
from lms.catalogue.queries.films import missing
from lms.catalogue.rules import LessonKind
from lms.catalogue.rules.films import (
    MOST_BYTES,
    MOST_UNDER_WAY,
    MOVES,
    PART_BYTES,
    FilmState,
    part_bytes,
)
from lms.catalogue.services.lessons import lesson_of
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.text import normal
from lms.kernel.work import Work

_GIB = 2**30
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class FilmSent:
    """What a sender says of a film. Units: `size` bytes.

    `id` where its parts lie on the disk already.
    """

    name: str
    size: int
    fingerprint: str
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PartSent:
    """A part that lies on disk and is what its sender says. Units: `size` bytes."""

    n: int
    size: int
    sha256: str


def begin_film(
    work: Work, association_id: AssociationId, lesson_id: UUID, sent: FilmSent
) -> UUID:
    """Begin to take a film in for a lesson, or go on with the one that was begun.

    Who sends the same again goes on; another one takes the place of what is under way.
    What plays in the lesson stays until the new film is ready.

    Raises: NotFound; Conflict for what is no draft; Refused with what is too much.
    """
    lesson = lesson_of(work, association_id, lesson_id)
    if lesson.kind is not LessonKind.FILM:
        raise Conflict("film.state")
    old = _locked(work, lesson.film_id) if lesson.film_id else None
    if old is not None and _same(old, sent):
        old.touched_at = work.now
        return old.id
    if old is not None and old.state is not FilmState.READY:
        _drop(work, old)
    _have_room(work, association_id, sent)
    film = Film(
        id=sent.id or new_id(),
        association_id=association_id,
        made_by=work.actor.account_id,
        made_at=work.now,
        touched_at=work.now,
        name=normal(sent.name)[:_LONGEST_NAME],
        size=sent.size,
        part_size=PART_BYTES,
        fingerprint=sent.fingerprint,
        state=FilmState.UPLOADING,
    )
    work.session.add(film)
    work.session.flush()
    lesson.film_id = film.id
    return film.id


def _same(film: Film, sent: FilmSent) -> bool:
    """Tell whether it is the film that is already coming, or waits to be looked at."""
    going = {FilmState.UPLOADING, FilmState.CHECKING, FilmState.CUTTING}
    told = (film.fingerprint, film.size) == (sent.fingerprint, sent.size)
    return told and film.state in going


def _have_room(work: Work, association_id: AssociationId, sent: FilmSent) -> None:
    """Hold a film to what one may be, and an association to its share.

    Locks the association, so that two films cannot take the same room.
    """
    if sent.size <= 0:
        raise Refused("film.empty")
    if sent.size > MOST_BYTES:
        raise Refused("film.big")
    work.session.execute(
        select(Association.id).where(Association.id == association_id).with_for_update()
    )
    room = queries.room(work.session, association_id)
    if room.under_way >= MOST_UNDER_WAY:
        raise Refused("film.busy", most=MOST_UNDER_WAY)
    if room.used + sent.size > room.most:
        raise Refused("film.quota", used=_gib(room.used), most=_gib(room.most))


def _gib(size: int) -> str:
    return f"{size / _GIB:.1f}"


def part_came(
    work: Work, association_id: AssociationId, film_id: UUID, part: PartSent
) -> None:
    """Note a part that lies on disk. The same again changes nothing.

    Raises: NotFound; Conflict once the film is whole; Refused for a strange part.
    """
    film = _mine(work, association_id, film_id)
    if film.state is not FilmState.UPLOADING:
        raise Conflict("film.done")
    if part.size != part_bytes(film.size, film.part_size, part.n) or not part.size:
        raise Refused("film.parts")
    row = work.session.get(FilmPart, (film_id, part.n))
    if row is None:
        row = FilmPart(film_id=film_id, n=part.n)
        work.session.add(row)
    row.size, row.sha256, row.stored_at = part.size, part.sha256, work.now
    film.touched_at = work.now
    work.session.flush()


def film_came(work: Work, association_id: AssociationId, film_id: UUID) -> None:
    """Note that all parts are there: the job looks at it next. Asked again: nothing.

    Raises: NotFound; Refused while parts are missing.
    """
    film = _mine(work, association_id, film_id)
    if film.state is not FilmState.UPLOADING:
        return
    if missing(work.session, film_id):
        raise Refused("film.parts")
    move(work, film, FilmState.CHECKING)


def drop_film(work: Work, association_id: AssociationId, lesson_id: UUID) -> None:
    """Stop what is under way for a lesson: what played there before plays again.

    Raises: NotFound; Conflict for what is no draft, or a film that is ready.
    """
    lesson = lesson_of(work, association_id, lesson_id)
    film = _of(work, lesson)
    if film.state is FilmState.READY:
        raise Conflict("film.state")
    _drop(work, film)
    play_again(work, lesson)


def retry_film(work: Work, association_id: AssociationId, lesson_id: UUID) -> None:
    """Try a film again that failed.

    Raises: NotFound; Conflict for one that did not.
    """
    film = _of(work, lesson_of(work, association_id, lesson_id))
    if film.state is not FilmState.FAILED:
        raise Conflict("film.state")
    film.attempt = 0
    move(work, film, FilmState.CHECKING)


def play_again(work: Work, lesson: Lesson) -> None:
    """Let a lesson name the film that plays in it, if that one was sent in parts."""
    lesson.film_id = None
    if lesson.media_key is not None:
        lesson.film_id = work.session.scalar(
            select(Film.id).where(
                Film.media_key == lesson.media_key, Film.state == FilmState.READY
            )
        )
    work.session.flush()


def move(work: Work, film: Film, to: FilmState) -> None:
    """Take a film to its next state, with nothing left of the last.

    Raises: Conflict for what may not follow.
    """
    if to not in MOVES[film.state]:
        raise Conflict("film.state")
    film.state = to
    film.done = 0
    film.owner = film.held_until = film.reason = None
    film.reason_facts = {}
    film.touched_at = work.now
    work.session.flush()


def _drop(work: Work, film: Film) -> None:
    # Its row stays a while: who works on it sees that it is over.
    move(work, film, FilmState.DROPPED)


def _of(work: Work, lesson: Lesson) -> Film:
    if lesson.film_id is None:
        raise NotFound("film.unknown")
    return _locked(work, lesson.film_id)


def _mine(work: Work, association_id: AssociationId, film_id: UUID) -> Film:
    film = work.session.scalar(
        select(Film)
        .where(Film.id == film_id, Film.association_id == association_id)
        .with_for_update()
    )
    if film is None:
        raise NotFound("film.unknown")
    if film.state is FilmState.DROPPED:
        raise Conflict("film.gone")
    return film


def _locked(work: Work, film_id: UUID) -> Film:
    return work.session.scalars(
        select(Film).where(Film.id == film_id).with_for_update()
    ).one()
