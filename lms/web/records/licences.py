"""注册证书: one's registration certificate, its use copies, the seal and the card."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.credentials import queries, services
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.rules import (
    HoldingKind,
    PracticeAct,
    PracticeItem,
    Verdict,
    acts_after,
)
from lms.evidence.ports import Sealer
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId, UseCopyId
from lms.kernel.work import Work
from lms.people import queries as people
from lms.web import certificate_files, desk
from lms.web.doors import learner
from lms.web.records.qr import printed_words, qr_path

bp = Blueprint("licences", __name__, url_prefix="/certificates/registration")


@bp.get("/<uuid:licence_id>")
@learner
def show(licence_id: UUID) -> ResponseReturnValue:
    """Show one registration certificate and what goes with it."""
    session, me, today = desk.reading(), desk.me(), desk.today()
    card = queries.owned_registration(session, me, licence_id)
    link = f"{desk.settings().base_url}/v/{card.facts.token}"
    held = queries.holding(session, me, licence_id, today)
    return render_template(
        "records/registration.html",
        one=card,
        worth=card.worth(today),
        link=link,
        code=qr_path(link + printed_words(held)),
        born_on=people.born_on(session, me),
        copies=queries.use_copies(session, me),
        files=queries.registration_files(session, card.id),
        forms=certificate_files.FORMS,
        history=queries.registration_history(session, card.id),
        versions=queries.registration_versions(session, me),
        practice=_practice(),
        today=today,
    )


def _practice() -> list[dict[str, Sequence[object]]]:
    """Gather for the seal and the card what happened and what may come next."""
    session, me = desk.reading(), desk.me()
    registered = queries.registered(session, me)
    made = []
    for item in PracticeItem:
        lines = queries.practice(session, me, item)
        nexts = acts_after(lines[0].act if lines else None)
        if registered is None:
            nexts = tuple(act for act in nexts if act is not PracticeAct.MADE)
        made.append({"item": item, "lines": lines, "nexts": nexts})
    return made


@bp.get("/<uuid:licence_id>/file")
@learner
def download(licence_id: UUID) -> ResponseReturnValue:
    """Give the holder one form of what was issued, byte for byte."""
    session = desk.reading()
    held = queries.holding(session, desk.me(), licence_id, desk.today())
    if held.kind is not HoldingKind.REGISTRATION:
        raise NotFound("certificate.unknown")
    kind = certificate_files.kind_of(request.args.get("kind", ""))
    body = queries.open_form(session, held, kind)
    return certificate_files.sent(body, held, kind, save="save" in request.args)


@bp.get("/<uuid:licence_id>/data")
@learner
def data(licence_id: UUID) -> ResponseReturnValue:
    """Give the certificate's data with the house's signature, for other offices."""
    card = queries.owned_registration(desk.reading(), desk.me(), licence_id)
    text = queries.signed_export(
        card,
        desk.port(Sealer),
    )
    response = Response(text, content_type="application/json; charset=utf-8")
    name = f"registration-{card.facts.number[1:]}.json"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/copies/<uuid:copy_id>")
@learner
def copy(copy_id: UUID) -> ResponseReturnValue:
    """Show what an employer asks for, so that its holder can say yes or no."""
    session, me, today = desk.reading(), desk.me(), desk.today()
    asked = queries.use_copy(session, me, copy_id)
    held = queries.registered(session, me)
    usable = held is not None and held.worth(today) is Verdict.VALID
    return render_template(
        "records/use_copy.html", asked=asked, held=held, usable=usable, today=today
    )


@bp.get("/copies/<uuid:copy_id>/file")
@learner
def copy_file(copy_id: UUID) -> ResponseReturnValue:
    """Give the holder the use copy that was made."""
    session = desk.reading()
    card = queries.use_copy(session, desk.me(), copy_id)
    opened = queries.open_registration_file(
        session, card.certificate_id, use_copy_id=card.id
    )
    return _file(opened, f"use-copy-{card.id.hex[:8]}.pdf")


@bp.post("/copies/<uuid:copy_id>/<deed>")
@learner
def answer(copy_id: UUID, deed: str) -> ResponseReturnValue:
    """Agree to a use copy, refuse it, or take it back."""
    me, place = desk.me(), UseCopyId(copy_id)
    if deed not in {"confirm", "refuse", "withdraw"}:
        abort(404)
    printer = desk.port(RegistrationPrinter)
    deeds: dict[str, Callable[[Work, PersonId, UseCopyId], None]] = {
        "confirm": partial(services.confirm_use_copy, printer=printer),
        "refuse": services.refuse_use_copy,
        "withdraw": services.withdraw_use_copy,
    }
    desk.carried(lambda work: deeds[deed](work, me, place))
    words = {
        "confirm": _("已同意，使用件已生成，企业可以下载。"),
        "refuse": _("已拒绝，企业得不到使用件。"),
        "withdraw": _("使用件已收回，对方再扫码会显示已作废。"),
    }
    flash(words[deed], "ok")
    return redirect(url_for("licences.copy", copy_id=copy_id), 303)


@bp.post("/practice")
@learner
def record() -> ResponseReturnValue:
    """Write down that one's seal or card was made, given back, voided or lost."""
    try:
        event = services.PracticeEvent(
            PracticeItem(request.form.get("item", "")),
            PracticeAct(request.form.get("act", "")),
            date.fromisoformat(request.form.get("on", "")),
            request.form.get("note", ""),
        )
    except ValueError as error:
        raise NotFound("practice.unknown") from error
    with desk.begin() as work:
        services.record_practice(work, desk.me(), event)
    flash(_("已记录。"), "ok")
    held = queries.registration_versions(desk.reading(), desk.me())
    if not held:
        return redirect(url_for("certificates.index"), 303)
    where = url_for("licences.show", licence_id=held[0].id, _anchor="practice")
    return redirect(where, 303)


def _file(body: bytes, name: str) -> Response:
    response = Response(body, content_type="application/pdf")
    response.headers["Cache-Control"] = "no-store"
    way = "attachment" if "save" in request.args else "inline"
    response.headers["Content-Disposition"] = f'{way}; filename="{name}"'
    return response
