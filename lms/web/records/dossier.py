"""申请材料: the checklist, pictures and films, merging, and the official forms."""

from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import NotFound, Refused
from lms.people import queries as people
from lms.people.ports import PhotoStudio
from lms.people.rules import PaperKind
from lms.policy.flow import MaterialKind, Party
from lms.registration.ports.dossier import Binder, FormPress
from lms.registration.queries import applications, dossier_forms
from lms.registration.queries import dossier as queries
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.dossier import DossierCard
from lms.registration.rules.dossier import FILMS, PICTURES, Given, Row, closed_to
from lms.registration.rules.dossier_forms import Form, sheet
from lms.registration.services import dossier as services
from lms.registration.services import dossier_making as making
from lms.registration.services.dossier import Ready
from lms.web import desk, dossier_upload
from lms.web import dossier_words as said
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner
from lms.web.dossier_upload import MaterialForm, form_for
from lms.web.errors import wants_json
from lms.web.limits import limiter
from lms.web.messages import words
from lms.web.records import application_view as view

bp = Blueprint("dossier", __name__, url_prefix="/me/applications/<uuid:application_id>")

_FROM_PROFILE = {
    MaterialKind.PHOTO: PaperKind.PHOTO,
    MaterialKind.SIGNATURE: PaperKind.SIGNATURE,
}
_HELPED = {*_FROM_PROFILE, MaterialKind.FORM, MaterialKind.BUNDLE}
"""What the house can make by itself, beside an upload."""


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "dossier.hand_in" and values:
        dossier_upload.make_room(values.get("kind"))


@dataclass(frozen=True, slots=True)
class Item:
    """One card of the checklist: its row, its form, and what may be done."""

    row: Row
    form: MaterialForm
    open: bool
    stored: bool


def _mine(application_id: UUID) -> ApplicationCard:
    return applications.of_person(desk.reading(), desk.me(), application_id)


@bp.get("/materials")
@learner
def index(application_id: UUID) -> ResponseReturnValue:
    """Show what is asked for, what is there, and what is wrong with it."""
    return _page(_mine(application_id))


def _page(
    card: ApplicationCard,
    failed: MaterialKind | None = None,
    form: MaterialForm | None = None,
) -> str:
    session = desk.reading()
    found = queries.dossier(session, card, desk.today())
    may = closed_to(Party.PERSON, card.step, card.status) is None
    held = people.profile(session, card.person_id)
    return render_template(
        "records/dossier.html",
        card=card,
        dossier=found,
        mine=found.of(Party.PERSON),
        items=_items(card, found, failed, form),
        may=may,
        told=view.supplement(card, applications.history(session, card.id)),
        answer_by=view.answer_by(session, card),
        merged=found.current.get(MaterialKind.BUNDLE),
        forms=dossier_forms.forms_of(card),
        has_signature=held.signature is not None,
        own=_own(held),
        said=said,
        films=FILMS,
        pictures=PICTURES,
    )


def _own(held: people.ProfileCard) -> frozenset[MaterialKind]:
    """Name what the profile holds that a dossier may ask for."""
    there = {
        MaterialKind.PHOTO: held.photo is not None,
        MaterialKind.SIGNATURE: held.signature is not None,
    }
    return frozenset(kind for kind, held_there in there.items() if held_there)


def _items(
    card: ApplicationCard,
    found: DossierCard,
    failed: MaterialKind | None,
    form: MaterialForm | None,
) -> list[Item]:
    """Make a card of each row that is the person's; the first undone one is open."""
    items, first = [], failed
    for row in found.rows:
        kind = row.material.kind
        if first is None and not row.done:
            first = kind
        held = found.current.get(kind)
        known = held.given if held else None
        own = form if form is not None and kind is failed else None
        items.append(
            Item(
                row,
                own or form_for(row.material, card.flow, known),
                kind is first,
                kind in _HELPED,
            )
        )
    return items


@bp.post("/materials/<kind>")
@learner
@limiter.limit("120/hour", key_func=by_account)
def hand_in(application_id: UUID, kind: str) -> ResponseReturnValue:
    """Take a material in."""
    card = _mine(application_id)
    material = dossier_upload.material_of(card, kind)
    _still_mine(card)
    form = form_for(material, card.flow, sent=True)
    if not form.validate():
        return _wrong(card, material.kind, form)
    found = queries.dossier(desk.reading(), card, desk.today())
    try:
        ready = dossier_upload.opened(
            card, material.kind, form, found.current.get(material.kind)
        )
    except Refused as refused:
        form.files.errors = [words(refused.code, refused.facts)]
        return _wrong(card, material.kind, form)
    return _put(card, ready)


def _still_mine(card: ApplicationCard) -> None:
    """Refuse before a long upload is looked through. Raises: Refused."""
    shut = closed_to(Party.PERSON, card.step, card.status)
    if shut is not None:
        raise Refused(shut)


