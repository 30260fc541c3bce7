"""The association's learners: masked lists, records, photos, corrections."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
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
from lms.policy.model import Specialty
from lms.reports import certificates, duplicates, learning
from lms.reports import people as reports
from lms.reports.people import Asked, Study
from lms.web import desk
from lms.web.account.profile_forms import blame
from lms.web.account.profile_parts import TITLES
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


ENDINGS = (30, 60, 90, 180)
"""Days before the end of a registration that a desk asks for."""


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the learners, masked."""
    after = request.args.get("after", "")
    return _list(SearchForm.blank(), _asked(request.args), after)


@bp.post("/search")
@staff("clerk", "manager")
def search() -> ResponseReturnValue:
    """Find learners."""
    form = SearchForm.sent()
    if not form.validate():
        return _list(form, Asked()), 422
    return _list(form, Asked(words=form.wanted.data or ""))


def _asked(said: Mapping[str, str]) -> Asked:
    specialty, study = said.get("specialty", ""), said.get("study", "")
    ending = said.get("ending", "")
    return Asked(
        specialty=Specialty(specialty) if specialty in set(Specialty) else None,
        study=Study(study) if study in {one.value for one in Study} else None,
        ending=int(ending) if ending in map(str, ENDINGS) else None,
    )


def _list(form: SearchForm, asked: Asked, after: str = "") -> str:
    session, association_id = desk.reading(), desk.association()
    today = desk.today()
    return render_template(
        "console/people.html",
        form=form,
        asked=asked,
        chosen=_chosen(asked),
        specialties=tuple(Specialty),
        studies=STUDIES,
        endings=ENDINGS,
        page=reports.learners(session, association_id, asked, on=today, after=after),
        waiting=len(queries.correction_queue(session, association_id))
        + len(reports.photos_to_review(session, association_id)),
    )


STUDIES = {
    Study.NONE: _l("尚未选课"),
    Study.OPEN: _l("有课未学完"),
    Study.DONE: _l("课程全部学完"),
    Study.CERTIFIED: _l("已领合格证"),
}


def _chosen(asked: Asked) -> dict[str, str]:
    """Give what a list is narrowed to, as its form sends it."""
    return {
        "specialty": asked.specialty.value if asked.specialty else "",
        "study": asked.study.value if asked.study else "",
        "ending": str(asked.ending or ""),
    }


def _told(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Say what a list is narrowed to, for the table that is taken away."""
    return (
        (_("注册专业"), str(term(asked.specialty)) if asked.specialty else ""),
        (_("学习进度"), str(STUDIES[asked.study]) if asked.study else ""),
        (_("注册到期"), _("%(n)s 天内", n=asked.ending) if asked.ending else ""),
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
    asked = _asked(request.form)
    rows = reports.every_learner(
        desk.reading(), desk.association(), asked, on=desk.today()
    )
    return exported(
        _("学员表"),
        columns,
        map(_cells, rows),
        "learners.exported",
        filters=_told(asked),
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
