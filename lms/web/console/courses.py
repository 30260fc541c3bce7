"""Writing and publishing courses. Authors draft, managers publish."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.catalogue import queries, services
from lms.catalogue.rules import LessonKind, VersionState
from lms.catalogue.rules.trees import Tree, mark_of
from lms.catalogue.services import DraftFacts
from lms.kernel.text import clean_html
from lms.policy.model import Specialty, Track
from lms.reports import authored as reports
from lms.web import desk, teacher_words
from lms.web.console.course_forms import (
    COMMON,
    CourseForm,
    rich,
    tree_sent,
    typed_again,
)
from lms.web.console.course_scope import back, check_chapter, mine
from lms.web.console.sheets import Column, exported, hours_cell, yuan_cell
from lms.web.doors import staff
from lms.web.filters import term

bp = Blueprint("console_courses", __name__, url_prefix="/console/courses")

GROUPS = {
    "all": _l("全部"), "review": _l("待发布"), "returned": _l("退回修改"),
    "draft": _l("草稿"), "published": _l("在售"), "withdrawn": _l("已下架"),
}  # fmt: skip
"""The parts of the list, and where a version stands."""

_TEXT_BYTES = 8 * 2**20
_LONGEST_TEXT = 400_000


@bp.get("")
@staff("author", "manager")
def index() -> ResponseReturnValue:
    """List the association's courses."""
    session, association_id = desk.reading(), desk.association()
    asked = request.args.get("state", "all")
    group = asked if asked in reports.COURSE_GROUPS else "all"
    return render_template(
        "console/courses.html",
        rows=reports.authored(session, association_id, group),
        counts=reports.course_counts(session, association_id),
        group=group,
    )


