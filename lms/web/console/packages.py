"""Packages: several published courses at one price. Managers make them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Self
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired, Length, NumberRange

from lms.catalogue import queries, services
from lms.catalogue.queries import PackageDraft
from lms.catalogue.services import PackageFacts
from lms.kernel.ids import CourseId
from lms.kernel.money import Fen
from lms.policy.model import Specialty
from lms.web import desk
from lms.web.console.course_forms import Figure
from lms.web.console.sheets import Column, exported, yuan_cell
from lms.web.doors import staff
from lms.web.filters import credit, listed, money, term
from lms.web.forms import PageForm

bp = Blueprint("console_packages", __name__, url_prefix="/console/packages")


class PackageForm(PageForm):
    """What makes a package."""

    title = StringField(_l("套餐名称"), validators=[InputRequired(), Length(max=80)])
    specialty = SelectField(_l("专业"))
    price = Figure(
        _l("套餐价格（元）"),
        places=2,
        validators=[InputRequired(), NumberRange(0, 100_000)],
    )
    courses = SelectMultipleField(
        _l("包含的课程"),
        validators=[InputRequired(_l("请至少选两门课程。")), Length(min=2)],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )

    def offer(self) -> Self:
        """Fill the lists of choices."""
        self.specialty.choices = [("", term(None))] + [
            (one.value, term(one)) for one in Specialty
        ]
        self.courses.choices = [
            (str(one.course_id), _course_words(one))
            for one in queries.on_sale(desk.reading(), desk.association())
        ]
        return self

    def facts(self) -> PackageFacts:
        """Give what was typed."""
        specialty = str(self.specialty.data or "")
        return PackageFacts(
            title=str(self.title.data),
            specialty=Specialty(specialty) if specialty else None,
            price=Fen(int(Decimal(self.price.data or 0) * 100)),
            courses=tuple(CourseId(UUID(one)) for one in self.courses.data or ()),
        )


def _course_words(one: queries.VersionCard) -> str:
    return str(
        _(
            "%(title)s · %(specialty)s %(track)s · %(hours)s 学时 · %(price)s",
            title=one.title,
            specialty=term(one.specialty),
            track=term(one.track),
            hours=credit(one.credit),
            price=money(one.price),
        )
    )


@bp.get("")
@staff("manager")
def index() -> ResponseReturnValue:
    """List the association's packages, on sale or not."""
    session, ours = desk.reading(), desk.association()
    return render_template(
        "console/packages.html",
        packages=queries.package_drafts(session, ours),
        on_sale={one.course_id: one for one in queries.on_sale(session, ours)},
    )


@bp.post("/export.xlsx")
@staff("manager")
def export() -> ResponseReturnValue:
    """Give the packages as a table; the export goes on the record."""
    session, ours = desk.reading(), desk.association()
    columns = (
        Column(_("编号")), Column(_("套餐名称"), width=36), Column(_("专业")),
        Column(_("价格（元）"), "money"), Column(_("课程数"), "count"),
        Column(_("在售课程"), width=60), Column(_("状态")),
    )  # fmt: skip
    sold = {one.course_id: one.title for one in queries.on_sale(session, ours)}
    rows = tuple(
        (
            one.number, one.title, term(one.specialty), yuan_cell(one.price),
            len(one.courses),
            listed([sold[each] for each in one.courses if each in sold]),
            _state(one, sold),
        )
        for one in queries.package_drafts(session, ours)
    )  # fmt: skip
    filters = ((_("范围"), _("全部套餐，含已下架的")),)
    return exported(_("套餐"), columns, rows, "package.exported", filters)


def _state(one: PackageDraft, sold: Mapping[CourseId, str]) -> str:
    if not one.open:
        return str(_("已下架"))
    return str(_("在售") if {*one.courses} <= {*sold} else _("缺课停售"))


@bp.get("/new")
@staff("manager")
def new() -> ResponseReturnValue:
    """Show the form of a new package."""
    return _page(PackageForm.blank().offer(), None)


@bp.post("/new")
@staff("manager")
def create() -> ResponseReturnValue:
    """Put a new package on sale."""
    form = PackageForm.sent().offer()
    if not form.validate():
        return _page(form, None), 422
    with desk.begin() as work:
        services.create_package(work, desk.association(), form.facts())
    flash(_("套餐已上架。"), "ok")
    return redirect(url_for("console_packages.index"), 303)


@bp.get("/<uuid:package_id>")
@staff("manager")
def edit(package_id: UUID) -> ResponseReturnValue:
    """Show a package, to change."""
    found = queries.package_draft(desk.reading(), desk.association(), package_id)
    form = PackageForm.blank(
        title=found.title,
        specialty=found.specialty.value if found.specialty else "",
        price=Decimal(found.price) / 100,
        courses=[str(one) for one in found.courses],
    ).offer()
    return _page(form, found)


@bp.post("/<uuid:package_id>")
@staff("manager")
def save(package_id: UUID) -> ResponseReturnValue:
    """Keep a package; who bought it keeps what was bought."""
    found = queries.package_draft(desk.reading(), desk.association(), package_id)
    form = PackageForm.sent().offer()
    if not form.validate():
        return _page(form, found), 422
    with desk.begin() as work:
        services.edit_package(work, desk.association(), package_id, form.facts())
    flash(_("套餐已保存。"), "ok")
    return redirect(url_for("console_packages.index"), 303)


@bp.post("/<uuid:package_id>/<any(withdraw, reopen):deed>")
@staff("manager")
def turn(package_id: UUID, deed: str) -> ResponseReturnValue:
    """Take a package off sale, or put it back."""
    with desk.begin() as work:
        services.turn_package(
            work, desk.association(), package_id, on_sale=deed == "reopen"
        )
    said = (
        _("套餐已上架。") if deed == "reopen" else _("套餐已下架，已购买的不受影响。")
    )
    flash(said, "ok")
    return redirect(url_for("console_packages.index"), 303)


def _page(form: PackageForm, found: PackageDraft | None) -> str:
    return render_template("console/package.html", form=form, package=found)
