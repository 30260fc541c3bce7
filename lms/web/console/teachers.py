"""师资: the register of teachers, who is in it, and the second person's check."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.queries import staffing
from lms.approvals import queries as approvals
from lms.catalogue import queries as catalogue
from lms.catalogue.services import publishing
from lms.classes.queries import teaching as classes
from lms.kernel.errors import Conflict, LmsError, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.text import normal
from lms.kernel.work import Work
from lms.policy.model import Specialty
from lms.reports import classes as class_reports
from lms.reports import teachers as reports
from lms.reports.teachers import Asked, Pile
from lms.teachers import queries, services
from lms.teachers.queries import TeacherCard
from lms.teachers.rules import State
from lms.web import desk
from lms.web import teacher_words as said
from lms.web.console.second_word import said as second_word
from lms.web.console.second_word import status
from lms.web.console.sheets import Cell, Column, exported
from lms.web.console.teacher_forms import (
    ConsentForm,
    LookForm,
    PaperForm,
    TeacherForm,
)
from lms.web.doors import staff
from lms.web.filters import listed, term
from lms.web.messages import words

bp = Blueprint("console_teachers", __name__, url_prefix="/console/teachers")

ENTERS = ("author", "clerk", "manager")
"""Who enters a teacher."""

_LONGEST_WORDS = 40


@bp.get("")
@staff(*ENTERS)
def index() -> ResponseReturnValue:
    """List the register."""
    return _list(_asked(request.args), request.args.get("after", ""))


@bp.post("/search")
@staff(*ENTERS)
def search() -> ResponseReturnValue:
    """Find teachers: a name never stands in an address."""
    return _list(_asked(request.form))


def _asked(told: Mapping[str, str]) -> Asked:
    pile, specialty = told.get("pile", ""), told.get("specialty", "")
    return Asked(
        Pile(pile) if pile in set(Pile) else Pile.ALL,
        normal(told.get("words", ""))[:_LONGEST_WORDS],
        Specialty(specialty) if specialty in set(Specialty) else None,
    )


def _list(asked: Asked, after: str = "") -> str:
    session, house, on = desk.reading(), desk.association(), desk.today()
    return render_template(
        "console/teachers.html",
        page=reports.teachers(session, house, asked, on, after),
        counts=reports.counts(session, house, on),
        asked=asked,
        chosen=_chosen(asked),
        piles=Pile,
        specialties=tuple(Specialty),
        asks=catalogue.teachers_asked(session, house, desk.now()),
        on=on,
        said=said,
    )


def _chosen(asked: Asked) -> dict[str, str]:
    """Give what narrows the list, as its export sends it again."""
    return {
        "pile": asked.pile.value,
        "words": asked.words,
        "specialty": asked.specialty.value if asked.specialty else "",
    }


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give what a list shows as a table; the export goes on the record."""
    asked = _asked(request.form)
    columns = (
        Column(_("姓名"), "name"), Column(_("工作单位"), width=28),
        Column(_("职称")), Column(_("职称级别")), Column(_("能教的专业"), width=28),
        Column(_("从业起始年份"), "count"), Column(_("资格"), width=44),
        Column(_("最近到期"), "day"), Column(_("状态")), Column(_("同意公开")),
    )  # fmt: skip
    rows = reports.every(desk.reading(), desk.association(), asked, desk.today())
    filters = (
        (_("范围"), str(PILES[asked.pile])),
        (_("查找"), asked.words),
        (_("专业"), term(asked.specialty) if asked.specialty else ""),
    )
    cells = (_cells(one) for one in rows)
    return exported(_("师资"), columns, cells, "teachers.exported", filters)


PILES = {
    Pile.ALL: said.ALL,
    **{Pile(one.value): word for one, (word, _tone) in said.STATES.items()},
    Pile.ENDING: said.ENDING,
}


