"""会员名单: companies and persons that pay members' prices; one by one or by file."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from lms.commerce.ports import StatementReader
from lms.commerce.queries import offers as queries
from lms.commerce.queries.offers import MemberCard
from lms.commerce.rules.members import MemberRow, read_members
from lms.commerce.services import members
from lms.commerce.services.members import MemberFacts
from lms.kernel import pii
from lms.kernel.errors import LmsError, Refused
from lms.kernel.work import Work
from lms.web import desk
from lms.web.account.profile_parts import by_account
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("console_members", __name__, url_prefix="/console/members")

UPLOAD_BYTES = 3 * 2**20
_SHOWN = 200


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "console_members.bring":
        request.max_content_length = UPLOAD_BYTES


@dataclass(frozen=True, slots=True)
class Flaw:
    """A row of a file that was not taken, and why."""

    n: int
    why: str


class MemberForm(PageForm):
    """One member."""

    number = StringField(
        _l("统一社会信用代码，或个人的身份证号"),
        validators=[InputRequired(_l("请填写号码。")), Length(max=24)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    name = StringField(
        _l("单位名称，或个人姓名"),
        validators=[Optional(), Length(max=100)],
        description=_l(
            "单位必填。个人可以还没有注册：以后用这个身份证号注册的，自动按会员价。"
        ),
    )
    from_on = DateField(_l("开始日期"), validators=[InputRequired(_l("请填写日期。"))])
    until_on = DateField(
        _l("结束日期（含当日）"), validators=[InputRequired(_l("请填写日期。"))]
    )

    def facts(self) -> MemberFacts:
        """Give what was typed."""
        start = self.from_on.data or desk.today()
        return MemberFacts(
            str(self.number.data), self.name.data or "", start,
            self.until_on.data or start,
        )  # fmt: skip


class ListForm(PageForm):
    """A list of members as a file."""

    file = FileField(
        _l("会员名单文件"),
        validators=[FileRequired(_l("请选择文件。"))],
        description=_l(
            "Excel（.xlsx）或 CSV，5000 行以内。表头写：名称、代码或证件号、"
            "开始日期、结束日期。"
        ),
        render_kw={"accept": ".xlsx,.csv"},
    )


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the members, and offer to put one in."""
    return _page()


def _page(
    form: MemberForm | None = None,
    sheet: ListForm | None = None,
    fault: str = "",
    flaws: tuple[Flaw, ...] = (),
) -> str:
    asked = request.args.get("words", "").strip()[:60]
    rows = queries.members(desk.reading(), desk.association(), asked)
    return render_template(
        "console/members.html",
        rows=[(one, _name(one)) for one in rows[:_SHOWN]],
        more=max(0, len(rows) - _SHOWN),
        asked=asked,
        form=form or MemberForm.blank(from_on=desk.today()),
        upload=sheet or ListForm.blank(),
        fault=fault,
        flaws=flaws,
        today=desk.today(),
    )


def _name(one: MemberCard) -> str:
    """Name a member: a company in full, a person masked."""
    if one.uscc is not None:
        return one.name
    return pii.mask_name(one.name) if one.name else _("个人")


@bp.post("")
@staff("clerk", "manager")
def add() -> ResponseReturnValue:
    """Put one member into the list."""
    form = MemberForm.sent()
    if not form.validate():
        return _page(form), 422
    try:
        with desk.begin() as work:
            members.keep(work, desk.association(), form.facts())
            members.note(work, desk.association(), "member.kept", 1)
    except Refused as no:
        return _page(form, fault=words(no.code, no.facts)), 422
    flash(_("已保存。"), "ok")
    return redirect(url_for("console_members.index"), 303)


@bp.post("/file")
@staff("clerk", "manager")
@limiter.limit("30/hour", key_func=by_account)
def bring() -> ResponseReturnValue:
    """Take a file of members: the good rows are kept, the others are told."""
    form = ListForm.sent()
    if not form.validate():
        return _page(sheet=form), 422
    try:
        cells = desk.port(StatementReader).read(form.file.data.read())
    except LmsError as no:
        return _page(sheet=form, fault=words(no.code, no.facts)), 422
    rows = read_members(cells)
    if isinstance(rows, str):
        return _page(sheet=form, fault=words(rows, {})), 422
    with desk.begin() as work:
        flaws, kept = _taken(work, rows)
        members.note(work, desk.association(), "member.list_taken", kept)
    if flaws:
        told = _("已保存 %(kept)s 行，%(bad)s 行没有保存。", kept=kept, bad=len(flaws))
        flash(told, "warn")
    else:
        flash(_("已保存 %(kept)s 行。", kept=kept), "ok")
        return redirect(url_for("console_members.index"), 303)
    return _page(flaws=flaws)


def _taken(work: Work, rows: tuple[MemberRow, ...]) -> tuple[tuple[Flaw, ...], int]:
    flaws, kept = [], 0
    for row in rows:
        since, until = row.since, row.until
        if not row.number or since is None or until is None:
            flaws.append(Flaw(row.n, words("member.row", {})))
            continue
        why = _kept(work, row, since, until)
        kept += not why
        flaws += [Flaw(row.n, why)] if why else []
    return tuple(flaws), kept


def _kept(work: Work, row: MemberRow, since: date, until: date) -> str:
    facts = MemberFacts(row.number, row.name, since, until)
    try:
        members.keep(work, desk.association(), facts)
    except Refused as no:
        return words(no.code, no.facts)
    return ""


@bp.post("/<uuid:member_id>/remove")
@staff("clerk", "manager")
def remove(member_id: UUID) -> ResponseReturnValue:
    """Take a member off the list."""
    with desk.begin() as work:
        members.remove(work, desk.association(), member_id)
    flash(_("已移出名单。"), "ok")
    return redirect(url_for("console_members.index"), 303)


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table, narrowed as it was shown; it goes on the record."""
    asked = request.form.get("words", "").strip()[:60]
    rows = queries.members(desk.reading(), desk.association(), asked, limit=20_000)
    columns = (
        Column(_("名称"), width=30), Column(_("代码或证件号"), width=22),
        Column(_("开始日期"), "day"), Column(_("结束日期"), "day"),
    )  # fmt: skip
    filters = ((_("名称或代码"), asked),)
    return exported(
        _("会员名单"), columns, map(_cells, rows), "members.exported", filters
    )


def _cells(one: MemberCard) -> tuple[Cell, ...]:
    return _name(one), one.uscc or one.shown, one.from_on, one.until_on
