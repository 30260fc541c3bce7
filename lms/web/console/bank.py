"""The bank of questions: list, one question with its versions, twins."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.exams import queries, services
from lms.exams.rules import MOST_PARTS, Difficulty, NewQuestion, QuestionKind
from lms.exams.services import Twins
from lms.kernel.errors import NotFound, Refused
from lms.policy.model import Specialty
from lms.web import desk
from lms.web.console import bank_words as said
from lms.web.console.bank_forms import (
    FORMS,
    CaseForm,
    QuestionForm,
    looked,
    sound,
    typed,
)
from lms.web.console.sheets import Cell, Column, Counted, exported
from lms.web.doors import staff
from lms.web.filters import term
from lms.web.messages import words

bp = Blueprint("console_bank", __name__, url_prefix="/console/exams/bank")

_MOST_TWINS = 10


@bp.get("")
@staff("author", "manager")
def index() -> ResponseReturnValue:
    """List the questions that papers are drawn from."""
    session, association_id = desk.reading(), desk.association()
    found = looked(request.args)
    chapters = queries.chapters(session, association_id)
    asked = found.said.get("specialty")
    return render_template(
        "console/bank.html",
        looked=found,
        page=queries.bank(session, association_id, found.filters),
        chapters=chapters,
        named=sorted(
            {
                chapter
                for specialty, chapter, _n in chapters
                if asked in {None, specialty.value if specialty else "common"}
            }
        ),
        specialties=list(Specialty),
        kinds=list(QuestionKind),
        levels=list(Difficulty),
        twins=queries.twins(session, association_id).total,
        said=said,
    )


@bp.get("/new")
@staff("author")
def new() -> ResponseReturnValue:
    """Show the form of a question, or of a case."""
    form = FORMS[_case()].blank(
        specialty=request.args.get("specialty", ""),
        chapter=request.args.get("chapter", ""),
    )
    return _form_page(form, None)


@bp.post("/new")
@staff("author")
def create() -> ResponseReturnValue:
    """Add a question of the association's own."""
    form = FORMS[_case()].sent()
    return _saved(form, None)


@bp.get("/<uuid:question_id>")
@staff("author", "manager")
def show(question_id: UUID) -> ResponseReturnValue:
    """Show a question: its key, where it was used, its versions, what is like it."""
    session, association_id = desk.reading(), desk.association()
    card = queries.question(session, association_id, question_id)
    versions = queries.versions(session, association_id, card.root_id)
    alike = queries.alike_one(
        session, association_id, card.question, but_root=card.root_id
    )[:_MOST_TWINS]
    others = queries.these(session, association_id, [one for one, _p in alike])
    return render_template(
        "console/bank_question.html",
        card=card,
        versions=versions,
        used=queries.used(session, association_id, [one.id for one in versions]),
        alike=[(others[one], percent) for one, percent in alike if one in others],
        said=said,
    )


@bp.get("/<uuid:question_id>/edit")
@staff("author")
def edit(question_id: UUID) -> ResponseReturnValue:
    """Show the form of the next version."""
    card = _editable(question_id)
    case = card.question.kind is QuestionKind.CASE
    return _form_page(FORMS[case].blank(**typed(card.question)), card)


@bp.post("/<uuid:question_id>/edit")
@staff("author")
def save(question_id: UUID) -> ResponseReturnValue:
    """Write the next version; papers that used this one keep it."""
    card = _editable(question_id)
    return _saved(FORMS[card.question.kind is QuestionKind.CASE].sent(), card)


@bp.post("/<uuid:question_id>/retire")
@staff("author")
def retire(question_id: UUID) -> ResponseReturnValue:
    """Take an own question out of future papers."""
    with desk.begin() as work:
        services.retire(work, desk.association(), question_id)
    flash(_("题目已停用，已用过它的试卷不受影响。"), "ok")
    return redirect(url_for("console_bank.show", question_id=question_id), 303)


@bp.post("/<uuid:question_id>/restore")
@staff("author")
def restore(question_id: UUID) -> ResponseReturnValue:
    """Put a retired question back into future papers."""
    with desk.begin() as work:
        services.restore(work, desk.association(), question_id)
    flash(_("题目已重新启用。"), "ok")
    return redirect(url_for("console_bank.show", question_id=question_id), 303)