def _cells(one: TeacherCard) -> tuple[Cell, ...]:
    ends = [paper.valid_until for paper in one.papers if paper.valid_until]
    return (
        one.name, one.employer, one.title, str(said.LEVELS[one.level]),
        str(listed([term(each) for each in one.specialties])), one.since_year,
        str(listed([said.paper(each) for each in one.papers], strong=True)),
        min(ends, default=None), str(said.STATES[one.state][0]),
        _("已同意") if one.consent else _("未同意"),
    )  # fmt: skip


@bp.get("/new")
@staff(*ENTERS)
def new() -> ResponseReturnValue:
    """Show the form of a new teacher."""
    return _form(TeacherForm.blank().offer(), None)


def _form(form: TeacherForm, card: TeacherCard | None) -> str:
    return render_template("console/teacher_form.html", form=form, teacher=card)


@bp.post("/new")
@staff(*ENTERS)
def create() -> ResponseReturnValue:
    """Enter a teacher."""
    form = TeacherForm.sent().offer()
    if not form.validate():
        return _form(form, None), 422
    try:
        with desk.begin() as work:
            made = services.enter(work, desk.association(), form.facts(), form.number)
    except (Refused, Conflict) as no:
        form.blame(no.reasons or (no.code,), "name")
        return _form(form, None), status(no)
    flash(_("已录入。请接着登记资格证书，再提交复核。"), "ok")
    return shown(made)


@bp.get("/<uuid:teacher_id>")
@staff(*ENTERS)
def show(teacher_id: UUID) -> ResponseReturnValue:
    """Show one teacher: who, by what right, whether the public may know."""
    return page(teacher_id)


def card_of(teacher_id: UUID) -> TeacherCard:
    """Fetch a teacher of the visitor's association.

    Raises: NotFound.
    """
    return queries.teacher(desk.reading(), desk.association(), teacher_id)


def page(teacher_id: UUID, **over: Any) -> str:  # noqa: ANN401 - what the template wants
    """Draw one teacher's page; `over` replaces what a deed found wrong or opened."""
    session, card = desk.reading(), card_of(teacher_id)
    sessions = classes.held_by(session, teacher_id)
    told: dict[str, Any] = {
        "paper": PaperForm.blank().offer(),
        "consent": ConsentForm.blank(given_on=desk.today()),
        "look": LookForm.blank(),
        "opened": None,
        "failed": "",
        "confirmed": staffing.names(
            session, [card.checked_by] if card.checked_by else []
        ),
        "hindrance": _hindrance(card),
        "versions": catalogue.taught_by(session, teacher_id),
        "sessions": [one for _lesson, one in sessions],
        "titles": class_reports.titles(session, {lesson for lesson, _one in sessions}),
        "on": desk.today(),
        "said": said,
    }
    return render_template("console/teacher.html", teacher=card, **{**told, **over})


def _hindrance(card: TeacherCard) -> str:
    """Say beforehand why this visitor may not check, if so."""
    if card.state is not State.WAITING or card.approval_id is None:
        return ""
    asked = approvals.approval(desk.reading(), card.approval_id)
    mine = str(desk.me())
    own = asked.asked_person_id == desk.me() or mine in card.entered_by
    return words("approval.own", {}) if own else ""


def shown(teacher_id: UUID) -> ResponseReturnValue:
    """Lead back to the teacher's page."""
    return redirect(url_for("console_teachers.show", teacher_id=teacher_id), 303)


def done(
    teacher_id: UUID, told: str, deed: Callable[[Work, AssociationId], object]
) -> ResponseReturnValue:
    """Do a deed that the public may see, and lead back, or say why not."""
    card_of(teacher_id)
    try:
        with desk.begin() as work:
            deed(work, desk.association())
            # Pages of the catalogue are kept by their revision: they are drawn anew.
            publishing.bump(work)
    except (Refused, Conflict) as no:
        return page(teacher_id, failed=_why(no)), status(no)
    flash(told, "ok")
    return shown(teacher_id)


def _why(no: LmsError) -> str:
    return str(listed([words(code, no.facts) for code in no.reasons or (no.code,)]))


