"""Sending a lesson's film by parts, and seeing what becomes of it."""

import hashlib
import re
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from lms.catalogue import queries, services
from lms.catalogue.ports import PartShelf, Readable
from lms.catalogue.rules import FilmState, VersionState
from lms.catalogue.rules.films import PART_BYTES, part_bytes
from lms.catalogue.services import FilmSent, PartSent
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.web import desk, pieces
from lms.web.console.course_scope import back_to_lesson, done_to, lesson_of, mine
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint(
    "console_films",
    __name__,
    url_prefix="/console/courses/<uuid:version_id>/lessons/<uuid:lesson_id>/film",
)

WHOLE_BYTES = 512 * 2**20
"""The largest film that comes in one piece, from a browser without script."""

_SPARE = 2
"""So many times a film's size must be free: its parts, the whole, what is cut."""

_KEPT_FREE = 2**30
_HEX = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 400


@bp.url_value_preprocessor
def _let_films_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow an author, and nobody else, the body that a film or its part makes.

    It must be said here: the check of the form's token, which comes before any view,
    already reads a form's body.
    """
    visitor = desk.visitor()
    if visitor is None or "author" not in visitor.roles:
        return
    if endpoint == "console_films.send":
        request.max_content_length = WHOLE_BYTES
    if endpoint == "console_films.part":
        # One byte more than a part tells a longer one from the end of this one.
        request.max_content_length = PART_BYTES + 1


@bp.post("/begin")
@staff("author")
def begin(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Begin to take a film in, or say which parts of it are here already."""
    lesson_of(mine(version_id), lesson_id)
    sent = _sent(request.get_json())
    _have_room(sent.size)
    with desk.begin() as work:
        film_id = services.begin_film(work, desk.association(), lesson_id, sent)
    session = desk.reading()
    card = queries.film(session, film_id)
    place: dict[str, Any] = {
        "version_id": version_id,
        "lesson_id": lesson_id,
        "film_id": film_id,
    }
    return jsonify(
        film=str(film_id),
        state=card.state.value,
        part_size=card.part_size,
        parts=card.parts,
        came={str(n): digest for n, digest in queries.parts(session, film_id).items()},
        part_url=url_for("console_films.part", **place, n=0).removesuffix("0"),
        whole_url=url_for("console_films.whole", **place),
    )


@bp.put("/<uuid:film_id>/parts/<int:n>")
@staff("author")
def part(
    version_id: UUID, lesson_id: UUID, film_id: UUID, n: int
) -> ResponseReturnValue:
    """Take one part: to the disk while it comes, on the books when it is whole."""
    card = _film(version_id, lesson_id, film_id)
    if card.state is not FilmState.UPLOADING:
        raise Conflict("film.done")
    expected = request.headers.get("X-Part-SHA256", "")
    size = part_bytes(card.size, card.part_size, n)
    if not size or not _HEX.fullmatch(expected):
        raise Refused("film.parts")
    digest = desk.port(PartShelf).put(film_id, n, request.stream, size, expected)
    with desk.begin() as work:
        services.part_came(work, desk.association(), film_id, PartSent(n, size, digest))
    return jsonify(n=n)


@bp.post("/<uuid:film_id>/whole")
@staff("author")
def whole(version_id: UUID, lesson_id: UUID, film_id: UUID) -> ResponseReturnValue:
    """Hear that all parts were sent; the job looks at them next."""
    _film(version_id, lesson_id, film_id)
    with desk.begin() as work:
        services.film_came(work, desk.association(), film_id)
    return jsonify(state=queries.film(desk.reading(), film_id).state.value)


