"""旧平台数据: bring a file in, say which column is what, have a manager agree."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound, Refused
from lms.kernel.grids import Limits, WorkbookReader
from lms.legacy import queries
from lms.legacy.queries import ImportCard, checking
from lms.legacy.rules.columns import FIELDS, NEEDED, Field, Kind
from lms.legacy.rules.rows import MOST_ROWS, Row
from lms.legacy.rules.standing import ImportState
from lms.legacy.services import files
from lms.web import desk, legacy_words
from lms.web.account.profile_parts import by_account
from lms.web.console.columns import columns_in, make_room, place
from lms.web.console.sheets import MOST_LISTED, Cell, Column, exported, hours_cell
from lms.web.doors import staff
from lms.web.forms import PageForm, SelectChoice
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("console_legacy", __name__, url_prefix="/console/legacy")

UPLOAD_BYTES = 3 * 2**20
SHOWN = 12
_FLAWS = 200
_LIMITS = Limits(rows=MOST_ROWS + 20, columns=40, cell=200)


make_room(bp, "send", UPLOAD_BYTES)


class FileForm(PageForm):
    """A sheet of an old platform."""

    kind = RadioField(
        _l("文件里是什么"),
        choices=[
            SelectChoice(kind.value, word) for kind, word in legacy_words.KINDS.items()
        ],
        default=Kind.PEOPLE.value,
        validators=[InputRequired(_l("请选择文件里是什么。"))],
        description=_l("先导入人员，再导入他们的学时和证书。"),
    )
    platform = StringField(
        _l("旧平台名称"),
        validators=[InputRequired(_l("请填写旧平台的名称。")), Length(max=60)],
        description=_l("印在学时记录和证书核验结果里。同一个平台每次写法要一样。"),
        render_kw={"autocomplete": "off", "maxlength": 60},
    )
    file = FileField(
        _l("文件"),
        validators=[FileRequired(_l("请选择文件。"))],
        description=_l(
            "Excel（.xlsx），最多 2 MB、5000 行，每行一个人、一条学时或一张证书。"
        ),
        render_kw={"accept": ".xlsx"},
    )


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the files, and offer to bring one in."""
    found = queries.imports(desk.reading(), desk.association())
    platform = found[0].platform if found else ""
    return _page(FileForm.blank(kind=Kind.PEOPLE.value, platform=platform))


def _page(form: FileForm) -> str:
    return render_template(
        "console/legacy.html",
        form=form,
        files=queries.imports(desk.reading(), desk.association()),
        kinds=Kind,
        said=legacy_words,
    )