@bp.get("/<uuid:teacher_id>/edit")
@staff(*ENTERS)
def edit(teacher_id: UUID) -> ResponseReturnValue:
    """Show what is known of a teacher, to change."""
    card = card_of(teacher_id)
    return _form(TeacherForm.of(card), card)


@bp.post("/<uuid:teacher_id>/edit")
@staff(*ENTERS)
def save(teacher_id: UUID) -> ResponseReturnValue:
    """Keep what was changed; it wants another person's check again."""
    form, card = TeacherForm.sent().offer(), card_of(teacher_id)
    if not form.validate():
        return _form(form, card), 422
    try:
        with desk.begin() as work:
            house = desk.association()
            services.change(work, house, teacher_id, form.facts(), form.edition)
            publishing.bump(work)
    except (Refused, Conflict) as no:
        form.blame(no.reasons or (no.code,), "name")
        # What the colleague wrote is on the page now; who sends again has seen it.
        form.seen.data = str(card_of(teacher_id).edition)
        return _form(form, card), status(no)
    flash(_("已保存。"), "ok")
    return shown(teacher_id)


@bp.post("/<uuid:teacher_id>/submit")
@staff(*ENTERS)
def submit(teacher_id: UUID) -> ResponseReturnValue:
    """Ask another person to check."""
    return done(
        teacher_id,
        _("已提交，等另一位同事对照原件复核。"),
        lambda work, house: services.ask_check(work, house, teacher_id),
    )


@bp.post("/<uuid:teacher_id>/take-back")
@staff(*ENTERS)
def take_back(teacher_id: UUID) -> ResponseReturnValue:
    """Take a teacher back from the check."""
    return done(
        teacher_id,
        _("已撤回，可以继续修改。"),
        lambda work, house: services.take_back(work, house, teacher_id),
    )


@bp.post("/<uuid:teacher_id>/decide")
@staff("clerk", "manager")
def decide(teacher_id: UUID) -> ResponseReturnValue:
    """Say the second person's word."""
    word, told = second_word(), _("已退回，录入人能看到原因。")
    seen = request.form.get("seen", -1, type=int)
    if word[0] and card_of(teacher_id).consent:
        told = _("已复核，列入师资库。")
    elif word[0]:
        told = _(
            "已复核，列入师资库。还没有登记教师本人的同意，课程页不显示姓名，"
            "请在“公开”一栏登记。"
        )
    return done(
        teacher_id,
        told,
        lambda work, house: services.decide(work, house, teacher_id, word, seen=seen),
    )


@bp.post("/<uuid:teacher_id>/retire")
@staff("clerk", "manager")
def retire(teacher_id: UUID) -> ResponseReturnValue:
    """Let a teacher go."""
    reason = request.form.get("reason", "")
    return done(
        teacher_id,
        _("已停用，以后的课程不能再选。"),
        lambda work, house: services.retire(work, house, teacher_id, reason),
    )


@bp.post("/<uuid:teacher_id>/revive")
@staff("clerk", "manager")
def revive(teacher_id: UUID) -> ResponseReturnValue:
    """Take a teacher up again."""
    return done(
        teacher_id,
        _("已恢复，复核后重新在册。"),
        lambda work, house: services.revive(work, house, teacher_id),
    )


@bp.post("/<uuid:teacher_id>/discard")
@staff(*ENTERS)
def discard(teacher_id: UUID) -> ResponseReturnValue:
    """Throw away a draft that nobody checked and nothing names."""
    card_of(teacher_id)
    try:
        with desk.begin() as work:
            _insist_unnamed(work, teacher_id)
            services.discard(work, desk.association(), teacher_id)
    except (Refused, Conflict) as no:
        return page(teacher_id, failed=_why(no)), status(no)
    flash(_("已删除。"), "ok")
    return redirect(url_for("console_teachers.index"), 303)


def _insist_unnamed(work: Work, teacher_id: UUID) -> None:
    named = catalogue.names_anybody(work.session, teacher_id)
    if named or classes.holds_any(work.session, teacher_id):
        raise Conflict("teacher.named")
