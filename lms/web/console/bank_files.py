"""Questions in files: templates, import with a report and a preview, export."""

import io
from uuid import UUID

import xlsxwriter
from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from lms.evidence import services as evidence
from lms.exams import queries, services
from lms.exams.rules import gift, tables
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AccountId
from lms.web import desk
from lms.web.account.profile_parts import by_account
from lms.web.console import bank_forms
from lms.web.console import bank_words as said
from lms.web.console.bank_forms import looked
from lms.web.console.bank_reading import UPLOAD_BYTES, judged
from lms.web.console.bank_samples import SAMPLES
from lms.web.console.columns import make_room
from lms.web.console.sheets import Column, exported
from lms.web.doors import staff
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("console_bank_files", __name__, url_prefix="/console/exams/bank/files")

FORMS = ("xlsx", "gift")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = {"stem": 60, "explanation": 40, "basis": 24, "chapter": 18, "specialty": 14}
_SHOWN = 500


make_room(bp, "send", UPLOAD_BYTES)


class FileForm(PageForm):
    """A file of questions."""

    file = FileField(
        _l("题目文件"),
        validators=[FileRequired(_l("请选择文件。"))],
        description=_l("Excel（.xlsx）或 GIFT（.txt、.gift），最多 5000 行、2 MB。"),
        render_kw={"accept": ".xlsx,.txt,.gift"},
    )


@bp.get("")
@staff("author")
def index() -> ResponseReturnValue:
    """Show how to import, with templates to take away."""
    return _page(FileForm.blank())


@bp.post("")
@staff("author")
@limiter.limit("60/hour", key_func=by_account)
def send() -> ResponseReturnValue:
    """Read a file: all that is wrong with it, or a preview."""
    form = FileForm.sent()
    if not form.validate():
        return _page(form), 422
    try:
        found = judged(form.file.data)
    except Refused as refused:
        form.file.errors = [words(refused.code, refused.facts)]
        return _page(form), 422
    if found.wrong:
        return _page(form, found.wrong), 422
    if found.draft is None or not found.draft.questions:
        flash(_("文件里的题目题库中都有，没有新题。"), "info")
        return redirect(url_for("console_bank_files.index"), 303)
    with desk.begin() as work:
        made = services.keep_import(work, desk.association(), found.draft)
    return redirect(url_for("console_bank_files.show", import_id=made), 303)


@bp.get("/<uuid:import_id>")
@staff("author")
def show(import_id: UUID) -> ResponseReturnValue:
    """Show what a file would add, before it does."""
    card = queries.imported(desk.reading(), desk.association(), _account(), import_id)
    return render_template("console/bank_import.html", card=card, said=said)


@bp.post("/<uuid:import_id>/commit")
@staff("author")
def commit(import_id: UUID) -> ResponseReturnValue:
    """Store a file's questions, all or none."""
    with desk.begin() as work:
        added = services.commit_import(work, desk.association(), import_id)
    flash(_("已导入 %(n)s 道题目。", n=added), "ok")
    return redirect(url_for("console_bank_files.show", import_id=import_id), 303)


@bp.post("/<uuid:import_id>/drop")
@staff("author")
def drop(import_id: UUID) -> ResponseReturnValue:
    """Let a file go."""
    with desk.begin() as work:
        services.drop_import(work, desk.association(), import_id)
    flash(_("没有导入，文件已丢弃。"), "info")
    return redirect(url_for("console_bank_files.index"), 303)


@bp.get("/template/<form>")
@staff("author")
def template(form: str) -> ResponseReturnValue:
    """Give a file to fill in."""
    if form == "gift":
        return _text("".join(gift.write(SAMPLES)), "template")
    if form != "xlsx":
        raise NotFound("import.unknown")
    return send_file(
        _workbook(), mimetype=_XLSX, as_attachment=True, download_name="题目模板.xlsx"
    )


@bp.post("/export/<form>")
@staff("author", "manager")
def export(form: str) -> ResponseReturnValue:
    """Give the questions that a filter finds, keys and all, as a file."""
    asked = looked(request.args)
    found = queries.every(desk.reading(), desk.association(), asked.filters)
    if form == "xlsx":
        columns = [
            Column(tables.HEADS[name], width=_WIDTHS.get(name, 12))
            for name in tables.COLUMNS
        ]
        rows = tables.rows(found)
        narrowed = bank_forms.narrowed(asked.filters)
        return exported(_("题库"), columns, rows, "questions.exported", narrowed)
    if form != "gift":
        raise NotFound("import.unknown")
    questions = list(found)
    stream = f"association:{desk.association()}"
    with desk.begin() as work:
        evidence.note(work, stream, "questions.exported", count=len(questions))
    return _text("".join(gift.write(questions)), f"questions-{desk.today():%Y%m%d}")


def _text(text: str, name: str) -> Response:
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.gift"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _workbook() -> io.BytesIO:
    """Make the template: an empty table whose words can be chosen, and samples."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        plain = book.add_format({"num_format": "@", "text_wrap": True})
        bold = book.add_format({"bold": True})
        for name, rows in (("题目", []), ("示例", list(tables.rows(SAMPLES)))):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(tables.COLUMNS):
                sheet.set_column(place, place, _WIDTHS.get(column, 12), plain)
                sheet.write_string(0, place, tables.HEADS[column], bold)
            for n, row in enumerate(rows, 1):
                for place, text in enumerate(row):
                    sheet.write_string(n, place, text, plain)
            for column, known in (
                ("kind", tables.KINDS),
                ("specialty", tables.SPECIALTIES),
                ("difficulty", tables.DIFFICULTIES),
            ):
                place = tables.COLUMNS.index(column)
                chosen = {"validate": "list", "source": list(known)}
                sheet.data_validation(1, place, services.MOST_ROWS, place, chosen)
    file.seek(0)
    return file


def _account() -> AccountId:
    account_id = desk.actor().account_id
    if account_id is None:
        raise NotFound("import.unknown")
    return account_id


def _page(form: FileForm, wrong: tuple[tables.Wrong, ...] = ()) -> str:
    return render_template(
        "console/bank_files.html",
        form=form,
        wrong=wrong[:_SHOWN],
        count=len(wrong),
        most=services.MOST_ROWS,
        said=said,
    )
