"""Plans for papers: put by one, put in force by another, from a day on."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from lms.approvals.rules import ApprovalState
from lms.exams import queries, services
from lms.exams.queries import InForce, PlanCard
from lms.exams.rules import Blueprint as Plan
from lms.exams.rules.blueprints import faults
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.policy.model import Specialty
from lms.web import desk
from lms.web.console import bank_words as said
from lms.web.console.plan_forms import PlanForm, typed
from lms.web.console.sheets import MOST_LISTED, Cell, Column, exported
from lms.web.doors import staff
from lms.web.filters import points, term
from lms.web.forms import PageForm
from lms.web.messages import words

bp = Blueprint("console_plans", __name__, url_prefix="/console/exams/plans")


class DecideForm(PageForm):
    """Yes or no, and why."""

    comment = TextAreaField(
        _l("意见"),
        validators=[Length(max=400)],
        description=_l("不同意时必填。"),
        render_kw={"rows": 2, "maxlength": 400},
    )


@bp.get("")
@staff("author", "clerk", "manager")
def index() -> ResponseReturnValue:
    """Show what is in force for each specialty, and every plan that was put."""
    return render_template(
        "console/plans.html",
        in_force=_in_force(),
        plans=queries.plans(desk.reading(), desk.association()),
        states=ApprovalState,
    )


def _in_force() -> list[tuple[Specialty, InForce]]:
    session, association_id = desk.reading(), desk.association()
    return [
        (one, queries.blueprint_of(session, association_id, one, on=desk.today()))
        for one in queries.taught(session, association_id) or tuple(Specialty)
    ]


@bp.post("/export.xlsx")
@staff("author", "clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the plans as a table; the export goes on the record."""
    columns = (
        Column(_("专业"), width=20), Column(_("题量"), width=40),
        Column(_("时间（分钟）"), "count"), Column(_("合格线（分）"), "count"),
        Column(_("补考（次）"), "count"), Column(_("启用日期"), "day"),
        Column(_("提出时间"), "instant", 18), Column(_("状态")),
    )  # fmt: skip
    put = queries.plans(desk.reading(), desk.association(), most=MOST_LISTED)
    rows = (
        *(_row_in_force(specialty, now) for specialty, now in _in_force()),
        *map(_row_put, put),
    )
    filters = ((_("范围"), _("现在启用的，和最近提出的 %(n)s 份", n=MOST_LISTED)),)
    return exported(_("组卷方案"), columns, rows, "exam.plans_exported", filters)


def _row_in_force(specialty: Specialty, now: InForce) -> tuple[Cell, ...]:
    state = _("现在启用") if now.id else _("现在启用（默认方案）")
    return term(specialty), *_numbers(now.blueprint), now.since, None, state


def _row_put(one: PlanCard) -> tuple[Cell, ...]:
    words_of = {
        ApprovalState.OPEN: _("待决定"),
        ApprovalState.APPROVED: _("已同意"),
        ApprovalState.REFUSED: _("未同意"),
    }
    state = words_of.get(one.approval.state, _("已撤回"))
    what = term(one.specialty) if one.specialty else _("全部专业")
    return what, *_numbers(one.blueprint), one.effective_from, one.asked_at, state


def _numbers(plan: Plan) -> tuple[Cell, ...]:
    counts = " · ".join(f"{term(kind)} {n}" for kind, n in plan.counts().items())
    return counts, plan.minutes, plan.pass_mark, plan.retakes


@bp.get("/new")
@staff("author", "clerk")
def new() -> ResponseReturnValue:
    """Show the form, filled with what is in force."""
    asked = request.args.get("specialty", "")
    specialty = Specialty(asked) if asked in set(Specialty) else None
    session, association_id = desk.reading(), desk.association()
    first = specialty or next(iter(queries.taught(session, association_id)), None)
    now = queries.blueprint_of(
        session, association_id, first or Specialty.BUILDING, on=desk.today()
    )
    form = PlanForm.blank(
        specialty=asked if specialty else "",
        since=desk.today(),
        **typed(now.blueprint),
    )
    return _form_page(form)


