"""A course as one file: taken away, and brought in as a draft."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from lms.catalogue import queries, services
from lms.catalogue.ports import (
    BundleDesk,
    DocumentPress,
    MediaStore,
    OpenedBundle,
    PartShelf,
)
from lms.catalogue.rules.bundles import MOST_BYTES, Bundle, Fault, read_bundle
from lms.catalogue.rules.documents import MOST_BYTES as MOST_DOCUMENT
from lms.catalogue.rules.films import PART_BYTES, part_bytes, parts_of
from lms.catalogue.services import (
    Came,
    DocumentSent,
    FilmCame,
    FilmSent,
    PartSent,
)
from lms.kernel.errors import Refused
from lms.kernel.ids import new_id
from lms.web import desk
from lms.web.console.course_films import Span
from lms.web.console.course_scope import mine
from lms.web.doors import staff
from lms.web.filters import listed
from lms.web.messages import words

bp = Blueprint("console_bundles", __name__, url_prefix="/console/courses")

_NAMES: dict[str, LazyString] = {
    "title": _l("名称"), "kind": _l("类型"), "credit": _l("学时"),
    "required_seconds": _l("最短学习时间"), "body_html": _l("正文"),
    "captions": _l("字幕"), "stem": _l("题干"), "explanation": _l("解析"),
    "at_second": _l("提问时间"), "summary_html": _l("课程简介"),
    "specialty": _l("专业"), "track": _l("必修/选修"), "price_fen": _l("价格"),
    "teacher": _l("主讲教师"), "teacher_title": _l("教师职称"), "year": _l("年度"),
    "film": _l("视频"), "document": _l("文档"), "lesson": _l("课时"),
    "chapter": _l("章节"), "question": _l("随堂题"),
}  # fmt: skip
"""What people call the fields of a manifest."""

_AROUND = 2**20
_DAY = 86_400


@bp.url_value_preprocessor
def _let_courses_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow an author, and nobody else, the body that a whole course makes."""
    visitor = desk.visitor()
    if endpoint == "console_bundles.bring" and visitor and "author" in visitor.roles:
        request.max_content_length = MOST_BYTES + _AROUND


@bp.get("/<uuid:version_id>/file")
@staff("author", "manager")
def take(version_id: UUID) -> ResponseReturnValue:
    """Give a version as one file, with films and documents where that is asked."""
    version = mine(version_id)
    bodies = request.args.get("media") == "1"
    packed = queries.packed(desk.reading(), version.id, bodies=bodies)
    if packed.size > MOST_BYTES - _AROUND:
        raise Refused("bundle.heavy")
    store = desk.port(MediaStore)  # a Protocol, named as a key
    media = {}
    for name, key in packed.media.items():
        place = store.place(key, _DAY)
        if isinstance(place, str):
            raise Refused("bundle.away")
        media[name] = place
    with ExitStack() as held:
        # The answer closes it: until then it is the answer's.
        out = held.enter_context(tempfile.TemporaryFile())
        desk.port(BundleDesk).pack(out, packed.manifest, media)
        out.seek(0)
        held.pop_all()
    name = f"{version.title}-{version.n}.zip"
    return send_file(out, "application/zip", as_attachment=True, download_name=name)


@bp.get("/import")
@staff("author")
def index() -> ResponseReturnValue:
    """Show the form that brings a course in."""
    return render_template("console/course_import.html", faults=(), wrong="")


@bp.post("/import")
@staff("author")
def bring() -> ResponseReturnValue:
    """Make a draft of a course's file; what is wrong is listed, and nothing made."""
    sent: FileStorage | None = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(Refused("bundle.none"))
    try:
        with desk.port(BundleDesk).open(sent.stream) as opened:
            files = frozenset(opened.files)
            bundle, faults = read_bundle(opened.told, files)
            if bundle is None:
                page = render_template(
                    "console/course_import.html", faults=_told(faults), wrong=""
                )
                return page, 422
            made = _made(bundle, opened)
    except Refused as refused:
        return _refused(refused)
    flash(_("课程已导入为草稿。请逐课检查，再提交发布。"), "ok")
    if made.without:
        lessons = listed(made.without)
        told = _("文件里没有这些课时的视频或文档，请补传：%(lessons)s", lessons=lessons)
        flash(told, "warn")
    return redirect(url_for("console_courses.edit", version_id=made.version_id), 303)


def _refused(refused: Refused) -> ResponseReturnValue:
    wrong = words(refused.code, refused.facts)
    return render_template("console/course_import.html", faults=(), wrong=wrong), 422


def _told(faults: list[Fault]) -> list[tuple[str, str]]:
    """Write each fault with its place. Shape: pairs of place and words."""
    rows = []
    for one in faults:
        place = _("课程信息")
        if one.chapter:
            place = _("第 %(n)s 章", n=one.chapter)
        if one.lesson:
            place = _("第 %(n)s 章第 %(m)s 课", n=one.chapter, m=one.lesson)
        name, dot, rest = one.what.partition(".")
        named = f"{_NAMES[name]}{dot}{rest}" if name in _NAMES else one.what
        rows.append((place, words(one.code, {"what": named})))
    return rows


def _made(bundle: Bundle, opened: OpenedBundle) -> services.Made:
    """Bring the bodies to the disk, then write all down at once; or leave nothing."""
    bodies = _Bodies(opened)
    with desk.begin() as work:
        there = services.on_shelf(work, desk.association(), bundle)
    try:
        for one in bundle.media:
            if one.file is not None and one.sha256 not in there:
                bodies.bring(one.sha256, one.file, one.name)
        with desk.begin() as work:
            came = Came(bodies.films, bodies.documents)
            return services.import_course(work, desk.association(), bundle, came)
    except BaseException:
        bodies.drop()
        raise


@dataclass
class _Bodies:
    """What came with a course, on its way to the disk."""

    opened: OpenedBundle
    films: dict[str, FilmCame] = field(default_factory=dict)
    documents: dict[str, DocumentSent] = field(default_factory=dict)

    def bring(self, sha256: str, file: str, name: str) -> None:
        """Bring one body to the disk, where any upload lies. Raises: Refused."""
        if sha256 in self.films or sha256 in self.documents:
            return
        made = new_id()
        if file.endswith(".pdf"):
            body = self.opened.body(file)
            size, found = desk.port(DocumentPress).take(made, body, MOST_DOCUMENT)
            self.documents[sha256] = DocumentSent(made, name, size, found)
            return
        size = self.opened.files[file]
        sent = FilmSent(name, size, sha256, made)
        self.films[sha256] = FilmCame(sent, ())
        body, parts = self.opened.body(file), []
        for n in range(parts_of(size, PART_BYTES)):
            length = part_bytes(size, PART_BYTES, n)
            found = desk.port(PartShelf).put(made, n, Span(body, length), length)
            parts.append(PartSent(n, length, found))
        self.films[sha256] = FilmCame(sent, tuple(parts))

    def drop(self) -> None:
        """Leave nothing of them."""
        for film in self.films.values():
            if film.sent.id is not None:
                desk.port(PartShelf).drop(film.sent.id)
        for document in self.documents.values():
            desk.port(DocumentPress).drop(document.id)
