"""答复期限和模板: what the desk promises, and what it often says."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from lms.catalogue import queries as catalogue
from lms.kernel.blanks import filled
from lms.kernel.errors import Conflict, Refused
from lms.policy.answering import TOPICS, Matter, answer_rule
from lms.threads import queries, services
from lms.threads.queries import TemplateCard
from lms.threads.rules import (
    BODY_LENGTH,
    TITLE_LENGTH,
    Blank,
    template_flaws,
)
from lms.threads.services.settings import Wanted
from lms.web import desk
from lms.web import thread_words as said
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.forms import PageForm, SelectChoice
from lms.web.messages import words
from lms.web.thread_forms import newlines

bp = Blueprint("console_replies", __name__, url_prefix="/console/replies")

_NEEDED = _l("请填写此项。")


class LimitForm(PageForm):
    """How many working days, for what, from when on."""

    matter = SelectField(
        _l("主题"),
        choices=lambda: [SelectChoice(one.value, said.MATTER[one]) for one in Matter],
        validators=[InputRequired(_NEEDED)],
    )
    workdays = IntegerField(
        _l("几个工作日内答复"),
        validators=[
            InputRequired(_NEEDED),
            NumberRange(1, 99, _l("请填写 1 至 15 个工作日。")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    from_on = DateField(
        _l("从哪一天起"),
        validators=[InputRequired(_NEEDED)],
        description=_l("之前已经承诺的日期不变。"),
    )


class TemplateForm(PageForm):
    """Words that the desk says often."""

    title = StringField(
        _l("模板名称"),
        validators=[InputRequired(_NEEDED), Length(max=TITLE_LENGTH[1])],
        render_kw={"maxlength": TITLE_LENGTH[1], "autocomplete": "off"},
    )
    matter = SelectField(
        _l("用于哪个主题"),
        choices=lambda: [
            SelectChoice("", _l("全部主题")),
            *(SelectChoice(one.value, said.MATTER[one]) for one in TOPICS),
        ],
        default="",
    )
    body = TextAreaField(
        _l("正文"),
        validators=[InputRequired(_NEEDED), Length(max=BODY_LENGTH[1])],
        filters=[newlines],
        render_kw={"rows": 8, "maxlength": BODY_LENGTH[1]},
    )
    interim = BooleanField(
        _l("只是先回一句，仍待答复"),
        description=_l("套用时预选“先回一句，仍待答复”，承诺的日期照算。"),
    )

    @property
    def wanted(self) -> Wanted:
        """Give what was typed."""
        matter = str(self.matter.data or "")
        return Wanted(
            str(self.title.data or ""),
            str(self.body.data or ""),
            Matter(matter) if matter else None,
            bool(self.interim.data),
        )

    def sound(self) -> bool:
        """Say at the fields what does not fit; tell whether all does."""
        if not self.validate():
            return False
        wanted = self.wanted
        found = tuple(template_flaws(wanted.title, wanted.body))
        for one in found:
            field = self.title if one.code == "thread.template_title" else self.body
            field.errors = [*field.errors, words(one.code, {"name": one.name})]
        return not found


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show what is promised, and the templates."""
    return _page(LimitForm.blank(from_on=desk.today()))


