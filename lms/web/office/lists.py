"""公示公告: what waits to be published, what was, and the answers to objections."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.credentials.ports import RegistrationPrinter
from lms.kernel.errors import Refused
from lms.policy.flow import StepName
from lms.registration.queries import desk as desks
from lms.registration.queries import letters
from lms.registration.services import notices as services
from lms.registration.services.notices import Chosen
from lms.web import application_words as said
from lms.web import desk, office_words
from lms.web.doors import staff
from lms.web.messages import words
from lms.web.office.application import page
from lms.web.office.blueprint import bp, here
from lms.web.office.forms import PublishForm, SettleForm

_WAITING = {StepName.NOTICE, StepName.ANNOUNCE}


@bp.get("/notices")
@staff("teller", "approver")
def notices() -> ResponseReturnValue:
    """Show what waits to be published, and what was."""
    return _page(PublishForm.blank())


@bp.post("/notices")
@staff("approver")
def publish() -> ResponseReturnValue:
    """Publish a list of the applications that were ticked, all of them or none."""
    form = PublishForm.sent()
    chosen = _chosen(request.form.getlist("chosen"))
    if not form.validate():
        return _page(form), 422
    try:
        card = desk.carried(
            lambda work: services.publish(
                work,
                here(),
                form.title.data or "",
                chosen,
                printer=desk.port(RegistrationPrinter),
            )
        )
    except Refused as no:
        form.title.errors = [words(no.code, no.facts)]
        return _page(form), 422
    flash(_("已发布：%(number)s", number=card.number), "ok")
    return redirect(url_for("lists.show", notice_id=card.id), 303)


def _chosen(sent: list[str]) -> tuple[Chosen, ...]:
    """Read which applications were ticked, and as which version they were seen."""
    found = []
    for one in sent:
        name, _colon, seen = one.partition(":")
        try:
            found.append(Chosen(UUID(name), int(seen)))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


@bp.post("/objections/<uuid:objection_id>")
@staff("approver")
def answer(objection_id: UUID) -> ResponseReturnValue:
    """Answer an objection."""
    form, place = SettleForm.sent(), here()
    with desk.begin() as work:
        application_id = services.objected(work, place, objection_id)
    if not form.validate():
        told = next(iter(form.errors.values()))[0]
        return page(place, application_id, failed=str(told)), 422
    with desk.begin() as work:
        services.answer(
            work,
            place,
            objection_id,
            form.comment.data or "",
            upheld=form.upheld.data == "yes",
        )
    flash(_("已答复这条异议。"), "ok")
    return redirect(
        url_for("office.show", application_id=application_id, _anchor="objections"), 303
    )


@bp.post("/objections/<uuid:objection_id>/reveal")
@staff("approver")
def reveal(objection_id: UUID) -> ResponseReturnValue:
    """Show who made an objection; the look is noted."""
    with desk.begin() as work:
        application_id = services.objected(work, here(), objection_id)
        told = services.who_objected(work, here(), objection_id)
    return render_template(
        "office/objector.html", told=told, application_id=application_id
    )


def _page(form: PublishForm) -> str:
    session, place = desk.reading(), here()
    waiting = []
    for line in desks.queue(session, place):
        if line.card.step.name not in _WAITING:
            continue
        published = letters.publicity_of(session, line.card.id)
        waiting.append((line, published))
    return render_template(
        "office/notices.html",
        place=place,
        form=form,
        waiting=waiting,
        notices=letters.notices(session, place.provinces),
        kinds=office_words.NOTICES,
        said=said,
    )