@bp.get("/twins")
@staff("author", "manager")
def twins() -> ResponseReturnValue:
    """Show questions that are nearly the same, side by side."""
    page = request.args.get("page", 1, type=int)
    return render_template(
        "console/bank_twins.html",
        page=queries.twins(desk.reading(), desk.association(), page),
        said=said,
    )


@bp.post("/twins/export.xlsx")
@staff("author", "manager")
def twins_export() -> ResponseReturnValue:
    """Give the pairs that nobody let stand as a table; the export is noted."""
    columns = (
        Column(_("相近（%）"), "count"), Column(_("题目"), width=60),
        Column(_("题型")), Column(_("相近的题目"), width=60), Column(_("题型")),
    )  # fmt: skip
    total = queries.twins(desk.reading(), desk.association()).total
    filters = ((_("范围"), _("等待处理的相近题目，最相近的在前")),)
    rows, kind = Counted(_every_twin(), total), "questions.twins_exported"
    return exported(_("相近的题目"), columns, rows, kind, filters)


def _every_twin() -> Iterator[tuple[Cell, ...]]:
    number = pages = 1
    while number <= pages:
        page = queries.twins(desk.reading(), desk.association(), number)
        for pair in page.cards:
            left, right = pair.left.question, pair.right.question
            kinds = term(left.kind), term(right.kind)
            yield pair.percent, left.stem, kinds[0], right.stem, kinds[1]
        number, pages = number + 1, page.pages


@bp.post("/twins/<uuid:left_id>/<uuid:right_id>")
@staff("author")
def settle(left_id: UUID, right_id: UUID) -> ResponseReturnValue:
    """Let both questions of a pair stand."""
    with desk.begin() as work:
        services.settle_twins(work, desk.association(), left_id, right_id)
    flash(_("已记下：两题都保留。"), "ok")
    return redirect(url_for("console_bank.twins"), 303)


def _case() -> bool:
    return request.args.get("kind") == QuestionKind.CASE.value


def _editable(question_id: UUID) -> queries.QuestionCard:
    """Give an own question that is in use.

    Raises: NotFound for any other.
    """
    card = queries.question(desk.reading(), desk.association(), question_id)
    if not card.own or card.retired_at is not None:
        raise NotFound("question.unknown")
    return card


def _saved(
    form: QuestionForm | CaseForm, card: queries.QuestionCard | None
) -> ResponseReturnValue:
    if isinstance(form, CaseForm) and request.form.get("more"):
        if len(form.parts) < MOST_PARTS:
            form.parts.append_entry()
        return _form_page(form, card)
    form.offer()
    question = sound(form, desk.association())
    if question is None:
        return _form_page(form, card), 422
    alike = queries.alike_one(
        desk.reading(),
        desk.association(),
        question,
        but_root=card.root_id if card else None,
    )[:_MOST_TWINS]
    try:
        made = _stored(question, card, alike)
    except Refused as refused:
        form.stem.errors = [*form.stem.errors, words(refused.code, refused.facts)]
        return _form_page(form, card), 422
    flash(_("题目已加入题库。") if card is None else _("已存为新版本。"), "ok")
    if alike:
        flash(_("题库中有 %(n)s 道题与它相近，请核对。", n=len(alike)), "warn")
    return redirect(url_for("console_bank.show", question_id=made), 303)


def _stored(
    question: NewQuestion,
    card: queries.QuestionCard | None,
    alike: tuple[tuple[UUID, int], ...],
) -> UUID:
    with desk.begin() as work:
        if card is None:
            made = services.add_question(work, question)
        else:
            made = services.edit(work, desk.association(), card.id, question)
        services.note_twins(work, [Twins(made, one, percent) for one, percent in alike])
    return made


def _form_page(form: QuestionForm | CaseForm, card: queries.QuestionCard | None) -> str:
    form.offer()
    chapters = queries.chapters(desk.reading(), desk.association())
    return render_template(
        "console/bank_form.html",
        form=form,
        card=card,
        case=isinstance(form, CaseForm),
        chapters=sorted({chapter for _specialty, chapter, _n in chapters}),
        most=MOST_PARTS,
    )
