"""全部课程: the shop window, a course, a package."""

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from uuid import UUID

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import Markup

from lms.catalogue import queries
from lms.catalogue.queries import Filters
from lms.catalogue.rules import LessonKind
from lms.classes import queries as classes
from lms.commerce.queries import terms
from lms.commerce.queries.terms import Shown
from lms.kernel.errors import NotFound
from lms.kernel.ids import EnrolmentId
from lms.kernel.money import Fen
from lms.kernel.text import normal
from lms.learning import queries as learning
from lms.policy.model import Province, Specialty, Track
from lms.reports import gaps
from lms.web import desk, hosts, media
from lms.web.doors import public

bp = Blueprint("courses", __name__, url_prefix="/courses")

_KEPT_WINDOWS = 256
_YEAR_SECONDS = 31_536_000
_LONGEST_WORDS = 40
_YEARS = range(2000, 2101)
_Window = tuple[int, Markup]
_kept: OrderedDict[tuple[object, ...], _Window] = OrderedDict()
_lock = Lock()


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """Show what is on sale; the gaps of a signed-in learner lead."""
    filters = replace(_filters(), near=_near())
    total, window = _window(filters)
    return render_template(
        "public/courses.html",
        total=total,
        window=window,
        filters=filters,
        gaps=_gaps(),
    )


@bp.get("/<uuid:course_id>")
@public
def show(course_id: UUID) -> ResponseReturnValue:
    """Show one course: what is in it, what it counts for, what it costs."""
    session = desk.reading()
    version = queries.current_version(session, course_id)
    meets = [one for one in version.lessons if one.kind is LessonKind.CLASS]
    return render_template(
        "public/course.html",
        version=version,
        price=_price(version.association_id, f"course:{course_id}", version.price),
        chapters=queries.outline(session, version.id),
        association=queries.association(session, version.association_id),
        enrolment=_enrolment(course_id),
        teachers=queries.shown_teachers(session, version.id)
        if version.from_register
        else (),
        meets=meets,
        sessions=classes.of_lessons(session, [one.id for one in meets], desk.now())
        if meets
        else {},
    )


@bp.get("/covers/<key>")
@public
def cover(key: str) -> ResponseReturnValue:
    """Show a course's own cover; its name is chance and its picture never changes."""
    if not key.endswith(".jpg"):
        raise NotFound("media.unknown")
    return media.sent(key, f"public, max-age={_YEAR_SECONDS}, immutable")


@bp.get("/packages/<uuid:package_id>")
@public
def package(package_id: UUID) -> ResponseReturnValue:
    """Show one package and the courses in it."""
    session = desk.reading()
    found = queries.package(session, package_id)
    return render_template(
        "public/course_package.html",
        package=found,
        price=_price(found.association_id, f"package:{package_id}", found.price),
        association=queries.association(session, found.association_id),
    )


def _price(association_id: UUID, offer: str, list_fen: Fen) -> Shown:
    """Price what is shown for the visitor; staff and strangers see what all pay."""
    visitor = desk.visitor()
    person = None if visitor is None or visitor.is_staff else desk.me()
    return terms.shown(
        desk.reading(), association_id, (offer, list_fen), desk.today(), person
    )


def _enrolment(course_id: UUID) -> EnrolmentId | None:
    """Find the visitor's newest enrolment in any version of a course."""
    visitor = desk.visitor()
    if visitor is None or visitor.is_staff:
        return None
    session = desk.reading()
    mine = {one.version_id: one.id for one in learning.enrolments(session, desk.me())}
    versions = queries.versions(session, course_id)
    return next((mine[one.id] for one in versions if one.id in mine), None)


def _gaps() -> tuple[gaps.Gap, ...]:
    visitor = desk.visitor()
    if visitor is None or visitor.is_staff:
        return ()
    return gaps.gaps(desk.reading(), desk.me(), on=desk.today())


def _near() -> Province | None:
    visitor = desk.visitor()
    if visitor is None or visitor.is_staff:
        return None
    return gaps.home_province(desk.reading(), desk.me())


def _filters() -> Filters:
    """Read the filters from the address; what makes no sense counts as absent."""
    given = request.args
    specialty, track = given.get("specialty", ""), given.get("track", "")
    year = given.get("year", type=int)
    return Filters(
        specialty=Specialty(specialty) if specialty in set(Specialty) else None,
        common=specialty == "common",
        track=Track(track) if track in set(Track) else None,
        year=year if year in _YEARS else None,
        association_id=_of_house(),
        price=given["price"] if given.get("price") in queries.PRICES else "",
        sort=given["sort"] if given.get("sort") in queries.SORTS else "",
        words=normal(given.get("q", ""))[:_LONGEST_WORDS],
        page=min(max(given.get("page", 1, type=int), 1), 1000),
    )


def _of_house() -> UUID | None:
    """Read whose courses are wanted: under an association's domain first its own."""
    if "association" not in request.args and (own := hosts.face()) is not None:
        return own.association_id
    return request.args.get("association", type=UUID)


def _window(filters: Filters) -> _Window:
    """Give the filters and the cards, drawn once for each state of the catalogue.

    Nothing in them is personal, so everybody may be shown the same.
    """
    session = desk.reading()
    house = id(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's own way to the app
    key = (house, filters, str(get_locale()), queries.revision(session))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    drawn = _draw(filters)
    with _lock:
        _kept[key] = drawn
        while len(_kept) > _KEPT_WINDOWS:
            _kept.popitem(last=False)
    return drawn


def _address(filters: Filters) -> dict[str, object]:
    """Write the filters as arguments, and nothing else that the address held."""
    words: dict[str, object] = {
        "specialty": "common" if filters.common else filters.specialty,
        "track": filters.track,
        "year": filters.year,
        "association": filters.association_id,
        "price": filters.price,
        "q": filters.words,
        "sort": filters.sort,
    }
    return {name: value for name, value in words.items() if value}


def _draw(filters: Filters) -> _Window:
    session = desk.reading()
    page = queries.search(session, filters)
    plain = filters == replace(
        Filters(), specialty=filters.specialty, near=filters.near
    )
    html = render_template(
        "public/course_window.html",
        page=page,
        filters=filters,
        kept=_address(filters),
        years=queries.years(session),
        associations=queries.associations(session),
        packages=queries.packages(session, specialty=filters.specialty)
        if plain
        else (),
        specialties=tuple(Specialty),
        tracks=tuple(Track),
    )
    return page.total, Markup(html)  # noqa: S704 - our own template
