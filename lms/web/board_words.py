"""The words of a company's board, and the board as a table."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.reports.board import BoardAsk, BoardRow, Due, HoursKind, SeatUse
from lms.web.console.sheets import Cell, Column, exported
from lms.web.filters import listed, term

DUES: Mapping[Due, LazyString] = MappingProxyType(
    {
        Due.ALL: _l("全部到期日"),
        Due.MONTH: _l("本月到期"),
        Due.QUARTER: _l("90 天内到期"),
        Due.HALF: _l("180 天内到期"),
        Due.OVER: _l("已过期"),
        Due.NONE: _l("没有注册信息"),
    }
)

HOURS: Mapping[HoursKind, LazyString] = MappingProxyType(
    {
        HoursKind.ALL: _l("全部学时"),
        HoursKind.SHORT: _l("学时不足"),
        HoursKind.MET: _l("学时已满"),
    }
)

SEATS: Mapping[SeatUse, LazyString] = MappingProxyType(
    {
        SeatUse.ALL: _l("全部席位"),
        SeatUse.WITHOUT: _l("没有席位"),
        SeatUse.IDLE: _l("有席位没有开始"),
        SeatUse.BEGUN: _l("席位已开始学习"),
    }
)


def sheet(
    rows: Iterable[BoardRow], ask: BoardAsk, stream: str = "", whose: str = ""
) -> ResponseReturnValue:
    """Send the board as a table; by what it was narrowed stands in the file.

    `whose` company it is, where others than its own agent take it away; `stream` on
    whose record it stands, without one the association's.
    """
    columns = (
        Column(_("姓名"), width=14), Column(_("专业"), width=30),
        Column(_("到期日"), "day"), Column(_("剩余天数"), "count", 10),
        Column(_("学时完成（%）"), "count", 14), Column(_("学时")),
        Column(_("席位"), "count", 8), Column(_("没有开始的席位"), "count", 14),
    )  # fmt: skip
    filters = (
        *(((_("企业"), whose),) if whose else ()),
        (_("到期"), str(DUES[ask.due])),
        (_("学时"), str(HOURS[ask.hours])),
        (_("席位"), str(SEATS[ask.seats])),
        (_("姓名"), ask.words),
    )
    body = map(_cells, rows)
    return exported(_("学习进度"), columns, body, "board.exported", filters, stream)


def _cells(row: BoardRow) -> tuple[Cell, ...]:
    there = row.ends_on is not None
    return (
        row.name,
        listed(term(one) for one in row.specialties),
        row.ends_on,
        row.days_left if there else None,
        row.per_cent if there else None,
        str(HOURS[HoursKind.MET if row.met else HoursKind.SHORT]) if there else "",
        row.seats,
        row.idle,
    )
