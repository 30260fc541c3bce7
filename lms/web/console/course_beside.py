"""Writing beside a film while it runs: its captions, and questions at their second."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries, services
from lms.catalogue.rules import LessonKind, VersionState, sound_question
from lms.catalogue.rules.captions import Cue, millis, read_captions, stamp, written
from lms.catalogue.services import QuestionIn
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.web import desk
from lms.web.console.course_films import shown
from lms.web.console.course_forms import decoded, film_time
from lms.web.console.course_scope import lesson_of, mine
from lms.web.doors import staff
from lms.web.filters import duration
from lms.web.messages import words

bp = Blueprint(
    "console_beside",
    __name__,
    url_prefix="/console/courses/<uuid:version_id>/lessons/<uuid:lesson_id>/beside",
)

_TEXT_BYTES = 4 * 2**20
_CAPTION_BYTES = 2**20
_OPTIONS = 6
_MOST_CUES = 5000


@dataclass(frozen=True, slots=True)
class Line:
    """One caption as it stands in its three fields."""

    start: str
    end: str
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it stands in its fields; `right` holds places of options."""

    at: str
    stem: str
    options: tuple[str, ...]
    right: frozenset[int]
    why: str

    @property
    def rows(self) -> tuple[tuple[int, str, bool], ...]:
        """Give a row for every option, and empty ones after them."""
        count = max(_OPTIONS, len(self.options))
        padded = (*self.options, *[""] * (count - len(self.options)))
        return tuple((n, text, n in self.right) for n, text in enumerate(padded))


_NOTHING = Asked("", "", (), frozenset(), "")


@bp.url_value_preprocessor
def _let_captions_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow an author the body that a long film's captions make."""
    visitor = desk.visitor()
    if endpoint == "console_beside.captions" and visitor and "author" in visitor.roles:
        request.max_content_length = 2 * _TEXT_BYTES
        request.max_form_memory_size = _TEXT_BYTES


