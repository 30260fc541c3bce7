"""Packages: several published courses at one price. What was bought stays as bought."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.catalogue import queries
from lms.catalogue.models import Package
from lms.catalogue.services.publishing import bump
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import (
    AssociationId,
    CourseId,
    PackageId,
    check_character,
    new_id,
)
from lms.kernel.money import Fen
from lms.kernel.text import normal
from lms.kernel.work import Work
from lms.policy.model import Specialty

_LEAST_COURSES = 2


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What makes a package."""

    title: str
    specialty: Specialty | None
    price: Fen
    courses: tuple[CourseId, ...]


def create_package(
    work: Work, association_id: AssociationId, facts: PackageFacts
) -> PackageId:
    """Sell several courses at one price.

    Raises: Refused for fewer than two courses, or one that the association does not
    sell today.
    """
    courses = _sellable(work, association_id, facts.courses)
    body = new_id().hex[:8].upper()
    row = Package(
        id=new_id(),
        association_id=association_id,
        number=f"P{body}{check_character(body)}",
        title=normal(facts.title),
        specialty=facts.specialty,
        price_fen=_price(facts),
        open=True,
        courses=courses,
    )
    work.session.add(row)
    _changed(work, row, "package.made")
    return PackageId(row.id)


def edit_package(
    work: Work, association_id: AssociationId, package_id: UUID, facts: PackageFacts
) -> None:
    """Change what a package is from now on; orders hold copies of what it was.

    Raises: NotFound; Refused, as `create_package` does.
    """
    row = _own(work, association_id, package_id)
    row.courses = _sellable(work, association_id, facts.courses)
    row.title = normal(facts.title)
    row.specialty = facts.specialty
    row.price_fen = _price(facts)
    _changed(work, row, "package.changed")


def turn_package(
    work: Work, association_id: AssociationId, package_id: UUID, *, on_sale: bool
) -> None:
    """Take a package off sale, or put it back; again changes nothing.

    Raises: NotFound.
    """
    row = _own(work, association_id, package_id)
    if row.open is not on_sale:
        row.open = on_sale
        _changed(work, row, "package.reopened" if on_sale else "package.withdrawn")


def _own(work: Work, association_id: AssociationId, package_id: UUID) -> Package:
    row = work.session.scalar(
        select(Package)
        .where(Package.id == package_id, Package.association_id == association_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("package.unknown")
    return row


def _sellable(
    work: Work, association_id: AssociationId, courses: Iterable[CourseId]
) -> list[str]:
    chosen = tuple(dict.fromkeys(courses))
    ours = {one.course_id for one in queries.on_sale(work.session, association_id)}
    if len(chosen) < _LEAST_COURSES or not set(chosen) <= ours:
        raise Refused("package.courses")
    return [str(course) for course in chosen]


def _price(facts: PackageFacts) -> int:
    if facts.price < 0:
        raise Refused("course.price")
    return facts.price


def _changed(work: Work, row: Package, deed: str) -> None:
    work.session.flush()
    evidence.note(
        work,
        f"package:{row.id}",
        deed,
        number=row.number,
        price_fen=row.price_fen,
        courses=len(row.courses),
    )
    bump(work)
