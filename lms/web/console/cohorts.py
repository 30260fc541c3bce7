"""按届统计: whose registration ends in a year, by specialty and by how far they are."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.policy.model import Specialty
from lms.reports import cohorts as reports
from lms.reports.board import month_of
from lms.reports.cohorts import HOURS, Asked, Cohort, CohortRow, Step
from lms.web import desk
from lms.web.console.sheets import Cell, Column, Counted, exported
from lms.web.doors import staff
from lms.web.filters import term

bp = Blueprint("console_cohorts", __name__, url_prefix="/console/cohorts")

STEPS: Mapping[Step, LazyString] = MappingProxyType(
    {
        Step.BEGUN: _l("不足 25%"),
        Step.QUARTER: _l("25%–49%"),
        Step.HALF: _l("50%–74%"),
        Step.MOST: _l("75%–99%"),
        Step.FULL: _l("已满"),
        Step.LATER: _l("暂未评估"),
        Step.RENEWED: _l("已延续"),
        Step.OVER: _l("已失效"),
    }
)
_MOST_PAGES = 10_000


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show one year's learners by specialty, as a map of heat."""
    session, house = desk.reading(), desk.association()
    known = reports.years(session, house)
    year = _year(request.args, known)
    return render_template(
        "console/cohorts.html",
        year=year,
        years=known,
        found=reports.cohorts(session, house, reports.whole_year(year)),
        steps=STEPS,
        hours=HOURS,
        all_steps=Step,
        words=step_words,
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def table() -> ResponseReturnValue:
    """Give the year's figures as a table; the export goes on the record."""
    session, house = desk.reading(), desk.association()
    year = _year(request.form, reports.years(session, house))
    columns = (
        Column(_("专业")), *(Column(step_words(one), "count") for one in Step),
        Column(_("有本期合格证"), "count"), Column(_("合计"), "count"),
    )  # fmt: skip
    found = reports.cohorts(session, house, reports.whole_year(year))
    rows = tuple(map(_figures, found))
    filters = ((_("年份"), str(year)),)
    return exported(_("按届统计"), columns, rows, "cohorts.table_exported", filters)


def _figures(one: Cohort) -> tuple[Cell, ...]:
    counts = (one.of(step) for step in Step)
    return term(one.specialty), *counts, one.certified, one.total


def step_words(step: Step) -> str:
    """Say how far somebody has come."""
    return str(STEPS[step])


_DIGITS = 4
"""Of a year."""


def _year(told: Mapping[str, str], known: tuple[int, ...]) -> int:
    typed = told.get("year", "")
    year = int(typed) if typed.isdecimal() and len(typed) == _DIGITS else 0
    if year in known:
        return year
    here = desk.today().year
    return here if here in known or not known else known[-1]


@bp.get("/people")
@staff("clerk", "manager")
def people() -> ResponseReturnValue:
    """List the people of a cell of the map."""
    session, house = desk.reading(), desk.association()
    asked, told = _asked(request.args)
    number = min(max(1, request.args.get("page", 1, int)), _MOST_PAGES)
    rows, total = reports.page(session, house, asked, number)
    pages = max(1, -(-total // reports.PAGE))
    return render_template(
        "console/cohort_people.html",
        asked=asked,
        told=told,
        rows=rows,
        page={"number": min(number, pages), "pages": pages, "total": total},
        words=step_words,
        specialties=tuple(Specialty),
        steps=tuple(Step),
    )


@bp.post("/people/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the people as a table; with whole names it needs another's word."""
    session, house = desk.walking(), desk.association()
    asked, _told = _asked(request.form)
    columns = (
        Column(_("姓名"), "name"), Column(_("专业")), Column(_("有效期止"), "day"),
        Column(_("学时进度")), Column(_("学时完成（%）"), "count"),
        Column(_("本期合格证")),
    )  # fmt: skip
    filters = (
        (_("有效期自"), asked.since.isoformat()),
        (_("有效期至"), asked.until.isoformat()),
        (_("专业"), term(asked.specialty) if asked.specialty else ""),
        (_("学时进度"), step_words(asked.step) if asked.step else ""),
        (_("本期合格证"), _("有") if asked.certified else ""),
        (_("缺学时"), _("是") if asked.short else ""),
    )
    total = reports.counted(session, house, asked)
    rows = Counted(map(_cells, reports.people(session, house, asked)), total)
    return exported(_("按届名单"), columns, rows, "cohorts.exported", filters)


def _cells(row: CohortRow) -> tuple[Cell, ...]:
    return (
        row.name,
        term(row.specialty),
        row.ends_on,
        step_words(row.step),
        row.per_cent,
        _("有") if row.certified else "",
    )


def _asked(told: Mapping[str, str]) -> tuple[Asked, dict[str, str]]:
    """Read whose names are wanted, and how an address says so."""
    first, last = month_of(desk.today())
    since = _day(told.get("since", "")) or first
    until = _day(told.get("until", "")) or max(last, since)
    specialty, step = told.get("specialty", ""), told.get("step", "")
    asked = Asked(
        since,
        until,
        Specialty(specialty) if specialty in set(Specialty) else None,
        Step(step) if step in set(Step) else None,
        certified=bool(told.get("certified")),
        short=bool(told.get("short")),
    )
    said = {
        "since": asked.since.isoformat(),
        "until": asked.until.isoformat(),
        "specialty": asked.specialty.value if asked.specialty else "",
        "step": asked.step.value if asked.step else "",
        "certified": "1" if asked.certified else "",
        "short": "1" if asked.short else "",
    }
    return asked, {name: value for name, value in said.items() if value}


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found <= date(2199, 12, 31) else None
