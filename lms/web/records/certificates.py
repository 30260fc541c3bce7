"""我的证书: what I hold, what is still missing, and the way to share it."""

from uuid import UUID

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.approvals.rules import ApprovalState
from lms.claims import queries as claims
from lms.claims.queries import ClaimCard
from lms.claims.rules import ClaimKind
from lms.credentials import queries, services
from lms.credentials.ports import Printer
from lms.credentials.rules import HoldingKind, Verdict
from lms.credentials.services.ahead import WAITS_FOR
from lms.kernel.errors import NotFound, Refused, Unavailable
from lms.policy.model import Specialty
from lms.reports import centre, gaps, learning
from lms.web import certificate_files, desk
from lms.web import claim_words as said
from lms.web.doors import learner
from lms.web.records.qr import printed_words, qr_path

bp = Blueprint("certificates", __name__, url_prefix="/certificates")


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """Show the certificates held, and for each specialty what the next one needs."""
    session, me, today = desk.reading(), desk.me(), desk.today()
    drawn = learning.rings(session, me, on=today)
    every = queries.holdings(session, me, today)
    return render_template(
        "records/certificates.html",
        ends=centre.ends(session, me, drawn, on=today),
        onward=gaps.onward(session, me),
        now_good=[one for one in every if one.verdict is Verdict.VALID],
        past=[one for one in every if one.verdict is not Verdict.VALID],
        standings=queries.standings(session, me, today),
        sealing=queries.waiting_for_seal(session, me),
        asked=[c for c in queries.use_copies(session, me) if c.state == "asked"],
        today=today,
    )


@bp.post("")
@learner
def claim() -> ResponseReturnValue:
    """Ask the rule for a certificate; a name without a glyph waits for a hand."""
    specialty = _specialty(request.form.get("specialty", ""))
    printer = desk.port(Printer)
    try:
        certificate_id = desk.carried(
            lambda work: services.issue(work, desk.me(), specialty, printer=printer)
        )
    except Unavailable as away:
        return _later(specialty, away)
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


def _later(specialty: Specialty, away: Unavailable) -> ResponseReturnValue:
    """Let a certificate wait for a signing service that does not answer."""
    if away.code not in WAITS_FOR:
        raise away
    with desk.begin() as work:
        services.wait_for_sealing(work, desk.me(), specialty)
    flash(_("签章服务暂时没有应答。已为您排队，恢复后自动签发并通知您。"), "info")
    return redirect(url_for("certificates.index"), 303)


@bp.get("/<uuid:certificate_id>")
@learner
def show(certificate_id: UUID) -> ResponseReturnValue:
    """Show one certificate: its facts, its forms, its QR code, what became of it."""
    session, me, today = desk.reading(), desk.me(), desk.today()
    card = queries.owned(session, me, certificate_id, today)
    link = f"{desk.settings().base_url}/v/{card.facts.token}"
    held = queries.holding(session, me, certificate_id, today)
    next_one = card.successor
    return render_template(
        "records/certificate.html",
        card=card,
        link=link,
        code=qr_path(link + printed_words(held)),
        files=queries.files(session, card.id),
        forms=certificate_files.FORMS,
        successor=queries.owned(session, me, next_one, today) if next_one else None,
        said=said,
        **_doubts(card),
    )


def _doubts(card: queries.CertificateCard) -> dict[str, ClaimCard | None]:
    """Find the question that ended a certificate, and one that may."""
    found = [
        one
        for one in claims.claims_of(desk.reading(), desk.me())
        if one.kind is ClaimKind.REVOCATION and one.certificate_id == card.id
    ]
    ended = (one for one in found if one.approval.state is ApprovalState.APPROVED)
    asked = (one for one in found if one.approval.state is ApprovalState.OPEN)
    return {"revocation": next(ended, None), "doubt": next(asked, None)}


@bp.get("/<uuid:certificate_id>/file")
@learner
def download(certificate_id: UUID) -> ResponseReturnValue:
    """Give the holder one form of what was issued, byte for byte."""
    session = desk.reading()
    held = queries.holding(session, desk.me(), certificate_id, desk.today())
    if held.kind is not HoldingKind.COMPLETION:
        raise NotFound("certificate.unknown")
    kind = certificate_files.kind_of(request.args.get("kind", ""))
    body = queries.open_form(session, held, kind)
    return certificate_files.sent(body, held, kind, save="save" in request.args)


def _specialty(code: str) -> Specialty:
    try:
        return Specialty(code)
    except ValueError as error:
        raise NotFound("registration.unknown") from error