def _wrong(
    card: ApplicationCard, kind: MaterialKind, form: MaterialForm
) -> ResponseReturnValue:
    if wants_json():
        told = [str(each) for errors in form.errors.values() for each in errors]
        return jsonify(code="dossier.wrong", detail=" ".join(told)), 422
    return _page(card, kind, form), 422


def _put(card: ApplicationCard, ready: Ready) -> ResponseReturnValue:
    with desk.begin() as work:
        services.hand_in(work, card.id, ready, Party.PERSON)
    found = queries.dossier(desk.reading(), card, desk.today())
    row = found.row(ready.kind)
    if row is not None and row.faults:
        flash(_("已收到，但还有问题，请看下面的说明。"), "warn")
    else:
        left = found.of(Party.PERSON).left
        more = _("已收到。还有 %(n)s 项要办。", n=left)
        flash(more if left else _("已收到，材料齐了。"), "ok")
    place = url_for("dossier.index", application_id=card.id, _anchor=ready.kind.value)
    if wants_json():
        return jsonify(next=place)
    return redirect(place, 303)


@bp.post("/materials/<kind>/stored")
@learner
@limiter.limit("60/hour", key_func=by_account)
def use_stored(application_id: UUID, kind: str) -> ResponseReturnValue:
    """Hand in the photo or signature on file, or the form signed with it."""
    card = _mine(application_id)
    material = dossier_upload.material_of(card, kind)
    _still_mine(card)
    if material.kind is MaterialKind.FORM:
        return _put(card, _signed_form(card))
    shelf = _FROM_PROFILE.get(material.kind)
    if shelf is None:
        raise Refused("dossier.not_stored")
    try:
        body = people.picture(desk.reading(), card.person_id, shelf)
    except NotFound as missing:
        raise Refused("dossier.no_picture") from missing
    findings: tuple[str, ...] = ()
    if shelf is PaperKind.PHOTO:
        studio = desk.port(PhotoStudio)
        seen = studio.portrait(body, framed=True)
        findings = (*((seen.finding,) if seen.finding else ()), *seen.hints)
    return _put(card, making.from_file(material.kind, body, findings))


def _signed_form(card: ApplicationCard) -> Ready:
    form = dossier_forms.forms_of(card)[0]
    about = dossier_forms.particulars(desk.reading(), card, signed_at=desk.now())
    if about.signature is None:
        raise Refused("dossier.no_signature")
    body = desk.port(FormPress).print(sheet(form, about))
    made = making.printed(desk.port(Binder), str(said.FORMS[form]), body)
    return replace(made, given=Given(stored_signature=True))


@bp.post("/materials/<kind>/withdraw")
@learner
def withdraw(application_id: UUID, kind: str) -> ResponseReturnValue:
    """Take a material back."""
    card = _mine(application_id)
    material = dossier_upload.material_of(card, kind)
    with desk.begin() as work:
        services.withdraw(work, card.id, material.kind, Party.PERSON)
    flash(_("已撤回。"), "ok")
    return redirect(url_for("dossier.index", application_id=card.id, _anchor=kind), 303)


@bp.post("/merge")
@learner
@limiter.limit("30/hour", key_func=by_account)
def merge(application_id: UUID) -> ResponseReturnValue:
    """Bind what was handed in into one PDF that fits."""
    card = _mine(application_id)
    _still_mine(card)
    if not services.asked_for(card, MaterialKind.BUNDLE):
        raise Refused("dossier.not_asked")
    session = desk.reading()
    found = queries.dossier(session, card, desk.today())
    parts = [
        (str(one.id), one.media, queries.opened(session, card.person_id, one))
        for one in found.mergeable
    ]
    most = making.most_bytes(card.flow, MaterialKind.BUNDLE)
    return _put(card, making.merged(desk.port(Binder), parts, most))


@bp.get("/papers/<uuid:material_id>")
@learner
def paper(application_id: UUID, material_id: UUID) -> ResponseReturnValue:
    """Give the person their own paper, picture or film back."""
    card = _mine(application_id)
    session = desk.reading()
    cards = queries.history(session, card.id, card.person_id)
    found = queries.find(cards, material_id)
    return _shown(queries.opened(session, card.person_id, found), found.media)


@bp.get("/forms/<form_name>.pdf")
@learner
def form(application_id: UUID, form_name: str) -> ResponseReturnValue:
    """Show an official form, filled in, to be printed and signed by hand."""
    card = _mine(application_id)
    if form_name not in set(dossier_forms.forms_of(card)):
        raise NotFound("form.unknown")
    about = dossier_forms.particulars(desk.reading(), card)
    if about.signed:
        about = dossier_forms.particulars(desk.reading(), card, signed_at=desk.now())
    body = desk.port(FormPress).print(sheet(Form(form_name), about))
    return _shown(body, making.PDF)


def _shown(body: bytes, media: str) -> Response:
    """Answer with a file that is shown, in parts where a player asks for parts."""
    response = send_file(BytesIO(body), mimetype=media, conditional=True, etag=False)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = "inline"
    return response
