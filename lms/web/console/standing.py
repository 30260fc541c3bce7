"""A learner's account is shut and opened by a manager, from the learner's record."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import services
from lms.reports import people as reports
from lms.web import desk
from lms.web.console.people import record_page
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_standing", __name__, url_prefix="/console/people")

Deed = Callable[[Work, PersonId, str], None]


@bp.post("/<uuid:person_id>/suspend")
@staff("manager")
def suspend(person_id: UUID) -> ResponseReturnValue:
    """Shut a learner's account for a while."""
    return _do(person_id, services.suspend, _("账号已停用，学员已收到通知。"))


@bp.post("/<uuid:person_id>/reinstate")
@staff("manager")
def reinstate(person_id: UUID) -> ResponseReturnValue:
    """Open it again."""
    return _do(person_id, services.reinstate, _("账号已恢复，学员已收到通知。"))


def _do(person_id: UUID, deed: Deed, done: str) -> ResponseReturnValue:
    reports.belongs(desk.reading(), desk.association(), person_id)
    reason = request.form.get("reason", "")
    try:
        with desk.begin() as work:
            deed(work, PersonId(person_id), reason)
    except (Refused, Conflict) as no:
        code = "account.reason" if no.code == "reveal.no_reason" else no.code
        said = words(code, no.facts)
        return record_page(person_id, standing=(said, reason)), 422
    flash(done, "success")
    there = url_for("console_people.record", person_id=person_id, _anchor="standing")
    return redirect(there, 303)