@bp.post("")
@staff("author")
def send(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Take a film in one piece, for browsers without script."""
    lesson_of(mine(version_id), lesson_id)
    sent: FileStorage | None = request.files.get("film")
    if sent is None or not sent.filename:
        raise Refused("film.empty")
    take_whole(lesson_id, sent)
    flash(_("视频已收到，正在检查和转码。"), "ok")
    return back_to_lesson(version_id, lesson_id)


def take_whole(lesson_id: UUID, sent: FileStorage) -> None:
    """Send a film to ourselves as the script would: its parts, one after the other."""
    stream, digest, size = sent.stream, hashlib.sha256(), 0
    while chunk := stream.read(2**20):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    _have_room(size)
    told = FilmSent(sent.filename or "", size, digest.hexdigest())
    here = desk.association()
    with desk.begin() as work:
        film_id = services.begin_film(work, here, lesson_id, told)
        card = queries.film(work.session, film_id)
    if card.state is not FilmState.UPLOADING:
        return
    shelf = desk.port(PartShelf)
    for n in range(card.parts):
        length = part_bytes(size, card.part_size, n)
        found = shelf.put(film_id, n, Span(stream, length), length)
        with desk.begin() as work:
            services.part_came(work, here, film_id, PartSent(n, length, found))
    with desk.begin() as work:
        services.film_came(work, here, film_id)


class Span:
    """So many bytes of a stream, and then its end."""

    def __init__(self, stream: Readable, size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int = -1, /) -> bytes:
        """Read on, never beyond the end."""
        taken = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(taken)
        return taken


@bp.get("")
@staff("author", "manager")
def panel(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Show how the film is getting on: the piece of the page that asks for itself."""
    version = mine(version_id)
    found = lesson_of(version, lesson_id)
    return render_template(
        "console/film_panel.html", version=version, lesson=found, **shown(found)
    )


@bp.get("/stream.m3u8")
@staff("author", "manager")
def stream(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """List the film's qualities for who writes or publishes it."""
    return pieces.master(_ready(version_id, lesson_id), "stream/LINES.m3u8")


@bp.get("/stream/<int:lines>.m3u8")
@staff("author", "manager")
def pieces_of(version_id: UUID, lesson_id: UUID, lines: int) -> ResponseReturnValue:
    """List the pieces of one quality, each for this session alone."""
    return pieces.playlist(_ready(version_id, lesson_id), lines)


@bp.get("/thumbnails.vtt")
@staff("author", "manager")
def thumbnails(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """List the small pictures of the film."""
    return pieces.thumbnails(_ready(version_id, lesson_id))


@bp.post("/drop")
@staff("author")
def drop(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Stop what is under way; what played before plays again."""
    return done_to(version_id, lesson_id, services.drop_film, _("已取消。"))


@bp.post("/retry")
@staff("author")
def retry(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Try again a film that failed."""
    told = _("已重新开始处理。")
    return done_to(version_id, lesson_id, services.retry_film, told)


def shown(lesson: queries.LessonCard) -> dict[str, object]:
    """Gather what the film's panel shows."""
    session = desk.reading()
    film = queries.film(session, lesson.film_id) if lesson.film_id else None
    return {
        "film": film,
        "play": queries.plays(session, lesson.film_id),
        "room": queries.room(session, desk.association()),
        "reason": words(film.reason, film.reason_facts) if film and film.reason else "",
    }


def _ready(version_id: UUID, lesson_id: UUID) -> queries.PlayCard:
    """Find a lesson's film as it was made ready.

    Raises: NotFound.
    """
    found = lesson_of(mine(version_id), lesson_id)
    play = queries.plays(desk.reading(), found.film_id)
    if play is None:
        raise NotFound("lesson.no_media")
    return play


def _film(version_id: UUID, lesson_id: UUID, film_id: UUID) -> queries.FilmCard:
    """Find a film that this lesson of a draft waits for.

    Raises: NotFound; Conflict for one that was dropped or replaced.
    """
    version = mine(version_id)
    if version.state is not VersionState.DRAFT:
        raise Conflict("course.not_a_draft")
    found = lesson_of(version, lesson_id)
    if found.film_id != film_id:
        raise Conflict("film.gone")
    card = queries.film(desk.reading(), film_id)
    if card.association_id != desk.association():
        raise NotFound("film.unknown")
    return card


def _sent(told: Any) -> FilmSent:  # noqa: ANN401 - JSON from outside is anything
    """Read what a sender says of a film.

    Raises: BadRequest.
    """
    if not isinstance(told, dict) or set(told) != {"name", "size", "fingerprint"}:
        raise BadRequest
    name, size, fingerprint = told["name"], told["size"], told["fingerprint"]
    sound = (
        isinstance(name, str)
        and len(name) <= _LONGEST_NAME
        and "\0" not in name
        and type(size) is int
        and isinstance(fingerprint, str)
        and _HEX.fullmatch(fingerprint)
    )
    if not sound:
        raise BadRequest
    return FilmSent(name, size, fingerprint)


def _have_room(size: int) -> None:
    """Refuse what this machine's disk cannot hold, before a byte of it comes."""
    if desk.port(PartShelf).room() < _SPARE * size + _KEPT_FREE:
        raise Refused("film.room")
