"""Change how an association's certificates look: try out, publish, go back."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.catalogue import queries as catalogue
from lms.credentials import queries
from lms.credentials.models import CertificateDesign, DesignDraft
from lms.credentials.ports import DesignPress
from lms.credentials.rules.designs import Design, faulty, problems
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import HOUSE, Work


def check(design: Design) -> None:
    """Let only a sound design through.

    Raises: Refused, with every reason.
    """
    wrong = problems(design)
    if wrong:
        raise Refused(wrong[0], reasons=wrong, words=faulty(design, wrong[0]))


def save_draft(
    work: Work, association_id: AssociationId, design: Design, revision: int
) -> int:
    """Keep a design to look at; the logo stays as it was. Give the new revision.

    Raises: Refused for what cannot be published; Conflict when somebody saved since.
    """
    check(design)
    row = _draft(work, association_id)
    if row is None:
        held = queries.current_design(work.session, association_id)
        row = _new_draft(work, association_id, replace(design, logo=held.logo))
    _seen(row, revision)
    row.data = design.stored()
    return _touched(work, row)


def set_logo(work: Work, association_id: AssociationId, logo: bytes | None) -> int:
    """Give the draft a logo that was redrawn here, or take it away."""
    row = _draft(work, association_id)
    if row is None:
        held = queries.current_design(work.session, association_id)
        row = _new_draft(work, association_id, held)
    check(replace(Design.restored(row.data), logo=logo or b""))
    row.logo = logo
    return _touched(work, row)


def take_up(work: Work, association_id: AssociationId, version: int) -> int:
    """Make a design of before the draft; publishing it makes it hold again.

    Raises: NotFound.
    """
    found = queries.design(work.session, association_id, version)
    row = _draft(work, association_id) or _new_draft(work, association_id, found)
    row.data, row.logo = found.stored(), found.logo or None
    return _touched(work, row)


def drop_draft(work: Work, association_id: AssociationId) -> None:
    """Forget what was tried out; nothing changes when there is nothing."""
    row = _draft(work, association_id)
    if row is not None:
        work.session.delete(row)
        work.session.flush()


def publish(
    work: Work, association_id: AssociationId, revision: int, press: DesignPress
) -> int:
    """Let the draft hold for all certificates from now on; give its version.

    What was issued before keeps its design.

    Raises: NotFound without a draft; Conflict when somebody saved since; Forbidden for
    who edited it, where the association wants two persons; Refused for a sign that no
    font draws.
    """
    row = _draft(work, association_id)
    if row is None:
        raise NotFound("design.no_draft")
    _seen(row, revision)
    association = catalogue.association(work.session, association_id)
    _second_person(work, row, two=association.two_person)
    design = Design.restored(row.data, logo=row.logo or b"")
    check(design)
    lacking = press.lacking(design, association.name)
    if lacking:
        raise Refused("design.no_glyph", words=tuple(lacking))
    version = _append(work, row)
    work.session.delete(row)
    _flush(work)
    evidence.note(
        work, f"association:{association_id}", "design.published", version=version
    )
    return version


def _append(work: Work, row: DesignDraft) -> int:
    newest = work.session.scalar(
        select(func.max(CertificateDesign.version)).where(
            CertificateDesign.association_id == row.association_id
        )
    )
    version = (newest or 0) + 1
    work.session.add(
        CertificateDesign(
            association_id=row.association_id,
            version=version,
            data=row.data,
            logo=row.logo,
            edited_by=row.edited_by,
            published_by=work.actor.account_id,
            published_at=work.now,
        )
    )
    return version


def _second_person(work: Work, row: DesignDraft, *, two: bool) -> None:
    """Hold the second person apart from the first; the house itself needs none."""
    if two and work.actor != HOUSE and row.edited_by == work.actor.account_id:
        raise Forbidden("design.second_person")


def _draft(work: Work, association_id: AssociationId) -> DesignDraft | None:
    return work.session.scalar(
        select(DesignDraft)
        .where(DesignDraft.association_id == association_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _new_draft(
    work: Work, association_id: AssociationId, design: Design
) -> DesignDraft:
    row = DesignDraft(
        association_id=association_id,
        data=design.stored(),
        logo=design.logo or None,
        revision=0,
        edited_by=None,
        edited_at=work.now,
    )
    work.session.add(row)
    return row


def _seen(row: DesignDraft, revision: int) -> None:
    if row.revision != revision:
        raise Conflict("design.changed")


def _touched(work: Work, row: DesignDraft) -> int:
    row.revision += 1
    row.edited_by, row.edited_at = work.actor.account_id, work.now
    _flush(work)
    return row.revision


def _flush(work: Work) -> None:
    try:
        work.session.flush()
    except IntegrityError as error:
        raise Conflict("design.changed") from error
