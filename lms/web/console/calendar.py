"""工作日历: the operator loads the State Council's yearly notice."""

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from lms.calendar import queries, rules, services
from lms.kernel.errors import Conflict, Refused
from lms.web import desk
from lms.web.doors import staff
from lms.web.forms import PageForm
from lms.web.messages import words

bp = Blueprint("console_calendar", __name__, url_prefix="/console/calendar")

_MOST_BYTES = 4 * rules.MOST_CHARACTERS


class NoticeForm(PageForm):
    """The notice as it was published: pasted, or as a file."""

    year = IntegerField(
        _l("年份"),
        validators=[
            InputRequired(_l("请填写年份。")),
            NumberRange(2004, 2199, _l("请填写四位年份。")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    source = StringField(
        _l("文号或出处"),
        validators=[
            InputRequired(_l("请填写文号，例如 国办发明电〔2025〕7号。")),
            Length(max=200, message=_l("最多 200 个字。")),
        ],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
    text = TextAreaField(
        _l("通知全文"),
        render_kw={"rows": 12, "maxlength": rules.MOST_CHARACTERS},
    )
    file = FileField(_l("或上传文本文件"), render_kw={"accept": ".txt,.csv,text/plain"})
    seen = HiddenField()

    def notice(self) -> rules.Notice | None:
        """Give the notice, or mark what does not fit."""
        if not self.validate():
            return None
        self.text.data = self._words()
        found = rules.read_notice(str(self.text.data), int(self.year.data or 0))
        if isinstance(found, rules.Notice):
            return found
        self.text.errors = [words(flaw.code, {"words": flaw.words}) for flaw in found]
        return None

    def _words(self) -> str:
        sent = self.file.data
        if not sent or not sent.filename:
            return str(self.text.data or "")
        content = sent.read(_MOST_BYTES + 1)
        for code in ("utf-8-sig", "gb18030"):
            try:
                return str(content.decode(code))
            except UnicodeDecodeError:
                continue
        return ""


@bp.get("")
@staff("operator")
def index() -> ResponseReturnValue:
    """Show what is covered, and the form for the next year."""
    year = queries.calendar(desk.reading()).last.year + 1
    return _page(NoticeForm.blank(year=year))


@bp.post("/preview")
@staff("operator")
def preview() -> ResponseReturnValue:
    """Show what a notice would change; nothing is stored."""
    form = NoticeForm.sent()
    notice = form.notice()
    if notice is None:
        return _page(form), 422
    session = desk.reading()
    before = queries.calendar(session)
    if not before.first.year <= notice.year <= before.last.year + 1:
        form.year.errors = [words("calendar.gap", {"year": before.last.year + 1})]
        return _page(form), 422
    after = rules.overlay(before, [notice])
    changed = rules.changes(before, after, notice.year)
    form.seen.data = str(queries.version(session, notice.year))
    return render_template(
        "console/calendar_preview.html",
        form=form,
        notice=notice,
        rests=_named(changed.rests),
        works=_named(changed.works),
        new=after.last > before.last,
    )


@bp.post("")
@staff("operator")
def load() -> ResponseReturnValue:
    """Put a notice in force, as it was looked at."""
    form = NoticeForm.sent()
    notice = form.notice()
    if notice is None:
        return _page(form), 422
    seen = str(form.seen.data or "")
    try:
        with desk.begin() as work:
            services.load(
                work,
                notice,
                str(form.source.data).strip(),
                seen=int(seen) if seen.isdecimal() else -1,
            )
    except (Conflict, Refused) as no:
        form.text.errors = [words(no.code, no.facts)]
        return _page(form), 409 if isinstance(no, Conflict) else 422
    flash(_("%(year)s 年的工作日历已生效。", year=notice.year), "ok")
    return redirect(url_for("console_calendar.index"), 303)


def _named(days: Iterable[date]) -> list[str]:
    return [format_date(day, "yyyy-MM-dd EEE") for day in days]


def _page(form: NoticeForm) -> str:
    session = desk.reading()
    calendar = queries.calendar(session)
    return render_template(
        "console/calendar.html",
        form=form,
        calendar=calendar,
        owed=rules.owed_year(calendar, desk.today()),
        notices=tuple(reversed(queries.notices(session))),
    )
