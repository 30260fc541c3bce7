"""What the job does with films: take one, hold it, tell how it goes, make it ready."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from lms.catalogue.models import (
    CourseVersion,
    Film,
    FilmPart,
    Lesson,
    MediaFile,
    Rendition,
)
from lms.catalogue.ports import CutFilm, FilmFacts
from lms.catalogue.rules import VersionState
from lms.catalogue.rules.films import (
    KEPT_DAYS,
    MOST_ATTEMPTS,
    WORKED_ON,
    FilmState,
)
from lms.catalogue.services import in_hand
from lms.catalogue.services.films import move, play_again
from lms.evidence import services as evidence
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class FilmTask:
    """A film in a process's hands. `parts` gives the digest of each, in order.

    Units: `size` and `part_size` bytes.
    """

    id: UUID
    state: FilmState
    attempt: int
    size: int
    part_size: int
    parts: tuple[str, ...]
    sha256: str | None
    facts: FilmFacts | None


def take_film(work: Work, owner: str) -> FilmTask | None:
    """Take the oldest film that nobody holds; give up what ended several runs."""
    while True:
        film = in_hand.oldest_free(work, Film, WORKED_ON)
        if film is None:
            return None
        if film.attempt < MOST_ATTEMPTS:
            break
        _fail(work, film, "film.stalled", {})
    in_hand.grip(work, film, owner)
    return _task(work, film)


def _task(work: Work, film: Film) -> FilmTask:
    digests = work.session.scalars(
        select(FilmPart.sha256).where(FilmPart.film_id == film.id).order_by(FilmPart.n)
    )
    facts = None
    if film.state is FilmState.CUTTING and film.format and film.seconds:
        facts = FilmFacts(film.format, film.width or 0, film.height or 0, film.seconds)
    return FilmTask(
        film.id,
        film.state,
        film.attempt,
        film.size,
        film.part_size,
        tuple(digests),
        film.sha256,
        facts,
    )


def film_goes_on(work: Work, film_id: UUID, owner: str, done: int) -> bool:
    """Tell how far the step is, and hear whether to go on. Units: thousandths."""
    film = _held(work, film_id, owner)
    if film is None:
        return False
    in_hand.went_on(work.now, film, min(1000, done))
    return True


def film_damaged(work: Work, film_id: UUID, owner: str, parts: tuple[int, ...]) -> None:
    """Ask again for parts that are not what came: the sender goes on with those."""
    film = _held(work, film_id, owner)
    if film is None:
        return
    work.session.execute(
        delete(FilmPart).where(FilmPart.film_id == film_id, FilmPart.n.in_(parts))
    )
    film.attempt = 0
    move(work, film, FilmState.UPLOADING)
    film.reason = "film.part_broken"


def film_checked(
    work: Work, film_id: UUID, owner: str, sha256: str, facts: FilmFacts
) -> bool:
    """Keep what was found; the film goes on in the same hands. False: it is over."""
    film = _held(work, film_id, owner)
    if film is None:
        return False
    film.sha256, film.format = sha256, facts.format
    film.width, film.height, film.seconds = facts.width, facts.height, facts.seconds
    move(work, film, FilmState.CUTTING)
    film.owner, film.held_until = owner, work.now + in_hand.HELD
    return True


def film_failed(
    work: Work, film_id: UUID, owner: str, code: str, facts: Mapping[str, str]
) -> None:
    """Write down why a film cannot be made ready."""
    film = _held(work, film_id, owner)
    if film is not None:
        _fail(work, film, code, facts)


def _fail(work: Work, film: Film, code: str, facts: Mapping[str, str]) -> None:
    move(work, film, FilmState.FAILED)
    film.reason, film.reason_facts = code, dict(facts)
    work.session.flush()


def film_ready(work: Work, film_id: UUID, owner: str, cut: CutFilm) -> bool:
    """Let a film play, whole and at once, in every draft that waits for it.

    Locks those drafts first, as every change of a lesson does. False: it is over.
    """
    _lock_drafts(work, film_id)
    film = _held(work, film_id, owner)
    if film is None:
        return False
    _shelve(work, film, cut)
    film.media_key, film.ready_at = cut.film.key, work.now
    film.poster_key, film.sprite_key = cut.poster_key, cut.sprite_key
    film.sprite, film.kept_bytes = dict(cut.sprite), cut.kept_bytes
    work.session.flush()
    move(work, film, FilmState.READY)
    drafts = select(CourseVersion.id).where(CourseVersion.state == VersionState.DRAFT)
    seconds = cut.film.duration_seconds
    work.session.execute(
        update(Lesson)
        .where(Lesson.film_id == film_id, Lesson.version_id.in_(drafts))
        .values(
            media_key=cut.film.key, duration_seconds=seconds, required_seconds=seconds
        )
    )
    work.session.execute(delete(FilmPart).where(FilmPart.film_id == film_id))
    stream = f"association:{film.association_id}"
    told = {"film": str(film_id), "sent": film.sha256, "kept": cut.film.sha256}
    evidence.note(work, stream, "film.ready", **told, seconds=seconds)
    return True


def _shelve(work: Work, film: Film, cut: CutFilm) -> None:
    work.session.add(
        MediaFile(
            key=cut.film.key,
            association_id=film.association_id,
            sha256=cut.film.sha256,
            size=cut.film.size,
            codec=cut.film.codec,
            duration_seconds=cut.film.duration_seconds,
            stored_at=work.now,
        )
    )
    for one in cut.qualities:
        work.session.add(
            Rendition(
                film_id=film.id,
                height=one.height,
                width=one.width,
                bandwidth=one.bandwidth,
                codecs=one.codecs,
                key=one.key,
                size=one.size,
                head_bytes=one.head_bytes,
                pieces=[list(piece) for piece in one.pieces],
            )
        )
    work.session.flush()


def _lock_drafts(work: Work, film_id: UUID) -> None:
    waiting = select(Lesson.version_id).where(Lesson.film_id == film_id)
    work.session.execute(
        select(CourseVersion.id)
        .where(CourseVersion.id.in_(waiting))
        .order_by(CourseVersion.id)
        .with_for_update()
    ).all()


def _held(work: Work, film_id: UUID, owner: str) -> Film | None:
    """Lock a film that is still in these hands."""
    return in_hand.held(work, Film, film_id, owner, WORKED_ON)


def drop_abandoned(work: Work) -> int:
    """Drop uploads that nobody goes on with, and what failed long ago; count them.

    A film that no lesson names is dropped too: it was replaced, or its lesson removed.
    """
    idle = Film.state.in_({FilmState.UPLOADING, FilmState.FAILED})
    old = Film.touched_at < work.now - timedelta(days=KEPT_DAYS)
    named = (
        select(Lesson.id)
        .where(or_(Lesson.film_id == Film.id, Lesson.media_key == Film.media_key))
        .exists()
    )
    lost = Film.touched_at < work.now - in_hand.ORPHANED
    found = work.session.scalars(
        select(Film)
        .where(
            Film.state != FilmState.DROPPED,
            or_(idle & old, ~named & lost),
        )
        .with_for_update(skip_locked=True)
    ).all()
    for film in found:
        move(work, film, FilmState.DROPPED)
        for lesson in work.session.scalars(
            select(Lesson).where(Lesson.film_id == film.id)
        ).all():
            play_again(work, lesson)
    return len(found)


def forget_dropped(work: Work) -> tuple[UUID, ...]:
    """Take dropped films off the books; what lies on disk of them can go."""
    return in_hand.forget(
        work,
        Film,
        FilmState.DROPPED,
        Lesson.film_id,
        (FilmPart.film_id, Rendition.film_id),
    )


def needing_parts(work: Work, film_ids: Iterable[UUID]) -> set[UUID]:
    """Tell of which films what lies on the parts' disk is still needed."""
    idle = (FilmState.READY, FilmState.DROPPED)
    return set(
        work.session.scalars(
            select(Film.id).where(Film.id.in_(film_ids), Film.state.not_in(idle))
        )
    )
