"""What real answers say of questions: lists, charts, one question, a table."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.exams import queries
from lms.exams.queries import AnalysisFilters, ItemCard
from lms.exams.rules import PLAIN, QuestionKind
from lms.exams.rules.analysis import LEAST_ANSWERS, bins, option_warnings
from lms.policy.model import Specialty
from lms.web import desk
from lms.web.console import bank_words as said
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.filters import listed, term

bp = Blueprint("console_analysis", __name__, url_prefix="/console/exams/analysis")

SPANS = {
    "": (None, _l("全部")),
    "month": (31, _l("近一个月")),
    "year": (366, _l("近一年")),
}
SORTS = {
    "": _l("先看有问题的"),
    "difficulty": _l("先看难的"),
    "discrimination": _l("先看区分度低的"),
    "count": _l("先看答得多的"),
}
WARNINGS = {
    "key": (_l("答案可能有误：答对的人总分反而低"), "bad"),
    "lured": (_l("有错误选项被高分组选得比答案多"), "bad"),
    "weak": (_l("区分度低"), "warn"),
    "hard": (_l("太难"), "warn"),
    "easy": (_l("太容易"), "info"),
    "unused": (_l("有选项没人选"), "info"),
    "few": (_l("答题人数少，暂不判断"), "neutral"),
}


@bp.get("")
@staff("author", "manager")
def index() -> ResponseReturnValue:
    """List questions by what their answers say, with charts of the whole."""
    filters = _filters()
    found = queries.items(desk.reading(), desk.association(), filters)
    judged = [one.figures for one in found if one.figures.count >= LEAST_ANSWERS]
    return render_template(
        "console/analysis.html",
        page=queries.leaf(found, filters.page),
        filters=filters,
        asked=_asked(),
        span=_span(),
        answers=sum(one.figures.count for one in found),
        judged=len(judged),
        warned=sum(bool(one.warnings) for one in judged),
        hard=bins((one.difficulty for one in judged), 0, 1),
        apart=bins(
            (one.discrimination for one in judged if one.discrimination is not None),
            -1,
            1,
        ),
        specialties=list(Specialty),
        kinds=PLAIN,
        sorts=SORTS,
        spans=[(key, word) for key, (_days, word) in SPANS.items() if key],
        warnings=WARNINGS,
        least=LEAST_ANSWERS,
    )


@bp.get("/<uuid:question_id>")
@staff("author", "manager")
def question(question_id: UUID) -> ResponseReturnValue:
    """Show how one question was answered, option by option."""
    session, association_id = desk.reading(), desk.association()
    card = queries.question(session, association_id, question_id)
    found = queries.answered(session, association_id, question_id, _since())
    return render_template(
        "console/analysis_question.html",
        card=card,
        asked=[(one, option_warnings(one.chosen, one.figures.count)) for one in found],
        span=_span(),
        warnings=WARNINGS,
        least=LEAST_ANSWERS,
        said=said,
    )


@bp.post("/export.xlsx")
@staff("author", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table."""
    found = queries.items(desk.reading(), desk.association(), _filters())
    columns = (
        Column(_("专业")),
        Column(_("章节"), width=20),
        Column(_("题型"), width=10),
        Column(_("题干"), width=70),
        Column(_("作答数"), "count", 10),
        Column(_("答对数"), "count", 10),
        Column(_("难度（答对率）"), "hours", 14),
        Column(_("区分度"), "hours", 10),
        Column(_("提示"), width=40),
    )
    rows = map(_row, found)
    return exported(_("题目分析"), columns, rows, "analysis.exported", _narrowed())


def _narrowed() -> tuple[tuple[str, str], ...]:
    """Say by which words the list is narrowed, and how it is sorted."""
    asked = _asked()
    specialty, kind = asked.get("specialty", ""), asked.get("kind", "")
    return (
        (_("专业"), term(specialty) if specialty else ""),
        (_("题型"), term(kind) if kind else ""),
        (_("时间"), str(SPANS[_span()][1])),
        (_("只看要留意的"), _("是") if "warned" in asked else _("否")),
        (_("排列"), str(SORTS[asked.get("sort", "")])),
    )


def _row(one: ItemCard) -> tuple[Cell, ...]:
    told = one.figures
    return (
        term(one.specialty),
        one.chapter,
        term(one.kind),
        one.stem,
        told.count,
        told.good,
        _cell(told.difficulty),
        _cell(told.discrimination),
        listed([str(WARNINGS[code][0]) for code in told.warnings]),
    )


def _cell(figure: float | None) -> Decimal | None:
    return None if figure is None else Decimal(f"{figure:.2f}")


def _filters() -> AnalysisFilters:
    asked = _asked()
    specialty, kind = asked.get("specialty", ""), asked.get("kind", "")
    return AnalysisFilters(
        since=_since(),
        specialty=Specialty(specialty) if specialty not in {"", "common"} else None,
        common=specialty == "common",
        kind=QuestionKind(kind) if kind else None,
        warned="warned" in asked,
        sort=asked.get("sort", ""),
        page=request.args.get("page", 1, type=int),
    )


def _asked() -> dict[str, str]:
    """Give what the address asks for, as far as it is known."""
    known = {
        "specialty": {"common", *Specialty},
        "kind": set(PLAIN),
        "warned": {"1"},
        "sort": set(SORTS) - {""},
        "span": set(SPANS) - {""},
    }
    found = {name: request.args.get(name, "") for name in known}
    return {name: value for name, value in found.items() if value in known[name]}


def _span() -> str:
    return _asked().get("span", "")


def _since() -> date | None:
    days = SPANS[_span()][0]
    return None if days is None else desk.today() - timedelta(days=days)
