"""Read what is sold: courses and packages, and packages as their makers keep them."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, CourseVersion, Package
from lms.catalogue.queries.cards import (
    OfferCard,
    PackageCard,
    PackageDraft,
    VersionCard,
)
from lms.catalogue.queries.content import (
    current_version,
    version_card,
    version_rows,
)
from lms.catalogue.rules import VersionState
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, CourseId, PackageId
from lms.kernel.money import Fen
from lms.policy.model import Specialty


def offer(session: Session, kind: str, offer_id: UUID) -> OfferCard:
    """Find what is on sale under an id: a course's or a package's.

    Raises: NotFound when it is not on sale.
    """
    if kind == "package":
        found = package(session, offer_id)
        return OfferCard(
            kind="package",
            id=found.id,
            title=found.title,
            price=found.price,
            version_ids=tuple(v.id for v in found.versions),
            association_id=found.association_id,
        )
    if kind != "course":
        raise NotFound("course.unknown")
    on_sale = current_version(session, offer_id)
    return OfferCard(
        kind="course",
        id=offer_id,
        title=on_sale.title,
        price=on_sale.price,
        version_ids=(on_sale.id,),
        association_id=on_sale.association_id,
    )


def package(session: Session, package_id: UUID) -> PackageCard:
    """Fetch a package that is on sale, with the versions it holds today.

    Raises: NotFound, also while one of its courses is off sale.
    """
    found = _packages(session, select(Package).where(Package.id == package_id))
    if not found:
        raise NotFound("course.unknown")
    return found[0]


def packages(
    session: Session, *, specialty: Specialty | None = None
) -> tuple[PackageCard, ...]:
    """List the packages on sale; one that misses a course waits until it is whole."""
    chosen = select(Package).order_by(Package.title, Package.id)
    if specialty is not None:
        chosen = chosen.where(Package.specialty == specialty)
    return _packages(session, chosen)


def _packages(session: Session, chosen: Select[Package]) -> tuple[PackageCard, ...]:
    rows = session.scalars(chosen.where(Package.open.is_(True))).all()
    courses = {row.id: [UUID(one) for one in row.courses] for row in rows}
    on_sale = _on_sale(session, {one for each in courses.values() for one in each})
    return tuple(
        _package(row, tuple(on_sale[one] for one in courses[row.id]))
        for row in rows
        if courses[row.id] and set(courses[row.id]) <= set(on_sale)
    )


def _on_sale(session: Session, course_ids: set[UUID]) -> dict[UUID, VersionCard]:
    """Map courses to their newest published versions; the others are left out."""
    rows = session.execute(
        version_rows()
        .where(
            CourseVersion.course_id.in_(course_ids),
            CourseVersion.state == VersionState.PUBLISHED,
        )
        .order_by(CourseVersion.n)
    ).all()
    return {
        card.course_id: card for card in (version_card(session, row) for row in rows)
    }


def _package(row: Package, versions: tuple[VersionCard, ...]) -> PackageCard:
    return PackageCard(
        id=PackageId(row.id),
        association_id=AssociationId(row.association_id),
        title=row.title,
        specialty=row.specialty,
        price=Fen(row.price_fen),
        single_price=Fen(sum(v.price for v in versions)),
        credit=Credit(sum(v.credit for v in versions)),
        versions=versions,
    )


def on_sale(session: Session, association_id: UUID) -> tuple[VersionCard, ...]:
    """List what an association sells today, by specialty and title."""
    courses = session.scalars(
        select(Course.id).where(Course.association_id == association_id)
    )
    found = _on_sale(session, set(courses))
    return tuple(
        sorted(found.values(), key=lambda one: (one.specialty or "", one.title))
    )


def package_drafts(session: Session, association_id: UUID) -> tuple[PackageDraft, ...]:
    """List an association's packages, those on sale first."""
    rows = session.scalars(
        select(Package)
        .where(Package.association_id == association_id)
        .order_by(Package.open.desc(), Package.title, Package.id)
    )
    return tuple(_draft(row) for row in rows)


def package_draft(
    session: Session, association_id: UUID, package_id: UUID
) -> PackageDraft:
    """Fetch one of an association's packages, on sale or not.

    Raises: NotFound, also for another association's.
    """
    row = session.get(Package, package_id)
    if row is None or row.association_id != association_id:
        raise NotFound("package.unknown")
    return _draft(row)


def _draft(row: Package) -> PackageDraft:
    return PackageDraft(
        id=PackageId(row.id),
        number=row.number,
        title=row.title,
        specialty=row.specialty,
        price=Fen(row.price_fen),
        open=row.open,
        courses=tuple(CourseId(UUID(one)) for one in row.courses),
    )
