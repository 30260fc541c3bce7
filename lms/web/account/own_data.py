"""A copy of everything that the house holds about the visitor."""

import io
import zipfile

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.reports import erasure, subject
from lms.web import desk
from lms.web.account import entry
from lms.web.account.blueprint import bp
from lms.web.account.forms import ConfirmForm
from lms.web.doors import signed_in
from lms.web.limits import limiter

_TRIES = "10/hour"


@bp.get("/security/data")
@signed_in
def own_data() -> ResponseReturnValue:
    """Say what is in the copy and how long things are kept."""
    return _page(ConfirmForm.blank()), 200


@bp.post("/security/data")
@signed_in
@limiter.limit(_TRIES)
def download_own_data() -> ResponseReturnValue:
    """Give the copy as a ZIP, after the password."""
    form = ConfirmForm.sent()
    if not form.validate():
        return _page(form), 422
    fault = entry.proof_fault(form.current.data or "")
    if fault:
        form.current.errors = [fault]
        return _page(form), 422
    files = subject.everything(
        desk.reading(), current_user.account_id, desk.me(), desk.today()
    )
    with desk.begin() as work:
        evidence.note(work, f"person:{desk.me()}", "person.data_given")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in files.items():
            made.writestr(name, body)
    answer = Response(out.getvalue(), content_type="application/zip")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="xueshi-{legal_day(desk.now()):%Y%m%d}.zip"'
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(form: ConfirmForm) -> str:
    return render_template(
        "account/own_data.html",
        form=form,
        retained=erasure.kept(desk.reading(), desk.me()),
    )
