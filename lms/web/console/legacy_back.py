"""撤回导入: what taking a file back would touch, and two managers who decide."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from lms.accounts.queries import staffing
from lms.approvals.queries import ApprovalCard
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId
from lms.kernel.pii import mask_name
from lms.kernel.work import Work
from lms.legacy import queries
from lms.legacy.queries import withdrawing
from lms.legacy.rules.standing import ImportState
from lms.legacy.services import withdrawing as services
from lms.people import queries as people
from lms.registration.services.losses import flag_losses
from lms.web import desk, legacy_words
from lms.web.doors import staff
from lms.web.forms import PageForm
from lms.web.messages import words

bp = Blueprint(
    "console_legacy_back",
    __name__,
    url_prefix="/console/legacy/<uuid:old_file_id>/withdrawal",
)
_OPEN = {ImportState.DONE, ImportState.LEAVING}


class ReasonForm(PageForm):
    """Why a file is to be taken back."""

    reason = TextAreaField(
        _l("撤回原因"),
        validators=[
            InputRequired(_l("请写明原因。")),
            Length(*services.REASON, message=_l("请写 6 至 400 个字。")),
        ],
        description=_l(
            "写明哪里错了、以后怎么办，例如“移交的是旧名册，改正后重新导入”。"
        ),
        render_kw={"rows": 3, "maxlength": services.REASON[1]},
    )


@bp.get("")
@staff("manager")
def show(old_file_id: UUID) -> ResponseReturnValue:
    """Show what would go, who has it, and what stands against it."""
    card = queries.one_import(desk.reading(), desk.association(), old_file_id)
    if card.state not in _OPEN:
        place = url_for("console_legacy.show", old_file_id=old_file_id)
        return redirect(place, 303)
    return _page(old_file_id, ReasonForm.blank())


def _page(import_id: UUID, form: ReasonForm, *, fault: str = "") -> str:
    session, house = desk.reading(), desk.association()
    card = queries.one_import(session, house, import_id)
    asked = card.withdrawal
    found = withdrawing.uses(session, house, import_id, desk.today())
    some = found.corrected[:20]
    return render_template(
        "console/legacy_back.html",
        card=card,
        uses=found,
        corrected=[(one, people.name(session, one)) for one in some],
        form=form,
        fault=fault,
        asked=asked if card.state is ImportState.LEAVING else None,
        by=_proposer(asked),
        mine=asked is not None and asked.asked_person_id == desk.me(),
        mask=mask_name,
        said=legacy_words,
    )


def _proposer(asked: ApprovalCard | None) -> str:
    """Name who proposed it; both managers know each other."""
    if asked is None or asked.asked_person_id is None:
        return ""
    who = asked.asked_person_id
    return staffing.persons_named(desk.reading(), [who]).get(who, "")


@bp.post("")
@staff("manager")
def ask(old_file_id: UUID) -> ResponseReturnValue:
    """Propose to another manager that a file is taken back."""
    queries.import_row(desk.reading(), desk.association(), old_file_id)
    form = ReasonForm.sent()
    if not form.validate():
        return _page(old_file_id, form), 422
    reason = form.reason.data or ""
    fault = _done(lambda w, house: services.ask(w, house, old_file_id, reason))
    if fault:
        return _page(old_file_id, form, fault=fault), 422
    flash(_("已提出，等另一位负责人决定。在那之前什么都没有变。"), "ok")
    return redirect(url_for("console_legacy.show", old_file_id=old_file_id), 303)


@bp.post("/decide")
@staff("manager")
def decide(old_file_id: UUID) -> ResponseReturnValue:
    """Say yes or no to a colleague's proposal; a yes takes every row back."""
    yes = request.form.get("answer") == "yes"
    comment = request.form.get("comment", "")[:400]
    fault = _done(
        lambda w, house: services.decide(
            w,
            house,
            old_file_id,
            approved=yes,
            comment=comment,
            losses=flag_losses,
        )
    )
    if fault:
        return _page(old_file_id, ReasonForm.blank(), fault=fault), 422
    told = (
        _("已撤回，这次导入的内容都不再算数。")
        if yes
        else _("没有同意，导入的内容不变。")
    )
    flash(told, "ok")
    return redirect(url_for("console_legacy.show", old_file_id=old_file_id), 303)


@bp.post("/recall")
@staff("manager")
def recall(old_file_id: UUID) -> ResponseReturnValue:
    """Take one's own proposal back: the file stays."""
    fault = _done(lambda w, house: services.recall(w, house, old_file_id))
    if fault:
        return _page(old_file_id, ReasonForm.blank(), fault=fault), 422
    flash(_("已收回提议，导入的内容不变。"), "info")
    return redirect(url_for("console_legacy.show", old_file_id=old_file_id), 303)


def _done(deed: Callable[[Work, AssociationId], object]) -> str:
    """Do it, or give why not in words."""
    try:
        with desk.begin() as work:
            deed(work, desk.association())
    except Refused as refused:
        return words(refused.code, refused.facts)
    return ""
