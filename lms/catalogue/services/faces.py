"""Write how an association shows itself."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.catalogue.models import AssociationFace
from lms.catalogue.rules.faces import Face, face_problems
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work


def save_face(work: Work, association_id: AssociationId, face: Face) -> None:
    """Keep a front page; it is seen by strangers once it is shown.

    Raises: Refused with all that is wrong, and for an address that another has.
    """
    found = face_problems(face)
    if found:
        raise Refused("face.invalid", reasons=found)
    row = _row(work, association_id)
    fresh = row is None
    if row is None:
        row = AssociationFace(association_id=association_id, logo=None)
    row.slug, row.short_name, row.colour = face.slug, face.short_name, face.colour
    row.welcome, row.topics = face.welcome, [list(one) for one in face.topics]
    row.shown = face.shown
    row.changed_by, row.changed_at = work.actor.account_id, work.now
    try:
        with work.session.begin_nested():
            if fresh:
                work.session.add(row)
            work.session.flush()
    except IntegrityError as error:
        raise Refused("face.invalid", reasons=("face.slug_taken",)) from error
    evidence.note(
        work,
        f"association:{association_id}",
        "face.saved",
        slug=face.slug,
        shown=face.shown,
    )


def set_face_logo(
    work: Work, association_id: AssociationId, logo: bytes | None
) -> None:
    """Give a front page a logo that was redrawn here, or take it away.

    Raises: NotFound before anything else of the page was saved.
    """
    row = _row(work, association_id)
    if row is None:
        raise NotFound("face.unknown")
    row.logo = logo
    row.changed_by, row.changed_at = work.actor.account_id, work.now
    work.session.flush()
    evidence.note(
        work, f"association:{association_id}", "face.logo", there=logo is not None
    )


def _row(work: Work, association_id: AssociationId) -> AssociationFace | None:
    return work.session.scalar(
        select(AssociationFace)
        .where(AssociationFace.association_id == association_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
