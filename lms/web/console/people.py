"""The association's learners: masked lists, records, photos, corrections."""

import base64
from dataclasses import dataclass, field, replace
from typing import Any
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
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.accounts import queries as accounts
from lms.approvals.rules import ApprovalState
from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId
from lms.people import queries, services
from lms.people.rules import PaperKind, section_of
from lms.reports import certificates, duplicates, learning, looking
from lms.reports import people as reports
from lms.reports.pages import PAGE
from lms.reports.sought import Asked
from lms.web import desk
from lms.web.account.profile_forms import blame
from lms.web.account.profile_parts import TITLES
from lms.web.console import people_narrowing as narrowing
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.filters import listed, term
from lms.web.forms import PageForm, SelectChoice

bp = Blueprint("console_people", __name__, url_prefix="/console/people")


class SearchForm(PageForm):
    """Whom to find. Sent by POST: a number never stands in an address."""

    wanted = StringField(
        _l("姓名、身份证号码或注册编号"),
        validators=[Length(max=60)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class RevealForm(PageForm):
    """What to open, and why."""

    what = RadioField(
        _l("查看内容"),
        choices=[
            SelectChoice("id_number", _l("完整身份证号码")),
            SelectChoice("photo", _l("一寸照片")),
            SelectChoice("signature", _l("手写签名")),
        ],
        validators=[InputRequired(_l("请选择要查看的内容。"))],
    )
    reason = StringField(
        _l("查看理由"),
        validators=[
            InputRequired(_l("请写明查看理由。")),
            Length(min=4, max=200, message=_l("请写 4 至 200 个字。")),
        ],
        description=_l("学员本人能看到这条记录。"),
        render_kw={"autocomplete": "off", "maxlength": 200},
    )


class DecideForm(PageForm):
    """Yes or no, and why."""

    comment = TextAreaField(
        _l("给学员的答复"),
        validators=[Length(max=400)],
        description=_l("不同意时必填。"),
        render_kw={"rows": 3, "maxlength": 400},
    )


@dataclass(frozen=True, slots=True)
class Revealed:
    """What one look opened. PII: all of it."""

    what: str
    text: str = field(default="", repr=False)
    picture: str = field(default="", repr=False)


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the learners, masked."""
    choice = narrowing.choice()
    asked = narrowing.asked(request.args, choice)
    return _list(SearchForm.blank(), asked, choice, request.args.get("after", ""))


@bp.post("/search")
@staff("clerk", "manager")
def search() -> ResponseReturnValue:
    """Find learners among those that the filters leave; without a name, only filter."""
    form, choice = SearchForm.sent(), narrowing.choice()
    asked = narrowing.asked(request.form, choice)
    if not form.validate():
        return _list(form, asked, choice), 422
    words = (form.wanted.data or "").strip()
    if words:
        return _list(form, replace(asked, words=words), choice)
    if asked.course is None and request.form.get("taken"):
        flash(_("学到哪一步要和课程一起选：请先选课程。"), "warn")
    return redirect(url_for("console_people.index", **_address(asked)), 303)


def _address(asked: Asked) -> dict[str, Any]:
    """Give what an address says of a narrowing: what is not asked is not there."""
    return {name: value for name, value in narrowing.said(asked).items() if value}


def _list(
    form: SearchForm, asked: Asked, choice: narrowing.Choice, after: str = ""
) -> str:
    session, association_id = desk.reading(), desk.association()
    today = desk.today()
    page = reports.learners(session, association_id, asked, on=today, after=after)
    return render_template(
        "console/people.html",
        form=form,
        asked=asked,
        chosen=narrowing.said(asked),
        narrowed=_address(asked),
        chips=narrowing.chips(asked, choice),
        options=narrowing.options(choice),
        page=page,
        early=page.after is not None and len(page.rows) < PAGE,
        some=looking.SOME,
        waiting=len(queries.correction_queue(session, association_id))
        + len(reports.photos_to_review(session, association_id)),
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table, masked; the export goes on the record."""
    columns = (
        Column(_("姓名")), Column(_("身份证号"), width=22),
        Column(_("聘用企业"), width=28), Column(_("注册编号"), width=20),
        Column(_("注册专业"), width=24), Column(_("在学课程"), "count"),
        Column(_("已学完课程"), "count"), Column(_("最近学习"), "day"),
    )  # fmt: skip
    choice = narrowing.choice()
    asked = narrowing.asked(request.form, choice)
    rows = reports.every_learner(
        desk.reading(), desk.association(), asked, on=desk.today()
    )
    return exported(
        _("学员表"),
        columns,
        map(_cells, rows),
        "learners.exported",
        filters=narrowing.told(asked, choice),
    )


def _cells(row: reports.LearnerRow) -> tuple[Cell, ...]:
    return (
        row.name_masked,
        row.id_masked,
        row.employer,
        row.registration_no,
        listed(term(specialty) for specialty in row.specialties),
        row.enrolments,
        row.completed,
        legal_day(row.last_at) if row.last_at else None,
    )


@bp.get("/<uuid:person_id>")
@staff("clerk", "manager")
def record(person_id: UUID) -> ResponseReturnValue:
    """Show one learner's record, masked."""
    return record_page(person_id)


@bp.post("/<uuid:person_id>/reveal")
@staff("clerk", "manager")
def reveal(person_id: UUID) -> ResponseReturnValue:
    """Open one sealed value, with the reason on the record."""
    reports.belongs(desk.reading(), desk.association(), person_id)
    form = RevealForm.sent()
    if not form.validate():
        return record_page(person_id, form), 422
    person, what = PersonId(person_id), form.what.data
    reason = form.reason.data or ""
    with desk.begin() as work:
        if what == "id_number":
            number = services.reveal_id_number(work, person, reason)
            shown = Revealed(what, text=number)
        else:
            body = services.reveal_picture(work, person, PaperKind(what), reason)
            shown = Revealed(what, picture=_data(body))
    return record_page(person_id, shown=shown)


def _data(picture: bytes) -> str:
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def record_page(
    person_id: UUID,
    form: RevealForm | None = None,
    shown: Revealed | None = None,
    standing: tuple[str, str] = ("", ""),
) -> str:
    """Show a record; `standing` is why an account was not shut, and what was typed."""
    session, here, today = desk.reading(), desk.association(), desk.today()
    person = PersonId(person_id)
    record = reports.record(session, here, person_id)
    rings = learning.rings(session, person, on=today)
    return render_template(
        "console/people_record.html",
        record=record,
        rings=rings,
        loose=learning.loose_credit(session, person, rings),
        certificates=certificates.of_learner(session, here, person_id, today),
        looks=queries.looks(session, person),
        form=form or RevealForm.blank(),
        account=accounts.account_of(session, person),
        merged=duplicates.merged(session, person),
        back=_address(narrowing.asked(request.args, narrowing.choice())),
        standing=standing,
        shown=shown,
    )


@bp.post("/<uuid:person_id>/photo")
@staff("clerk", "manager")
def photo(person_id: UUID) -> ResponseReturnValue:
    """Say whether a photo that the check refused will do."""
    reports.belongs(desk.reading(), desk.association(), person_id)
    approved = request.form.get("answer") == "yes"
    with desk.begin() as work:
        services.decide_photo(work, PersonId(person_id), approved)
    flash(_("照片审核结果已保存。"), "success")
    return redirect(url_for("console_people.corrections"), 303)


@bp.post("/<uuid:person_id>/photo/look")
@staff("clerk", "manager")
def photo_look(person_id: UUID) -> ResponseReturnValue:
    """Open the photo that waits for a review; the look goes on the record."""
    reports.belongs(desk.reading(), desk.association(), person_id)
    with desk.begin() as work:
        body = services.reveal_picture(
            work, PersonId(person_id), PaperKind.PHOTO, _("人工审核一寸照片")
        )
    shown = Revealed(PaperKind.PHOTO.value, picture=_data(body))
    return record_page(person_id, shown=shown)


@bp.get("/corrections")
@staff("clerk", "manager")
def corrections() -> ResponseReturnValue:
    """List what waits for the association's word."""
    session, association_id = desk.reading(), desk.association()
    asked = queries.correction_queue(session, association_id)
    ended = queries.corrections_decided(session, association_id)
    return render_template(
        "console/people_corrections.html",
        asked=asked,
        ended=ended,
        photos=reports.photos_to_review(session, association_id),
        called={c.person_id: queries.name(session, c.person_id) for c in asked + ended},
        titles=TITLES,
    )


@bp.get("/corrections/<uuid:approval_id>")
@staff("clerk", "manager")
def correction(approval_id: UUID) -> ResponseReturnValue:
    """Show a request with its content shut."""
    return _correction(approval_id, DecideForm.blank())


@bp.post("/corrections/<uuid:approval_id>/open")
@staff("clerk", "manager")
def correction_open(approval_id: UUID) -> ResponseReturnValue:
    """Open a request's content; the look goes on the record."""
    queries.correction_card(
        desk.reading(), approval_id, association_id=desk.association()
    )
    with desk.begin() as work:
        asked = services.reveal_correction(work, approval_id, reason=_("办理更正申请"))
    return _correction(approval_id, DecideForm.blank(), asked)


@bp.post("/corrections/<uuid:approval_id>/decide")
@staff("clerk", "manager")
def correction_decide(approval_id: UUID) -> ResponseReturnValue:
    """Say yes or no to a request."""
    queries.correction_card(
        desk.reading(), approval_id, association_id=desk.association()
    )
    form = DecideForm.sent()
    approved = request.form.get("answer") == "yes"
    good = form.validate()
    if good and not approved and not (form.comment.data or "").strip():
        blame(form.comment, "approval.no_comment")
        good = False
    if not good:
        return _correction(approval_id, form), 422
    with desk.begin() as work:
        card = services.decide_correction(
            work,
            approval_id,
            approved,
            form.comment.data or "",
            association_id=desk.association(),
        )
    told = {
        ApprovalState.OPEN: _("您的意见已保存，还需另一人核对。"),
        ApprovalState.APPROVED: _("已同意，学员资料已更正。"),
        ApprovalState.REFUSED: _("已退回申请。"),
    }
    flash(told[card.state], "success")
    return redirect(url_for("console_people.corrections"), 303)


def _correction(
    approval_id: UUID,
    form: DecideForm,
    opened: queries.OpenCorrection | None = None,
) -> str:
    session = desk.reading()
    card = queries.correction_card(
        session, approval_id, association_id=desk.association()
    )
    return render_template(
        "console/people_correction.html",
        card=card,
        form=form,
        profile=queries.profile(session, card.person_id),
        opened=opened,
        kind=section_of(opened.change).value if opened else "",
        picture=_data(opened.picture) if opened and opened.picture else "",
        paper=_data(opened.paper) if opened and opened.paper else "",
        titles=TITLES,
    )
