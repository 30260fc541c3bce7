"""The association's view of tests: attempts, who is stuck, the bank."""

from typing import cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.exams import queries, services
from lms.exams.rules import QuestionKind
from lms.kernel.errors import Refused
from lms.people import queries as people
from lms.policy.model import Specialty
from lms.reports import desk as desk_reports
from lms.reports import exams as reports
from lms.web import desk
from lms.web.doors import staff
from lms.web.filters import term
from lms.web.forms import PageForm

bp = Blueprint("console_exams", __name__, url_prefix="/console/exams")


class QuestionForm(PageForm):
    """One question of the bank."""

    specialty = SelectField(_l("专业"))
    kind = SelectField(_l("题型"))
    chapter = StringField(_l("章节"), validators=[InputRequired(), Length(max=80)])
    stem = TextAreaField(_l("题干"), validators=[InputRequired(), Length(max=1000)])
    options = TextAreaField(_l("选项（每行一个）"), validators=[InputRequired()])
    key = StringField(_l("答案（如 A 或 ACD）"), validators=[InputRequired()])
    explanation = TextAreaField(_l("解析"), validators=[Length(max=1000)])
    basis = StringField(_l("依据"), validators=[Length(max=200)])

    def offer(self) -> "QuestionForm":
        """Fill the lists of choices."""
        self.specialty.choices = [("", term(None))] + [
            (s.value, term(s)) for s in Specialty
        ]
        self.kind.choices = [(k.value, term(k)) for k in QuestionKind]
        return self


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show the newest attempts, and first those who are stuck."""
    session, association_id = desk.reading(), desk.association()
    asked = desk_reports.unlocks_asked(session, association_id)
    return render_template(
        "console/exams.html",
        blueprint=queries.blueprint_of(session, association_id),
        locked=desk_reports.to_unlock(session, association_id),
        asked=asked,
        called={one.person_id: people.name(session, one.person_id) for one in asked},
        attempts=reports.attempts(session, association_id),
    )


@bp.get("/bank")
@staff("author", "manager")
def bank() -> ResponseReturnValue:
    """Show the questions that papers are drawn from."""
    return _bank_page(QuestionForm.blank().offer())


@bp.post("/bank")
@staff("author")
def add_question() -> ResponseReturnValue:
    """Add one question of the association's own."""
    form = QuestionForm.sent().offer()
    if not form.validate():
        return _bank_page(form), 422
    with desk.begin() as work:
        new = services.add_questions(work, [_question(form)])
    flash(_("题目已加入题库。") if new else _("题库中已有相同的题目。"), "ok")
    return redirect(url_for("console_exams.bank"), 303)


@bp.post("/bank/<uuid:question_id>/retire")
@staff("author")
def retire(question_id: UUID) -> ResponseReturnValue:
    """Take an own question out of future papers."""
    with desk.begin() as work:
        services.retire(work, desk.association(), question_id)
    flash(_("题目已停用，已用过它的试卷不受影响。"), "ok")
    return redirect(url_for("console_exams.bank"), 303)


def _bank_page(form: QuestionForm) -> str:
    session, association_id = desk.reading(), desk.association()
    chosen = request.args.get("specialty", "")
    known = {s.value for s in Specialty}
    return render_template(
        "console/exam_bank.html",
        form=form,
        chosen=chosen,
        specialties=list(Specialty),
        counts=reports.bank_counts(session, association_id),
        questions=reports.bank(
            session,
            association_id,
            specialty=Specialty(chosen) if chosen in known else None,
            common=chosen == "common",
        ),
    )


def _question(form: QuestionForm) -> services.NewQuestion:
    options = tuple(
        line.strip() for line in str(form.options.data).splitlines() if line.strip()
    )
    key = tuple(
        "ABCDEFGH".find(letter) for letter in str(form.key.data).upper().strip()
    )
    if -1 in key:
        raise Refused("question.unsound")
    return services.NewQuestion(
        association_id=desk.association(),
        specialty=Specialty(form.specialty.data) if form.specialty.data else None,
        kind=QuestionKind(cast("str", form.kind.data)),
        chapter=str(form.chapter.data),
        stem=str(form.stem.data),
        options=options,
        key=key,
        explanation=str(form.explanation.data or ""),
        basis=str(form.basis.data or ""),
    )
