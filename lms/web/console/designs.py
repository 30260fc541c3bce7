"""证书样式: how the association's certificates look, tried out and published."""

import gzip
from base64 import b64encode
from dataclasses import replace
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from lms.accounts import queries as accounts
from lms.catalogue import queries as catalogue
from lms.credentials import queries
from lms.credentials.ports import DesignPress, LogoStudio
from lms.credentials.rules.designs import LONGEST, Design
from lms.credentials.services import designs as services
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AccountId
from lms.web import desk
from lms.web.console.design_forms import LAYOUTS, MEANINGS, SWATCHES, DesignForm
from lms.web.console.sheets import Column, exported
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_designs", __name__, url_prefix="/console/designs")

_LOGO_UPLOAD = 2**20


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show the editor with what was saved last, and what was published."""
    held = queries.draft(desk.reading(), desk.association())
    return _page(DesignForm.of(held.design, held.revision))


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give what was published as a table; the export goes on the record."""
    columns = (
        Column(_("版本"), "count"), Column(_("样式")), Column(_("修改人"), "name"),
        Column(_("发布人"), "name"), Column(_("发布时间"), "instant", 18),
    )  # fmt: skip
    history = queries.design_history(desk.reading(), desk.association())
    rows = tuple(
        (
            one.design.version, str(LAYOUTS[one.design.layout][0]),
            _name(one.edited_by) if one.edited_by else "",
            _name(one.published_by) if one.published_by else "", one.published_at,
        )
        for one in history
    )  # fmt: skip
    filters = ((_("范围"), _("全部发布过的样式，不含系统自带的")),)
    return exported(_("证书样式"), columns, rows, "design.exported", filters)


@bp.post("")
@staff("clerk", "manager")
def save() -> ResponseReturnValue:
    """Keep the draft; or, without script, show what it would look like."""
    form = DesignForm.sent()
    design = form.judged(_lacking)
    if design is None:
        return _page(form), 422
    if request.form.get("deed") == "preview":
        return _page(form, _drawn(design))
    with desk.begin() as work:
        services.save_draft(work, desk.association(), design, form.seen())
    flash(_("草稿已保存，发布后新签发的证书才使用它。"), "ok")
    return redirect(url_for("console_designs.index"), 303)


@bp.post("/preview")
@staff("clerk", "manager")
def preview() -> ResponseReturnValue:
    """Draw what is typed; or say at which field something is wrong."""
    form = DesignForm.sent()
    design = form.judged(_lacking)
    if design is None:
        wrong = {name: list(map(str, said)) for name, said in form.errors.items()}
        return jsonify(wrong=wrong), 422
    return _svg(_drawn(design))


@bp.get("/draft.svg")
@staff("clerk", "manager")
def draft() -> ResponseReturnValue:
    """Draw the draft as it was saved."""
    held = queries.draft(desk.reading(), desk.association())
    return _svg(_press().preview(held.design, _issuer()))


@bp.get("/<int:design_no>.svg")
@staff("clerk", "manager")
def drawn(design_no: int) -> ResponseReturnValue:
    """Draw a design that was published; 0 is the house's own."""
    found = queries.design(desk.reading(), desk.association(), design_no)
    return _svg(_press().preview(found, _issuer()))


@bp.post("/<int:design_no>/take-up")
@staff("clerk", "manager")
def take_up(design_no: int) -> ResponseReturnValue:
    """Make a design of before the draft."""
    with desk.begin() as work:
        services.take_up(work, desk.association(), design_no)
    flash(_("已放进草稿，看过无误后再发布。"), "ok")
    return redirect(url_for("console_designs.index"), 303)


@bp.post("/publish")
@staff("manager")
def publish() -> ResponseReturnValue:
    """Let the draft hold for what is issued from now on."""
    said = request.form.get("revision", "")
    revision = int(said) if said.isascii() and said.isdecimal() else -1
    with desk.begin() as work:
        version = services.publish(work, desk.association(), revision, _press())
    flash(_("第 %(version)s 版已发布，今后签发的证书使用它。", version=version), "ok")
    return redirect(url_for("console_designs.index"), 303)


@bp.post("/drop")
@staff("clerk", "manager")
def drop() -> ResponseReturnValue:
    """Forget the draft."""
    with desk.begin() as work:
        services.drop_draft(work, desk.association())
    flash(_("草稿已放弃。"), "ok")
    return redirect(url_for("console_designs.index"), 303)


@bp.post("/logo")
@staff("clerk", "manager")
def logo() -> ResponseReturnValue:
    """Redraw an uploaded logo and put it into the draft."""
    sent: FileStorage | None = request.files.get("logo")
    if sent is None or not sent.filename:
        raise Refused("photo.none")
    with sent.stream as stream:
        upload = stream.read(_LOGO_UPLOAD + 1)
    if len(upload) > _LOGO_UPLOAD:
        raise Refused("logo.too_big")
    png = desk.port(LogoStudio).logo(upload)
    with desk.begin() as work:
        services.set_logo(work, desk.association(), png)
    flash(_("标识已放进草稿。"), "ok")
    return redirect(url_for("console_designs.index", _anchor="logo"), 303)


@bp.post("/logo/remove")
@staff("clerk", "manager")
def remove_logo() -> ResponseReturnValue:
    """Go back to the house's emblem."""
    with desk.begin() as work:
        services.set_logo(work, desk.association(), None)
    return redirect(url_for("console_designs.index", _anchor="logo"), 303)


def _press() -> DesignPress:
    return desk.port(DesignPress)


def _issuer() -> str:
    return catalogue.association(desk.reading(), desk.association()).name


def _drawn(design: Design) -> str:
    """Draw a design with the draft's logo."""
    held = queries.draft(desk.reading(), desk.association())
    return _press().preview(replace(design, logo=held.design.logo), _issuer())


def _lacking(design: Design) -> str:
    return _press().lacking(design, _issuer())


def _svg(text: str) -> Response:
    """Answer with a drawing, pressed to a third for who takes it so."""
    response = Response(text, mimetype="image/svg+xml")
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings.quality("gzip"):
        response.set_data(gzip.compress(text.encode(), 4))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _page(form: DesignForm, unsaved: str = "") -> str:
    session, association_id = desk.reading(), desk.association()
    held = queries.draft(session, association_id)
    history = queries.design_history(session, association_id)
    hands = {held.edited_by} | {one.published_by for one in history}
    return render_template(
        "console/designs.html",
        form=form,
        held=held,
        history=history,
        names={one: _name(one) for one in hands if one},
        two_person=catalogue.association(session, association_id).two_person,
        unsaved=_data_url("svg+xml", unsaved.encode()) if unsaved else "",
        logo=_data_url("png", held.design.logo) if held.design.logo else "",
        layouts=LAYOUTS,
        swatches=SWATCHES,
        meanings=MEANINGS,
        longest=LONGEST,
    )


def _name(account_id: UUID) -> str:
    try:
        return accounts.account(desk.reading(), AccountId(account_id)).name
    except NotFound:
        return words("account.unknown", {})


def _data_url(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{b64encode(data).decode()}"
