"""我的证书: what I hold, what is still missing, and the way to share it."""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.credentials import queries, services
from lms.credentials.ports import Printer
from lms.kernel.errors import NotFound, Refused
from lms.policy.model import Specialty
from lms.reports import centre, gaps, learning
from lms.web import desk
from lms.web.doors import learner
from lms.web.records.qr import qr_path

bp = Blueprint("certificates", __name__, url_prefix="/certificates")


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """Show the certificates held, and for each specialty what the next one needs."""
    session, me, today = desk.reading(), desk.me(), desk.today()
    drawn = learning.rings(session, me, on=today)
    return render_template(
        "records/certificates.html",
        ends=centre.ends(session, me, drawn, on=today),
        onward=gaps.onward(session, me),
        held=queries.held(session, me, today),
        standings=queries.standings(session, me, today),
        licence=next(iter(queries.registration_versions(session, me)), None),
        asked=[c for c in queries.use_copies(session, me) if c.state == "asked"],
        today=today,
    )


@bp.post("")
@learner
def claim() -> ResponseReturnValue:
    """Ask the rule for a certificate; a name without a glyph waits for a hand."""
    specialty = _specialty(request.form.get("specialty", ""))
    try:
        with desk.begin() as work:
            certificate_id = services.issue(
                work,
                desk.me(),
                specialty,
                printer=desk.port(Printer),
            )
    except Refused as refused:
        if refused.code != "certificate.needs_hand":
            raise
        with desk.begin() as work:
            characters = str(refused.facts["characters"])
            services.wait_for_hand(work, desk.me(), specialty, characters)
        flash(_("您的姓名中有字库没有的字，已转协会人工制证，完成后会通知您。"), "info")
        return redirect(url_for("certificates.index"), 303)
    flash(_("合格证已签发。"), "ok")
    return redirect(url_for("certificates.show", certificate_id=certificate_id), 303)


@bp.get("/<uuid:certificate_id>")
@learner
def show(certificate_id: UUID) -> ResponseReturnValue:
    """Show one certificate: its facts, its QR code, its link."""
    card = queries.owned(desk.reading(), desk.me(), certificate_id, desk.today())
    link = f"{desk.settings().base_url}/v/{card.facts.token}"
    return render_template(
        "records/certificate.html", card=card, link=link, code=qr_path(link)
    )


@bp.get("/<uuid:certificate_id>/file")
@learner
def download(certificate_id: UUID) -> ResponseReturnValue:
    """Give the holder the file that was issued, byte for byte."""
    session = desk.reading()
    card = queries.owned(session, desk.me(), certificate_id, desk.today())
    response = Response(
        queries.open_file(session, card.id), content_type="application/pdf"
    )
    response.headers["Cache-Control"] = "no-store"
    way = "attachment" if "save" in request.args else "inline"
    response.headers["Content-Disposition"] = (
        f'{way}; filename="{card.facts.number}.pdf"'
    )
    return response


def _specialty(code: str) -> Specialty:
    try:
        return Specialty(code)
    except ValueError as error:
        raise NotFound("registration.unknown") from error