@bp.post("/export.xlsx")
@staff("author", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table; the export goes on the record."""
    asked = request.form.get("state", "all")
    group = asked if asked in reports.COURSE_GROUPS else "all"
    columns = (
        Column(_("课程编号"), width=18), Column(_("课程"), width=40),
        Column(_("版本"), "count", 8), Column(_("专业")), Column(_("必修/选修")),
        Column(_("学时"), "hours"), Column(_("价格（元）"), "money"),
        Column(_("学员"), "count"), Column(_("状态")),
        Column(_("发布时间"), "instant", 18),
    )  # fmt: skip
    found = reports.authored(desk.reading(), desk.association(), group)
    rows = tuple(
        (
            one.number, one.title, one.n, term(one.specialty), term(one.track),
            hours_cell(one.credit), yuan_cell(one.price), one.learners,
            str(GROUPS[one.state.value]), one.published_at,
        )
        for one in found
    )  # fmt: skip
    filters = ((_("状态"), str(GROUPS[group])),)
    return exported(_("课程表"), columns, rows, "courses.exported", filters)


@bp.get("/new")
@staff("author")
def new() -> ResponseReturnValue:
    """Show the form that begins a course."""
    form = CourseForm.blank(year=desk.today().year).offer()
    return render_template("console/course_facts.html", form=form, version=None)


@bp.post("/new")
@staff("author")
def create() -> ResponseReturnValue:
    """Begin a course."""
    form = CourseForm.sent().offer()
    if not form.validate():
        page = render_template("console/course_facts.html", form=form, version=None)
        return page, 422
    with desk.begin() as work:
        version_id = services.draft_course(work, desk.association(), _facts(form))
    flash(_("草稿已建立，请添加章节和课时。"), "ok")
    return redirect(url_for("console_courses.edit", version_id=version_id), 303)


@bp.url_value_preprocessor
def _let_texts_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow an author the body that a long text makes."""
    visitor = desk.visitor()
    if endpoint == "console_courses.preview" and visitor and "author" in visitor.roles:
        request.max_content_length = request.max_form_memory_size = _TEXT_BYTES


@bp.post("/preview")
@staff("author")
def preview() -> ResponseReturnValue:
    """Show typed text as it will be kept: cleaned. Nothing is written."""
    text = request.form.get("body", "")[:_LONGEST_TEXT].replace("\x00", "")
    return render_template(
        "console/text_preview.html",
        body=clean_html(rich(text)),
        title=request.form.get("title", "")[:120],
    )


@bp.get("/<uuid:version_id>")
@staff("author", "manager")
def edit(version_id: UUID) -> ResponseReturnValue:
    """Show a version: chapters, lessons, what is missing, what can be done."""
    version = mine(version_id)
    session = desk.reading()
    chapters = queries.outline(session, version.id)
    return render_template(
        "console/course.html",
        version=version,
        chapters=chapters,
        seen=mark_of(_tree(chapters)),
        association=queries.association(session, version.association_id),
        missing=queries.hindrances(session, version.id, desk.now()),
        versions=queries.versions(session, version.course_id),
        teachers=queries.teachers(session, version.id),
        on=desk.today(),
        said=teacher_words,
        writable=version.state is VersionState.DRAFT,
        kinds=tuple(LessonKind),
    )


@bp.get("/<uuid:version_id>/facts")
@staff("author")
def facts(version_id: UUID) -> ResponseReturnValue:
    """Show what the version says of itself, to change."""
    version = mine(version_id)
    form = CourseForm.blank(
        title=version.title,
        summary=typed_again(version.summary_html),
        specialty=version.specialty.value if version.specialty else COMMON,
        track=version.track.value,
        price=Decimal(version.price) / 100 if version.price else None,
        free=not version.price,
        teacher=version.teacher,
        teacher_title=version.teacher_title,
        year=version.year,
        valid_until=version.valid_until,
    ).offer()
    return render_template("console/course_facts.html", form=form, version=version)


@bp.post("/<uuid:version_id>/facts")
@staff("author")
def save_facts(version_id: UUID) -> ResponseReturnValue:
    """Keep what the version says of itself."""
    form, version = CourseForm.sent().offer(), mine(version_id)
    if version.from_register:
        form.by_register()
    if not form.validate():
        page = render_template("console/course_facts.html", form=form, version=version)
        return page, 422
    with desk.begin() as work:
        services.edit_draft(work, desk.association(), version_id, _facts(form))
    return back(version_id)


@bp.post("/<uuid:version_id>/chapters")
@staff("author")
def add_chapter(version_id: UUID) -> ResponseReturnValue:
    """Add a chapter."""
    with desk.begin() as work:
        title = request.form.get("title", "")[:80]
        services.add_chapter(work, desk.association(), version_id, title)
    return back(version_id)


@bp.post("/<uuid:version_id>/chapters/<uuid:chapter_id>/name")
@staff("author")
def rename_chapter(version_id: UUID, chapter_id: UUID) -> ResponseReturnValue:
    """Give a chapter another name."""
    check_chapter(mine(version_id), chapter_id)
    with desk.begin() as work:
        title = request.form.get("title", "")[:80]
        services.rename_chapter(work, desk.association(), chapter_id, title)
    return back(version_id)


@bp.post("/<uuid:version_id>/chapters/<uuid:chapter_id>/<any(up, down):way>")
@staff("author")
def move_chapter(version_id: UUID, chapter_id: UUID, way: str) -> ResponseReturnValue:
    """Change places with the chapter above or below."""
    check_chapter(mine(version_id), chapter_id)
    with desk.begin() as work:
        services.move_chapter(work, desk.association(), chapter_id, up=way == "up")
    return back(version_id)


@bp.post("/<uuid:version_id>/chapters/<uuid:chapter_id>/remove")
@staff("author")
def remove_chapter(version_id: UUID, chapter_id: UUID) -> ResponseReturnValue:
    """Take an empty chapter away."""
    check_chapter(mine(version_id), chapter_id)
    with desk.begin() as work:
        services.remove_chapter(work, desk.association(), chapter_id)
    return back(version_id)


@bp.post("/<uuid:version_id>/tree")
@staff("author")
def arrange(version_id: UUID) -> ResponseReturnValue:
    """Put chapters and lessons in the order that they were dragged to."""
    mine(version_id)
    seen, tree = tree_sent(request.get_json())
    with desk.begin() as work:
        mark = services.arrange(work, desk.association(), version_id, tree, seen)
    return jsonify(seen=mark)


@bp.post("/<uuid:version_id>/submit")
@staff("author")
def submit(version_id: UUID) -> ResponseReturnValue:
    """Ask a manager to publish."""
    with desk.begin() as work:
        services.submit(work, desk.association(), version_id)
    flash(_("已提交，等待负责人发布。"), "ok")
    return back(version_id)


@bp.post("/<uuid:version_id>/publish")
@staff("manager")
def publish(version_id: UUID) -> ResponseReturnValue:
    """Put a version on sale."""
    with desk.begin() as work:
        seen = request.form.get("seen", "")
        services.publish(work, desk.association(), version_id, seen=seen)
    flash(_("课程已发布。"), "ok")
    return back(version_id)


@bp.post("/<uuid:version_id>/send-back")
@staff("manager")
def send_back(version_id: UUID) -> ResponseReturnValue:
    """Give a version back to its author, with the reason."""
    with desk.begin() as work:
        reason = request.form.get("reason", "")
        services.send_back(work, desk.association(), version_id, reason)
    flash(_("已退回作者修改。"), "ok")
    return back(version_id)


@bp.post("/<uuid:version_id>/withdraw")
@staff("manager")
def withdraw(version_id: UUID) -> ResponseReturnValue:
    """Take a version off sale."""
    with desk.begin() as work:
        services.withdraw(work, desk.association(), version_id)
    flash(_("课程已下架，已购买的学员可继续学习。"), "ok")
    return back(version_id)


@bp.post("/<uuid:version_id>/new-version")
@staff("author")
def new_version(version_id: UUID) -> ResponseReturnValue:
    """Copy a version into a new draft."""
    with desk.begin() as work:
        made = services.new_version(work, desk.association(), version_id)
    return back(made)


def _tree(chapters: tuple[queries.ChapterCard, ...]) -> Tree:
    """Give the order of the chapters, without lessons that stand in none."""
    return tuple(
        (chapter.id, tuple(line.id for line in chapter.lessons))
        for chapter in chapters
        if chapter.id is not None
    )


def _facts(form: CourseForm) -> DraftFacts:
    specialty = str(form.specialty.data)
    return DraftFacts(
        title=str(form.title.data),
        summary_html=rich(str(form.summary.data or "")),
        specialty=None if specialty == COMMON else Specialty(specialty),
        track=Track(str(form.track.data)),
        price_fen=int(Decimal(form.price.data or 0) * 100),
        teacher=str(form.teacher.data or ""),
        teacher_title=str(form.teacher_title.data or ""),
        year=int(form.year.data or desk.today().year),
        valid_until=form.valid_until.data,
    )
