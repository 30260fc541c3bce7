"""操作记录: what the association's staff did, for its managers to read."""

import json
from collections.abc import Mapping
from datetime import MAXYEAR, date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.queries import staffing
from lms.reports import deeds as reports
from lms.reports.deeds import PAGE, Asked, Deed
from lms.web import desk
from lms.web.console.deed_words import GROUPS, said
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff

bp = Blueprint("console_deeds", __name__, url_prefix="/console/deeds")

_ROOMS = {
    "order": ("console_orders.order", "order_id"),
    "person": ("console_people.record", "person_id"),
}
"""Where what a deed was about can be looked at."""


@bp.get("")
@staff("manager")
def index() -> ResponseReturnValue:
    """List what the staff did, the newest first."""
    asked, group = _asked(request.args)
    before = request.args.get("before", type=int)
    session, association_id = desk.reading(), desk.association()
    found = reports.deeds(session, association_id, asked, before)
    shown = found[:PAGE]
    return render_template(
        "console/deeds.html",
        deeds=shown,
        before=shown[-1].seq if len(found) > PAGE else None,
        asked=asked,
        group=group,
        narrowed=_narrowed(asked, group),
        groups=GROUPS,
        hands=staffing.hands(session, association_id),
        rooms=_ROOMS,
        said=said,
        facts=_facts,
    )


@bp.post("/export.xlsx")
@staff("manager")
def export() -> ResponseReturnValue:
    """Give the list as a table; that it went out is a deed as well."""
    asked, group = _asked(request.form)
    columns = (
        Column(_("时间"), "instant", 18), Column(_("经办人")),
        Column(_("操作"), width=24), Column(_("对象"), width=46),
        Column(_("明细"), width=80),
    )  # fmt: skip
    session, association_id = desk.walking(), desk.association()
    rows = map(_cells, reports.every(session, association_id, asked))
    called = dict(staffing.hands(session, association_id))
    filters = (
        (_("开始日期"), asked.since.isoformat() if asked.since else ""),
        (_("结束日期"), asked.until.isoformat() if asked.until else ""),
        (_("经办人"), called.get(asked.account_id, "") if asked.account_id else ""),
        (_("类别"), str(GROUPS[group][0]) if group else ""),
    )
    return exported(_("操作表"), columns, rows, "deeds.exported", filters)


def _cells(one: Deed) -> tuple[Cell, ...]:
    return one.at, one.by, said(one.kind), ":".join(one.about), _facts(one)


def _facts(one: Deed) -> str:
    """Write what the book holds of a deed: codes, counts and digests, no person."""
    return json.dumps(one.facts, ensure_ascii=False, sort_keys=True)


def _asked(told: Mapping[str, str]) -> tuple[Asked, str]:
    """Read what is wanted; what is strange is not asked."""
    group = told.get("group", "")
    group = group if group in GROUPS else ""
    heads = GROUPS[group][1] if group else frozenset[str]()
    since, until = _day(told.get("since", "")), _day(told.get("until", ""))
    return Asked(since, until, _account(told.get("by", "")), heads), group


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    # Beyond these no instant can be reckoned from a day.
    return day if 1 < day.year < MAXYEAR else None


def _account(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _narrowed(asked: Asked, group: str) -> dict[str, str]:
    """Give the filter as an address says it."""
    told = {
        "since": asked.since.isoformat() if asked.since else "",
        "until": asked.until.isoformat() if asked.until else "",
        "by": str(asked.account_id or ""),
        "group": group,
    }
    return {name: value for name, value in told.items() if value}
