"""能否延续: the law's answer to what the records say of the signed-in person."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.errors import Refused
from lms.policy.certificates import Proof
from lms.policy.model import Specialty
from lms.registration.queries import eligibility, standings
from lms.registration.queries.proofs import bad_credit, proofs
from lms.registration.rules.standings import EndCause
from lms.registration.services import proving
from lms.reports import gaps
from lms.web import desk, judgement
from lms.web.doors import learner
from lms.web.limits import limiter

bp = Blueprint("renewal", __name__, url_prefix="/learn")

PROOFS: dict[Proof, tuple[LazyString, str]] = {
    Proof.VALID: (_l("与证书库一致"), "ok"),
    Proof.REVOKED: (_l("已撤销"), "bad"),
    Proof.MISMATCH: (_l("姓名或专业不一致，不能申请延续"), "bad"),
    Proof.UNVERIFIED: (_l("证书库中没有，核实前计 0 学时"), "warn"),
}

CAUSES: dict[EndCause, LazyString] = {
    EndCause.LAPSED: _l("届满失效"),
    EndCause.RENEWED: _l("已延续"),
    EndCause.CANCELLED: _l("已注销"),
    EndCause.REVOKED: _l("已撤销"),
}


@bp.get("/renewal")
@learner
def mine() -> ResponseReturnValue:
    """Show whether the registration may be renewed today, and what is missing."""
    today, session = desk.today(), desk.reading()
    asked = eligibility.renewal_requests(session, desk.me(), on=today)
    judged = [judgement.judge(each, today=today) for each in asked]
    return render_template(
        "records/renewal.html",
        judged=judged,
        dates=judgement.DATES,
        bands=judgement.BANDS,
        onward=gaps.onward(session, desk.me()),
        cause_words=CAUSES,
        ended=standings.ended(session, desk.me()),
        credit=bad_credit(session, desk.me()),
        offered=proofs(session, desk.me()),
        proof_words=PROOFS,
        specialties=list(Specialty),
        today=today,
    )


@bp.post("/renewal/proofs")
@limiter.limit("20/minute")
@learner
def offer() -> ResponseReturnValue:
    """Compare a certificate that the person names with the book."""
    with desk.begin() as work:
        try:
            specialty = Specialty(request.form.get("specialty", ""))
        except ValueError as wrong:
            raise Refused("proof.specialty") from wrong
        number = request.form.get("number", "")
        found = proving.offer(work, desk.me(), number, specialty)
    tone = "ok" if found is Proof.VALID else "info"
    flash(str(PROOFS[found][0]), tone)
    return redirect(url_for("renewal.mine", _anchor="proofs"), 303)


@bp.post("/renewal/proofs/<uuid:proof_id>/withdraw")
@learner
def withdraw(proof_id: UUID) -> ResponseReturnValue:
    """Take back a certificate that was named."""
    with desk.begin() as work:
        proving.withdraw(work, desk.me(), proof_id)
    flash(_("已撤回。"), "ok")
    return redirect(url_for("renewal.mine", _anchor="proofs"), 303)