def _page(form: LimitForm) -> str:
    session, house, today = desk.reading(), desk.association(), desk.today()
    visitor = desk.visitor()
    limits = queries.limits(session, house)
    return render_template(
        "console/replies.html",
        form=form,
        now=queries.workdays_of(session, house, today),
        rule=answer_rule(today),
        coming=[one for one in limits if one.from_on > today],
        own={one.matter for one in limits if one.from_on <= today},
        templates=queries.templates(session, house),
        matters=Matter,
        may_set=visitor is not None and "manager" in visitor.roles,
        said=said,
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give what is promised, and the templates, as a table; it is noted."""
    session, house, today = desk.reading(), desk.association(), desk.today()
    columns = (
        Column(_("类别")), Column(_("主题"), width=24), Column(_("工作日"), "count"),
        Column(_("从哪一天起"), "day"), Column(_("模板名称"), width=24),
        Column(_("正文"), width=80), Column(_("先回一句，仍待答复")),
    )  # fmt: skip
    held = queries.workdays_of(session, house, today)
    promised: list[tuple[Cell, ...]] = [
        (_("答复期限"), str(said.MATTER[one]), held[one], None, "", "", "")
        for one in Matter
    ]
    promised += [
        (
            _("答复期限"),
            str(said.MATTER[one.matter]),
            one.workdays,
            one.from_on,
            "",
            "",
            "",
        )
        for one in queries.limits(session, house)
        if one.from_on > today
    ]
    rows = (*promised, *map(_of_template, queries.templates(session, house)))
    filters = (
        (_("范围"), _("今天的期限、已定的新期限和全部答复模板")),
        (_("日期"), today.isoformat()),
    )
    return exported(
        _("答复期限和模板"), columns, rows, "reply_template.exported", filters
    )


def _of_template(one: TemplateCard) -> tuple[Cell, ...]:
    matter = str(said.MATTER[one.matter]) if one.matter else _("全部主题")
    again = _("是") if one.interim else _("否")
    return _("答复模板"), matter, None, None, one.title, one.body, again


@bp.post("/limits")
@staff("manager")
def limit() -> ResponseReturnValue:
    """Promise a number of working days, from a day on."""
    form = LimitForm.sent()
    from_on = form.from_on.data if form.validate() else None
    if from_on is None:
        return _page(form), 422
    try:
        with desk.begin() as work:
            services.set_limit(
                work,
                desk.association(),
                Matter(str(form.matter.data)),
                int(form.workdays.data or 0),
                from_on,
            )
    except (Refused, Conflict) as no:
        field = form.workdays if no.code == "thread.limit_days" else form.from_on
        field.errors = [words(no.code, no.facts)]
        return _page(form), 409 if isinstance(no, Conflict) else 422
    flash(_("期限已设定，到期即对新的来信生效。"), "ok")
    return redirect(url_for("console_replies.index"), 303)


@bp.get("/templates/new")
@staff("clerk", "manager")
def new() -> ResponseReturnValue:
    """Show the form of a new template."""
    return _form_page(TemplateForm.blank())


@bp.post("/templates/new")
@staff("clerk", "manager")
def create() -> ResponseReturnValue:
    """Write a template, or show how it reads."""
    return _kept(TemplateForm.sent(), None)


@bp.get("/templates/<uuid:template_id>")
@staff("clerk", "manager")
def edit(template_id: UUID) -> ResponseReturnValue:
    """Show a template in its form."""
    card = queries.template(desk.reading(), desk.association(), template_id)
    form = TemplateForm.blank(
        title=card.title,
        body=card.body,
        matter=card.matter.value if card.matter else "",
        interim=card.interim,
    )
    return _form_page(form, template_id)


@bp.post("/templates/<uuid:template_id>")
@staff("clerk", "manager")
def save(template_id: UUID) -> ResponseReturnValue:
    """Change a template, or show how it would read."""
    queries.template(desk.reading(), desk.association(), template_id)
    return _kept(TemplateForm.sent(), template_id)


def _kept(form: TemplateForm, template_id: UUID | None) -> ResponseReturnValue:
    if not form.sound():
        return _form_page(form, template_id), 422
    if request.form.get("then") == "preview":
        return _form_page(form, template_id, _preview(form.wanted.body))
    try:
        with desk.begin() as work:
            services.save_template(work, desk.association(), form.wanted, template_id)
    except Refused as no:
        form.title.errors = [words(no.code, no.facts)]
        return _form_page(form, template_id), 422
    flash(_("模板已保存。"), "ok")
    return redirect(url_for("console_replies.index", _anchor="templates"), 303)


def _preview(body: str) -> str:
    """Show how a reply would read, with values as they may be."""
    house = catalogue.association(desk.reading(), desk.association())
    samples: dict[str, str] = {
        Blank.ASKER: "张建国",
        Blank.NUMBER: "Z261122K7M3QX2",
        Blank.SUBJECT: _("学时没有记上"),
        Blank.LIMIT: desk.today().isoformat(),
        Blank.ASSOCIATION: house.name,
        Blank.CONTACT: house.contact,
    }
    return filled(body, samples)


def _form_page(
    form: TemplateForm, template_id: UUID | None = None, preview: str = ""
) -> str:
    return render_template(
        "console/reply_template.html",
        form=form,
        template_id=template_id,
        preview=preview,
        said=said,
    )


@bp.post("/templates/<uuid:template_id>/drop")
@staff("clerk", "manager")
def drop(template_id: UUID) -> ResponseReturnValue:
    """Remove a template."""
    with desk.begin() as work:
        services.drop_template(work, desk.association(), template_id)
    flash(_("模板已删除。已经发出的答复不受影响。"), "ok")
    return redirect(url_for("console_replies.index", _anchor="templates"), 303)