@bp.post("/files.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the files that were brought in as a table; it goes on the record."""
    columns = (
        Column(_("文件"), width=36), Column(_("旧平台"), width=24),
        Column(_("内容")), Column(_("状态")), Column(_("行数"), "count"),
        Column(_("新记录"), "count"), Column(_("学时"), "hours"),
        Column(_("上传时间"), "instant", 18), Column(_("完成时间"), "instant", 18),
    )  # fmt: skip
    found = queries.imports(desk.reading(), desk.association(), limit=MOST_LISTED)
    filters = ((_("范围"), _("最近导入的 %(n)s 份文件", n=MOST_LISTED)),)
    rows, kind = tuple(map(_of_file, found)), "legacy.files_exported"
    return exported(_("旧平台文件"), columns, rows, kind, filters)


def _of_file(one: ImportCard) -> tuple[Cell, ...]:
    done = one.state is ImportState.DONE
    return (
        one.file_name or _("未命名"), one.platform, str(legacy_words.KINDS[one.kind]),
        str(legacy_words.STATES[one.state][0]), one.rows,
        one.new_rows if done else None,
        hours_cell(Credit(one.credit)) if done else None, one.made_at, one.done_at,
    )  # fmt: skip


@bp.post("")
@staff("clerk", "manager")
@limiter.limit("60/hour", key_func=by_account)
def send() -> ResponseReturnValue:
    """Read a file and lay it on the desk."""
    form = FileForm.sent()
    if not form.validate():
        return _page(form), 422
    body = form.file.data.read()
    try:
        grid = desk.port(WorkbookReader).grid(body, _LIMITS)
        upload = files.Upload(
            Kind(form.kind.data),
            form.platform.data or "",
            form.file.data.filename or "",
            hashlib.sha256(body).digest(),
            grid,
        )
        with desk.begin() as work:
            made = files.upload(work, desk.association(), upload)
    except Refused as refused:
        form.file.errors = [words(refused.code, refused.facts)]
        return _page(form), 422
    return redirect(url_for("console_legacy.show", old_file_id=made), 303)


@bp.get("/<uuid:old_file_id>")
@staff("clerk", "manager")
def show(old_file_id: UUID) -> ResponseReturnValue:
    """Show how a file is read, what is wrong with it, or what became of it."""
    return _file(old_file_id, ())


def _file(old_file_id: UUID, problems: tuple[str, ...], *, edit: bool = False) -> str:
    card = queries.one_import(desk.reading(), desk.association(), old_file_id)
    if card.state not in {ImportState.DRAFT, ImportState.ASKED}:
        return render_template(
            "console/legacy_done.html", card=card, said=legacy_words, states=ImportState
        )
    edit = edit or "edit" in request.args or bool(problems)
    if card.state is ImportState.DRAFT and (edit or not _mapped(card)):
        return _mapping(card, problems)
    return _preview(card)


def _mapped(card: ImportCard) -> bool:
    """Tell whether this form of sheet was read before: then it is not asked again."""
    session, house = desk.reading(), desk.association()
    known = queries.mapping(session, house, card.kind, card.fingerprint)
    return known is not None and bool(card.platform)


def _mapping(card: ImportCard, problems: tuple[str, ...]) -> str:
    row = queries.import_row(desk.reading(), desk.association(), card.id)
    cells = [[cell[1:] for cell in line] for line in queries.cells_of(row)]
    return render_template(
        "console/legacy_columns.html",
        card=card,
        cells=cells,
        head=card.head,
        fields=FIELDS[card.kind],
        needed=NEEDED[card.kind],
        problems=[words(code, {}) for code in problems],
        said=legacy_words,
    )


def _preview(card: ImportCard) -> str:
    rows = _rows(card)
    bad = [one for one in rows if not one.good]
    new = [one for one in rows if one.good and not one.known]
    question = card.question
    return render_template(
        "console/legacy_draft.html",
        card=card,
        rows=rows,
        bad=bad,
        flaws=[(one, _why(one)) for one in bad[:_FLAWS]],
        new=new,
        known=sum(one.known for one in rows),
        credit=sum(one.record.credit or 0 for one in new),
        shown=new[:SHOWN],
        kinds=Kind,
        asked=card.state is ImportState.ASKED,
        mine=question is not None and question.asked_person_id == desk.me(),
        said=legacy_words,
    )


def _rows(card: ImportCard) -> tuple[Row, ...]:
    session, house = desk.reading(), desk.association()
    row = queries.import_row(session, house, card.id)
    return checking.checked(session, row, desk.today())


def _why(row: Row) -> list[str]:
    return [words(code, {}) for code in row.faults]


@bp.post("/<uuid:old_file_id>/mapping")
@staff("clerk", "manager")
def remap(old_file_id: UUID) -> ResponseReturnValue:
    """Remember which column is what."""
    form = request.form
    reading = files.Reading(
        form.get("platform", ""), place(form.get("head", "")), columns_in(form, Field)
    )
    try:
        with desk.begin() as work:
            files.remap(work, desk.association(), old_file_id, reading)
    except Refused as refused:
        return _file(old_file_id, refused.reasons or (refused.code,)), 422
    return redirect(url_for("console_legacy.show", old_file_id=old_file_id), 303)


@bp.post("/<uuid:old_file_id>/ask")
@staff("clerk", "manager")
def ask(old_file_id: UUID) -> ResponseReturnValue:
    """Put a file before a manager."""
    with desk.begin() as work:
        files.ask(work, desk.association(), old_file_id, request.form.get("reason", ""))
    flash(_("已提交，等另一位负责人同意后开始导入。"), "ok")
    return redirect(url_for("console_legacy.show", old_file_id=old_file_id), 303)


@bp.post("/<uuid:old_file_id>/decide")
@staff("manager")
def decide(old_file_id: UUID) -> ResponseReturnValue:
    """Say yes or no to a file that somebody else put."""
    with desk.begin() as work:
        state = files.decide(
            work,
            desk.association(),
            old_file_id,
            approved=request.form.get("answer") == "yes",
            comment=request.form.get("comment", ""),
        )
    told = state is ImportState.TAKING
    flash(_("已同意，正在导入。") if told else _("已退回，没有导入任何一行。"), "ok")
    return redirect(url_for("console_legacy.show", old_file_id=old_file_id), 303)


@bp.post("/<uuid:old_file_id>/drop")
@staff("clerk", "manager")
def drop(old_file_id: UUID) -> ResponseReturnValue:
    """Take a file from the desk that nobody wants."""
    with desk.begin() as work:
        files.drop(work, desk.association(), old_file_id)
    flash(_("没有导入，文件已丢弃。"), "info")
    return redirect(url_for("console_legacy.index"), 303)


@bp.post("/<uuid:old_file_id>/report.xlsx")
@staff("clerk", "manager")
def report(old_file_id: UUID) -> ResponseReturnValue:
    """Give every row of a file with what would become of it; people are masked."""
    card = queries.one_import(desk.reading(), desk.association(), old_file_id)
    if card.state not in {ImportState.DRAFT, ImportState.ASKED}:
        raise NotFound("legacy.unknown")
    columns = (
        Column(_("行"), "count", 8), Column(_("结果")), Column(_("原因"), width=60),
        Column(_("旧平台编号"), width=24), Column(_("姓名")),
        Column(_("课程名称"), width=30), Column(_("学时"), "hours"),
        Column(_("日期"), "day"),
    )  # fmt: skip
    rows = map(_cells, _rows(card))
    filters = (
        (_("旧平台名称"), card.platform),
        (_("文件"), card.file_name),
        (_("文件里是什么"), str(legacy_words.KINDS[card.kind])),
    )
    return exported(_("导入核对"), columns, rows, "legacy.exported", filters)


def _cells(row: Row) -> tuple[Any, ...]:
    record = row.record
    result = _("不能导入") if row.faults else _("导入过") if row.known else _("新")
    number = "" if record.number.startswith("~") else record.number
    on: date | None = record.earned_on or record.issued_on
    return (
        row.n, result, "；".join(_why(row)), number, record.name[:1] + "*",
        record.course, hours_cell(Credit(record.credit)) if record.credit else None, on,
    )  # fmt: skip