@bp.post("/new")
@staff("author", "clerk")
def propose() -> ResponseReturnValue:
    """Put a plan; a manager decides."""
    form = PlanForm.sent()
    form.offer(_chapters())
    since = form.since.data
    if not form.validate() or since is None:
        return _form_page(form), 422
    plan = form.blueprint()
    found = faults(plan, since, desk.today())
    if found:
        return _form_page(form, form.blame(found)), 422
    lacks = queries.lacks(desk.reading(), desk.association(), form.chosen(), plan)
    if lacks:
        return _form_page(form, _lacking(lacks)), 422
    with desk.begin() as work:
        made = services.propose_plan(
            work,
            desk.association(),
            form.chosen(),
            plan,
            since=since,
            reason=str(form.reason.data),
        )
    flash(_("已提出，等负责人决定。"), "ok")
    return redirect(url_for("console_plans.show", plan_id=made), 303)


@bp.get("/<uuid:plan_id>")
@staff("author", "clerk", "manager")
def show(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan beside the one in force, and what the bank lacks for it."""
    return _show(plan_id, DecideForm.blank())


@bp.post("/<uuid:plan_id>/decide")
@staff("manager")
def decide(plan_id: UUID) -> ResponseReturnValue:
    """Put a plan in force, or send it back."""
    form = DecideForm.sent()
    approved = request.form.get("answer") == "yes"
    good = form.validate()
    if good and not approved and not (form.comment.data or "").strip():
        form.comment.errors = [words("approval.no_comment", {})]
        good = False
    if not good:
        return _show(plan_id, form), 422
    with desk.begin() as work:
        services.decide_plan(
            work, desk.association(), plan_id, approved, form.comment.data or ""
        )
    flash(_("已同意，按启用日期生效。") if approved else _("已退回。"), "ok")
    return redirect(url_for("console_plans.show", plan_id=plan_id), 303)


@bp.post("/<uuid:plan_id>/withdraw")
@staff("author", "clerk")
def withdraw(plan_id: UUID) -> ResponseReturnValue:
    """Take back what one put oneself."""
    with desk.begin() as work:
        services.withdraw_plan(work, desk.association(), plan_id)
    flash(_("已撤回。"), "ok")
    return redirect(url_for("console_plans.index"), 303)


def _show(plan_id: UUID, form: DecideForm) -> str:
    session, association_id = desk.reading(), desk.association()
    card = queries.plan(session, association_id, plan_id)
    is_open = card.approval.state is ApprovalState.OPEN
    lacks = (
        queries.lacks(session, association_id, card.specialty, card.blueprint)
        if is_open
        else ()
    )
    asker = card.approval.asked_person_id
    return render_template(
        "console/plan.html",
        card=card,
        form=form,
        is_open=is_open,
        lacking=_lacking(lacks),
        mine=asker == desk.me(),
        asker=people.name(session, PersonId(asker)) if asker else "—",
        state=card.approval.state,
        said=said,
    )


def _chapters() -> list[str]:
    found = queries.chapters(desk.reading(), desk.association())
    return sorted({chapter for _specialty, chapter, _n in found})


def _form_page(form: PlanForm, told: list[str] | None = None) -> str:
    form.offer(_chapters())
    return render_template(
        "console/plan_form.html",
        form=form,
        told=told or [],
        whole=points(form.points()),
    )


def _lacking(lacks: tuple[queries.Lack, ...]) -> list[str]:
    """Say line by line what the bank has not."""
    told = []
    for lack in lacks:
        for one in lack.shortages:
            row = one.row
            place = [term(lack.specialty), term(row.kind)]
            place += [row.chapter] if row.chapter else []
            place += [str(said.LEVELS[row.difficulty])] if row.difficulty else []
            told.append(
                _(
                    "%(place)s：需要 %(wanted)s 题，题库只能抽出 %(there)s 题。",
                    place=" · ".join(place),
                    wanted=row.count,
                    there=one.there,
                )
            )
    return told
