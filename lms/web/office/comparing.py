"""A registration that nobody but its holder has stated is compared with a source."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Conflict, NotFound, Refused
from lms.registration.queries import applications, provenance
from lms.registration.queries import desk as desks
from lms.registration.queries.applications import ApplicationCard
from lms.registration.services.comparing import compare_present, compare_registration
from lms.registration.services.counter import serves_here
from lms.web import desk
from lms.web.doors import staff
from lms.web.messages import words
from lms.web.office.application import page, stopped
from lms.web.office.blueprint import bp, here, why
from lms.web.office.counter import person_page, seen_here
from lms.web.office.forms import CompareForm, compare_form


def _sent(card: ApplicationCard) -> CompareForm:
    known = provenance.provenance(desk.reading(), card.person_id)
    return compare_form(known, sent=True)


def _fault(form: CompareForm) -> str:
    told = [one for field in form for one in field.errors]
    return str(next(iter(told), words("http.400", {})))


@bp.post("/applications/<uuid:application_id>/registration")
@staff("teller", "approver")
def compare(application_id: UUID) -> ResponseReturnValue:
    """Note what a registration was compared with."""
    place = here()
    form = _sent(desks.opened(desk.reading(), place, application_id).card)
    if not form.validate():
        return page(place, application_id, failed=_fault(form)), 422
    try:
        with desk.begin() as work:
            compare_registration(work, place, application_id, form.compared)
    except (Refused, Conflict) as no:
        return stopped(place, application_id, no)
    flash(_("已记录注册信息核对结果。"), "ok")
    return redirect(url_for("office.show", application_id=application_id), 303)


@bp.post("/counter/applications/<uuid:application_id>/registration")
@staff("teller")
def counter_compare(application_id: UUID) -> ResponseReturnValue:
    """Note the same for who is at the counter with a draft, which then goes on."""
    place = here()
    card = applications.application(desk.reading(), application_id)
    try:
        seen_here(place, card.person_id)
    except Refused as no:
        if serves_here(desk.reading(), place, card):
            raise
        # What somebody began elsewhere who is not here is nobody's business here.
        raise NotFound("application.unknown") from no
    form = _sent(card)
    if not form.validate():
        return person_page(card.person_id, _fault(form), form), 422
    try:
        with desk.begin() as work:
            compare_present(work, place, application_id, form.compared)
    except (Refused, Conflict) as no:
        desk.reading().expire_all()
        return person_page(card.person_id, why(no), form), 422
    flash(
        _("已核对并记录。请本人（由单位发起的，请单位）回到申请页提交，不用撤回。"),
        "ok",
    )
    return redirect(url_for("office.counter"), 303)
