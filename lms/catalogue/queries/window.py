"""The shop window: columns, not entities, for it is looked at often."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Association, CourseVersion, Revision
from lms.catalogue.queries.teaching import named
from lms.catalogue.rules import VersionState
from lms.kernel.credit import Credit
from lms.kernel.ids import CourseId, VersionId
from lms.kernel.money import Fen
from lms.policy.model import Province, Specialty, Track


@dataclass(frozen=True, slots=True)
class Filters:
    """What a visitor looks for; None means whatever.

    `near` hides nothing: associations of that province come first.
    """

    specialty: Specialty | None = None
    common: bool = False
    track: Track | None = None
    year: int | None = None
    association_id: UUID | None = None
    price: str = ""
    words: str = ""
    sort: str = ""
    page: int = 1
    near: Province | None = None


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One course in the shop window."""

    course_id: CourseId
    version_id: VersionId
    title: str
    specialty: Specialty | None
    track: Track
    credit: Credit
    price: Fen
    teacher: str
    cover_key: str | None
    association: str
    from_register: bool = False


@dataclass(frozen=True, slots=True)
class CoursePage:
    """One page of the shop window."""

    lines: tuple[CourseLine, ...]
    number: int
    pages: int
    total: int


PAGE = 24
PRICES = {"free": (0, 0), "low": (1, 10_000), "high": (10_001, 10_000_000)}
"""Ranges of price. Units: fen, both ends included."""

SORTS: dict[str, ColumnElement[Any]] = {
    "cheap": CourseVersion.price_fen.asc(),
    "long": CourseVersion.credit.desc(),
    "new": CourseVersion.published_at.desc(),
}
"""Orders that a visitor may choose; without one, the best match leads."""


def search(session: Session, filters: Filters) -> CoursePage:
    """Find what is on sale: words in the title first, then required, then newest."""
    conditions = _conditions(filters)
    total = session.scalar(
        select(func.count()).select_from(CourseVersion).where(*conditions)
    )
    pages = max(1, -(-(total or 0) // PAGE))
    number = min(max(1, filters.page), pages)
    rows = session.execute(
        select(
            CourseVersion.course_id,
            CourseVersion.id.label("version_id"),
            CourseVersion.title,
            CourseVersion.specialty,
            CourseVersion.track,
            CourseVersion.credit,
            CourseVersion.price_fen.label("price"),
            CourseVersion.teacher,
            CourseVersion.cover_key,
            Association.name.label("association"),
            CourseVersion.from_register,
        )
        .join(Association, Association.id == CourseVersion.association_id)
        .where(*conditions)
        .order_by(
            *([SORTS[filters.sort]] if filters.sort in SORTS else []),
            *(_not_in_title(word) for word in _words(filters)),
            *([_far(filters.near)] if filters.near else []),
            CourseVersion.track.desc(),
            CourseVersion.year.desc(),
            CourseVersion.published_at.desc(),
            CourseVersion.id,
        )
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    lines = tuple(CourseLine(**row._asdict()) for row in rows)
    return CoursePage(_called(session, lines), number, pages, total or 0)


def _called(session: Session, lines: Sequence[CourseLine]) -> tuple[CourseLine, ...]:
    """Name the teachers of the register who may be named."""
    names = named(session, [one.version_id for one in lines if one.from_register])
    return tuple(
        replace(one, teacher=names[one.version_id]) if one.version_id in names else one
        for one in lines
    )


def _words(filters: Filters) -> list[str]:
    return filters.words.casefold().split()[:5]


def _not_in_title(word: str) -> ColumnElement[int]:
    named = CourseVersion.title.icontains(word, autoescape=True)
    return case((named, 0), else_=1)


def _far(province: Province) -> ColumnElement[int]:
    return case((Association.province == province, 0), else_=1)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [CourseVersion.state == VersionState.PUBLISHED]
    if filters.common:
        chosen.append(CourseVersion.specialty.is_(None))
    elif filters.specialty is not None:
        # 公共 courses count for every specialty, so they belong in each window.
        chosen.append(
            (CourseVersion.specialty == filters.specialty)
            | CourseVersion.specialty.is_(None)
        )
    if filters.track is not None:
        chosen.append(CourseVersion.track == filters.track)
    if filters.year is not None:
        chosen.append(CourseVersion.year == filters.year)
    if filters.association_id is not None:
        chosen.append(CourseVersion.association_id == filters.association_id)
    if filters.price in PRICES:
        chosen.append(CourseVersion.price_fen.between(*PRICES[filters.price]))
    chosen += [
        CourseVersion.search_text.contains(word, autoescape=True)
        for word in _words(filters)
    ]
    return chosen


def years(session: Session) -> tuple[int, ...]:
    """List the years of what is on sale, the newest first."""
    return tuple(
        session.scalars(
            select(CourseVersion.year)
            .where(CourseVersion.state == VersionState.PUBLISHED)
            .distinct()
            .order_by(CourseVersion.year.desc())
        )
    )


def revision(session: Session) -> int:
    """Count the changes of the public catalogue."""
    return session.scalar(select(Revision.n).where(Revision.id == 1)) or 0
