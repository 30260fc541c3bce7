"""Tables of what the operators keep: offices, who sits there, days, authorities' keys.

No association is theirs, so a table that they take away stands on their own record.
"""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.queries import offices as seats
from lms.calendar import queries as calendar
from lms.policy.licences import LICENCES
from lms.policy.offices import Task
from lms.registration.queries import offices as queries
from lms.registration.queries.offices import OfficeCard
from lms.signing import queries as signing
from lms.signing.rules import Purpose, is_ready, office
from lms.web import desk, office_words
from lms.web.console.sheets import Cell, Column, exported, own_stream
from lms.web.doors import staff
from lms.web.filters import listed, term

bp = Blueprint("console_office_tables", __name__, url_prefix="/console")


@bp.post("/offices/export.xlsx")
@staff("operator")
def offices() -> ResponseReturnValue:
    """Give the offices and their tasks of today as a table; it is noted."""
    columns = (
        Column(_("省份")), Column(_("窗口"), width=40), Column(_("代码"), width=20),
        Column(_("类别"), width=20), Column(_("今天的职权"), width=40),
        Column(_("地址"), width=40), Column(_("办公时间"), width=24),
        Column(_("撤销日"), "day"),
    )  # fmt: skip
    rows = tuple(map(_office, queries.offices(desk.reading())))
    filters = ((_("日期"), desk.today().isoformat()),)
    kind = "office.list_exported"
    return exported(_("注册窗口"), columns, rows, kind, filters, own_stream())


def _office(one: OfficeCard) -> tuple[Cell, ...]:
    today = desk.today()
    tasks = [
        str(office_words.TASKS[task]) for task in Task if one.provinces(task, today)
    ]
    return (
        term(one.province), one.name, one.code,
        str(office_words.OFFICE_KINDS[one.kind]), listed(tasks), one.address,
        one.open_hours, one.closed_on,
    )  # fmt: skip


@bp.post("/offices/<uuid:office_id>/export.xlsx")
@staff("operator")
def seated(office_id: UUID) -> ResponseReturnValue:
    """Give who sits at an office today as a table; the export is noted."""
    columns = (
        Column(_("姓名"), "name"), Column(_("职务")), Column(_("任期至"), "day"),
    )  # fmt: skip
    place = queries.office(desk.reading(), office_id)
    rows = tuple(
        (one.name, term(one.role), one.until)
        for one in seats.seats(desk.reading(), office_id, desk.today())
    )
    filters = ((_("窗口"), place.name), (_("日期"), desk.today().isoformat()))
    kind = "office.seats_exported"
    return exported(_("在任人员"), columns, rows, kind, filters, own_stream())


@bp.post("/calendar/export.xlsx")
@staff("operator")
def notices() -> ResponseReturnValue:
    """Give the notices of holidays that were loaded, day by day; it is noted."""
    columns = (
        Column(_("年份"), "count"), Column(_("第几次导入"), "count"),
        Column(_("日期"), "day"), Column(_("休或班")), Column(_("来源"), width=40),
        Column(_("导入时间"), "instant", 18),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in reversed(calendar.notices(desk.reading())):
        days = [(day, _("休")) for day in one.notice.rest]
        days += [(day, _("班")) for day in one.notice.work]
        rows += [
            (one.year, one.version, day, what, one.source, one.loaded_at)
            for day, what in sorted(days)
        ]
    filters = ((_("范围"), _("全部导入过的通知；同一年以最后一次为准")),)
    kind = "calendar.exported"
    return exported(_("工作日历"), columns, tuple(rows), kind, filters, own_stream())


@bp.post("/keys/export.xlsx")
@staff("operator")
def keys() -> ResponseReturnValue:
    """Give how the authorities stand with their keys as a table; it is noted."""
    columns = (
        Column(_("省份")), Column(_("注册机关"), width=40),
        Column(_("可用的密钥"), "count"), Column(_("应有的密钥"), "count"),
        Column(_("待办"), "count"),
    )  # fmt: skip
    session, now = desk.reading(), desk.now()
    rows = []
    for licence in LICENCES.values():
        owner = office(licence.province)
        ready = sum(
            is_ready(one.published, now) for one in signing.keys_of(session, owner)
        )
        asked = signing.questions(session, owner, open_only=True)
        rows.append(
            (term(licence.province), licence.authority, ready, len(Purpose), len(asked))
        )
    filters = ((_("日期"), desk.today().isoformat()),)
    kind = "signing.list_exported"
    return exported(
        _("注册机关密钥"), columns, tuple(rows), kind, filters, own_stream()
    )