@bp.get("")
@staff("author")
def index(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Show the film, and beside it what is written for it."""
    return _page(*_found(version_id, lesson_id))


@bp.post("/captions")
@staff("author")
def captions(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Keep the captions as typed, or those of a file."""
    version, lesson = _found(version_id, lesson_id)
    file = request.files.get("file")
    try:
        if file is not None and file.filename:
            text = decoded(file.stream.read(_CAPTION_BYTES))
        else:
            text = _typed()
        with desk.begin() as work:
            services.set_captions(work, desk.association(), lesson_id, text)
    except Refused as refused:
        wrong = words(refused.code, refused.facts)
        lines = _lines() or _of(lesson)
        return _page(version, lesson, lines=lines, wrong=wrong), 422
    flash(_("字幕已保存。"), "ok")
    return _back(version_id, lesson_id, "captions")


@bp.post("/questions")
@staff("author")
def ask(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Add a question at a second of the film, or after it."""
    return _write(version_id, lesson_id, None)


@bp.post("/questions/<uuid:pinned_id>")
@staff("author")
def rewrite(version_id: UUID, lesson_id: UUID, pinned_id: UUID) -> ResponseReturnValue:
    """Keep a question as it was changed."""
    return _write(version_id, lesson_id, pinned_id)


@bp.post("/questions/<uuid:pinned_id>/remove")
@staff("author")
def remove(version_id: UUID, lesson_id: UUID, pinned_id: UUID) -> ResponseReturnValue:
    """Take a question away."""
    _version, lesson = _found(version_id, lesson_id)
    rest = [_kept(one) for one in lesson.questions if one.id != pinned_id]
    if len(rest) == len(lesson.questions):
        raise NotFound("lesson.unknown")
    _keep(lesson_id, rest)
    flash(_("题目已删除。"), "ok")
    return _back(version_id, lesson_id, "questions")


def _write(
    version_id: UUID, lesson_id: UUID, pinned_id: UUID | None
) -> ResponseReturnValue:
    version, lesson = _found(version_id, lesson_id)
    places = {one.id: n for n, one in enumerate(lesson.questions)}
    if pinned_id is not None and pinned_id not in places:
        raise NotFound("lesson.unknown")
    asked = _sent()
    try:
        question = _sound(asked, lesson.duration_seconds)
    except Refused as refused:
        wrong = words(refused.code, refused.facts)
        told = {pinned_id: (asked, wrong)}
        return _page(version, lesson, asked=told), 422
    kept = [_kept(one) for one in lesson.questions]
    if pinned_id is None:
        kept.append(question)
    else:
        kept[places[pinned_id]] = question
    _keep(lesson_id, kept)
    flash(_("题目已保存。"), "ok")
    return _back(version_id, lesson_id, "questions")


def _keep(lesson_id: UUID, questions: Sequence[QuestionIn]) -> None:
    """Keep the questions in the order of the film; those after it come last."""
    after = float("inf")
    ordered = sorted(
        questions, key=lambda q: after if q.at_second is None else q.at_second
    )
    with desk.begin() as work:
        services.set_questions(work, desk.association(), lesson_id, ordered)


def _sent() -> Asked:
    options: list[str] = []
    right: set[int] = set()
    for n in range(2 * _OPTIONS):
        text = request.form.get(f"option{n}", "").strip()
        if not text:
            continue
        if f"right{n}" in request.form:
            right.add(len(options))
        options.append(text)
    return Asked(
        request.form.get("at", "").strip(),
        request.form.get("stem", "").strip(),
        tuple(options),
        frozenset(right),
        request.form.get("why", "").strip(),
    )


def _sound(asked: Asked, film_seconds: int | None) -> QuestionIn:
    """Make a question of what was typed.

    Raises: Refused.
    """
    # Nothing has been seen at the very beginning: the first second is the earliest.
    at = max(1, film_time(asked.at)) if asked.at else None
    if not asked.stem or not sound_question(asked.options, asked.right):
        raise Refused("question.unsound")
    if at is not None and film_seconds is not None and at > film_seconds:
        raise Refused("question.late")
    key = tuple(sorted(asked.right))
    return QuestionIn(asked.stem, asked.options, key, asked.why, at)


def _kept(card: queries.QuestionCard) -> QuestionIn:
    key = tuple(sorted(int(place) for place in card.key))
    return QuestionIn(card.stem, card.options, key, card.explanation, card.at_second)


def _shown(card: queries.QuestionCard) -> Asked:
    right = frozenset(int(place) for place in card.key)
    at = "" if card.at_second is None else duration(card.at_second)
    return Asked(at, card.stem, card.options, right, card.explanation)


# -- captions ----------------------------------------------------------------------


def _lines() -> list[Line]:
    """Read the rows as they were typed; an empty one is none."""
    columns = (request.form.getlist(name) for name in ("start", "end", "words"))
    rows = [
        Line(*(text.strip() for text in row)) for row in zip(*columns, strict=False)
    ]
    return [row for row in rows if row.words or row.start][:_MOST_CUES]


def _typed() -> str:
    """Write typed rows as captions.

    Raises: Refused with the row that has no time.
    """
    cues = []
    for n, row in enumerate(_lines(), 1):
        try:
            start, end = _millis(row.start), _millis(row.end)
        except ValueError:
            raise Refused("lesson.captions_time", line=n) from None
        if end <= start:
            raise Refused("lesson.captions_order", line=n)
        cues.append(Cue(start, end, row.words.replace("\r\n", "\n") or "…"))
    return written(cues)


def _millis(typed: str) -> int:
    """Read a time as people type it: 75, 1:15, 1:15.5, 00:01:15,500.

    Raises: ValueError.
    """
    text = typed.replace("：", ":").replace(",", ".")
    whole, _dot, part = text.partition(".")
    if part and not (part.isdecimal() and part.isascii()):
        raise ValueError
    if not whole.replace(":", "0").isdecimal() or not whole.isascii():
        raise ValueError
    return millis(f"{whole}.{part[:3]:0<3}")


def _of(lesson: queries.LessonCard) -> list[Line]:
    return [
        Line(_short(cue.start), _short(cue.end), cue.words)
        for cue in read_captions(lesson.captions_vtt).cues
    ]


def _short(at: int) -> str:
    """Write a time without the hours that it has not."""
    return stamp(at).removeprefix("00:")


def _found(
    version_id: UUID, lesson_id: UUID
) -> tuple[queries.VersionCard, queries.LessonCard]:
    """Find a draft's lesson whose film is there.

    Raises: NotFound; Conflict.
    """
    version = mine(version_id)
    lesson = lesson_of(version, lesson_id)
    if version.state is not VersionState.DRAFT:
        raise Conflict("course.not_a_draft")
    if lesson.kind is not LessonKind.FILM or not lesson.media_key:
        raise NotFound("lesson.no_media")
    return version, lesson


def _page(
    version: queries.VersionCard,
    lesson: queries.LessonCard,
    *,
    lines: list[Line] | None = None,
    wrong: str = "",
    asked: dict[UUID | None, tuple[Asked, str]] | None = None,
) -> str:
    typed = asked or {}
    return render_template(
        "console/course_beside.html",
        version=version,
        lesson=lesson,
        lines=_of(lesson) if lines is None else lines,
        wrong=wrong,
        questions=[
            (one.id, *typed.get(one.id, (_shown(one), ""))) for one in lesson.questions
        ],
        fresh=typed.get(None, (_NOTHING, "")),
        **shown(lesson),
    )


def _back(version_id: UUID, lesson_id: UUID, part: str) -> ResponseReturnValue:
    place = url_for("console_beside.index", version_id=version_id, lesson_id=lesson_id)
    return redirect(f"{place}#{part}", 303)
