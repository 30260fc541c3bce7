"""The papers that a company hands in, or reads, with an application."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import NotFound, Refused
from lms.policy.flow import MaterialKind, Party
from lms.registration.queries import dossier
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.dossier import DossierCard, MaterialCard
from lms.registration.rules.dossier import Row, closed_to
from lms.registration.services import dossier as services
from lms.web import desk, dossier_upload, dossier_words
from lms.web.doors import staff
from lms.web.dossier_upload import MaterialForm, form_for
from lms.web.employer.applications import seen_card
from lms.web.employer.parts import bp
from lms.web.limits import limiter
from lms.web.messages import words

OPEN = frozenset(
    {
        MaterialKind.PERFORMANCE,
        MaterialKind.LICENCE,
        MaterialKind.UNIT_QUALIFICATION,
        MaterialKind.REPRESENTATIVE_VIDEO,
    }
)
"""What a company may open of its own and its people's; of the rest, that it is there.

Forms, contracts, certificates, insurance and the merged file bear an ID number or a
telephone, which no mask takes off a scan: of those a company opens what it handed in.
"""

WHY = "聘用企业核对申报材料"


@dataclass(frozen=True, slots=True)
class Item:
    """One material: its row, what is there, and a form where the company hands in."""

    row: Row
    held: MaterialCard | None
    readable: bool
    form: MaterialForm | None


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "employer.hand_in" and values:
        dossier_upload.make_room(values.get("kind"))


@bp.get("/applications/<uuid:application_id>/materials")
@staff("employer")
def materials(application_id: UUID) -> ResponseReturnValue:
    """Show the checklist, and take in what the company owes."""
    return _page(seen_card(application_id))


def _page(
    card: ApplicationCard,
    failed: MaterialKind | None = None,
    form: MaterialForm | None = None,
) -> str:
    found = dossier.dossier(desk.reading(), card, desk.today())
    may = closed_to(Party.EMPLOYER, card.step, card.status) is None
    items = []
    for row in found.rows:
        kind = row.material.kind
        held = found.current.get(kind)
        own = None
        if may and _ours(card, row):
            given = held.given if held else None
            sent = form if kind is failed else None
            own = sent or form_for(row.material, card.flow, given)
        readable = held is not None and held.kept and _may_open(found, held)
        items.append(Item(row, held, readable, own))
    return render_template(
        "employer/materials.html",
        card=card,
        items=items,
        said=dossier_words,
    )


def _may_open(found: DossierCard, held: MaterialCard) -> bool:
    """Tell whether the company may open a paper: by its kind, or as its own.

    What it handed in again, without a file, is still the person's.
    """
    if held.kind in OPEN:
        return True
    same = (one for one in found.versions(held.kind) if one.sha256 == held.sha256)
    return all(one.party is Party.EMPLOYER for one in same)


def _ours(card: ApplicationCard, row: Row) -> bool:
    """Tell whether the company hands this in: its own papers, or all it files."""
    return row.material.by is Party.EMPLOYER or card.started_by is Party.EMPLOYER


@bp.post("/applications/<uuid:application_id>/materials/<kind>")
@staff("employer")
@limiter.limit("120/hour")
def hand_in(application_id: UUID, kind: str) -> ResponseReturnValue:
    """Take a material in."""
    card = seen_card(application_id)
    material = dossier_upload.material_of(card, kind)
    found = dossier.dossier(desk.reading(), card, desk.today())
    row = found.row(material.kind)
    if row is None or not _ours(card, row):
        raise Refused("dossier.not_asked")
    shut = closed_to(Party.EMPLOYER, card.step, card.status)
    if shut is not None:
        raise Refused(shut)
    form = form_for(material, card.flow, sent=True)
    if not form.validate():
        return _page(card, material.kind, form), 422
    held = found.current.get(material.kind)
    try:
        ready = dossier_upload.opened(card, material.kind, form, held)
    except Refused as refused:
        form.files.errors = [words(refused.code, refused.facts)]
        return _page(card, material.kind, form), 422
    with desk.begin() as work:
        services.hand_in(work, card.id, ready, Party.EMPLOYER)
    flash(_("已收到。"), "ok")
    return redirect(
        url_for("employer.materials", application_id=card.id, _anchor=kind), 303
    )


@bp.post("/applications/<uuid:application_id>/papers/<uuid:material_id>")
@staff("employer")
def paper(application_id: UUID, material_id: UUID) -> ResponseReturnValue:
    """Open one paper of an application; its owner can read that it was."""
    card = seen_card(application_id)
    handed = dossier.dossier(desk.reading(), card, desk.today())
    shown = {one.id for one in handed.current.values() if _may_open(handed, one)}
    if material_id not in shown:
        raise NotFound("dossier.unknown")
    with desk.begin() as work:
        media, body = services.look(work, card, material_id, reason=WHY)
    response = Response(body, content_type=media)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = "inline"
    return response
