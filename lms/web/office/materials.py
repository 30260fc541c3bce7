"""Papers that somebody brings to the counter: a teller scans them into the dossier."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Refused
from lms.policy.flow import MaterialKind, Party
from lms.registration.queries import desk as desks
from lms.registration.queries import dossier
from lms.registration.queries.desk import Opened
from lms.registration.rules.dossier import Row, closed_to
from lms.registration.services import dossier as services
from lms.web import desk, dossier_upload, dossier_words
from lms.web.doors import staff
from lms.web.dossier_upload import MaterialForm, form_for
from lms.web.limits import limiter
from lms.web.messages import words
from lms.web.office.blueprint import bp, here


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the checklist, and the form to scan it in."""

    row: Row
    form: MaterialForm


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "office.scan_in" and values:
        dossier_upload.make_room(values.get("kind"))


@bp.get("/counter/applications/<uuid:application_id>/materials")
@staff("teller")
def scans(application_id: UUID) -> ResponseReturnValue:
    """Show what may be scanned in at the counter."""
    return _page(_open(application_id))


def _open(application_id: UUID) -> Opened:
    """Give an application on this desk whose dossier is open to the counter.

    Raises: NotFound; Refused.
    """
    place = here()
    opened = desks.opened(desk.reading(), place, application_id)
    card = opened.card
    if card.closed_at is not None:
        raise Refused("application.ended")
    if card.person_id == desk.me():
        raise Refused("desk.own")
    if not place.does(card, opened.uscc):
        raise Refused("desk.not_here")
    shut = closed_to(Party.TELLER, card.step, card.status)
    if shut is not None:
        raise Refused(shut)
    return opened


def _page(
    opened: Opened,
    failed: MaterialKind | None = None,
    form: MaterialForm | None = None,
) -> str:
    card = opened.card
    found = dossier.dossier(desk.reading(), card, desk.today())
    items = []
    for row in found.rows:
        held = found.current.get(row.material.kind)
        own = form if row.material.kind is failed else None
        known = held.given if held else None
        own = own or form_for(row.material, card.flow, known)
        own.files.flags.required = True
        items.append(Item(row, own))
    return render_template(
        "office/counter_materials.html",
        opened=opened,
        dossier=found,
        items=items,
        said=dossier_words,
    )


@bp.post("/counter/applications/<uuid:application_id>/materials/<kind>")
@staff("teller")
@limiter.limit("240/hour")
def scan_in(application_id: UUID, kind: str) -> ResponseReturnValue:
    """Take a paper in at the counter, in its owner's presence."""
    opened = _open(application_id)
    card = opened.card
    material = dossier_upload.material_of(card, kind)
    form = form_for(material, card.flow, sent=True)
    if not form.validate():
        return _page(opened, material.kind, form), 422
    # What the person handed in is never opened by handing it in again: files only.
    try:
        ready = dossier_upload.opened(card, material.kind, form, None)
    except Refused as refused:
        form.files.errors = [words(refused.code, refused.facts)]
        return _page(opened, material.kind, form), 422
    with desk.begin() as work:
        services.hand_in(work, card.id, ready, Party.TELLER)
    flash(_("已收入材料，记为窗口代交。"), "ok")
    return redirect(url_for("office.scans", application_id=card.id, _anchor=kind), 303)
