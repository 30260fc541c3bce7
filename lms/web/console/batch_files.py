"""What a batch leaves to take away: packages to download, and paper to be printed."""

from datetime import UTC, datetime
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wsgi import wrap_file

from lms.credentials.queries import batches as queries
from lms.credentials.rules import read_number
from lms.credentials.rules.batches import PaperWhy
from lms.credentials.services import packages, paper
from lms.kernel.errors import NotFound
from lms.reports import batches as reports
from lms.reports import certificates
from lms.reports.ports import BatchPacker
from lms.web import desk
from lms.web.console.batch_words import WHY
from lms.web.console.batches import account
from lms.web.console.sheets import Column, exported
from lms.web.doors import staff
from lms.web.filters import instant, term

bp = Blueprint("console_batch_files", __name__, url_prefix="/console/certificates")

MOST_AT_ONCE = 200
"""So many papers one form marks as printed."""


@bp.post("/batches/<uuid:batch_id>/package")
@staff("clerk", "manager")
def pack(batch_id: UUID) -> ResponseReturnValue:
    """Ask for a package; that it goes out is on the record from here on."""
    asked = request.form.get("kinds", "")
    there = queries.kinds_of(desk.reading(), batch_id)
    kinds = tuple(kind for kind in there if asked in {kind.value, "all"})
    with desk.begin() as work:
        packages.ask_package(work, desk.association(), batch_id, kinds)
    flash(_("正在打包，完成后会出现在本页，7 天内可以下载。已记入导出记录。"), "ok")
    return redirect(
        url_for("console_batches.show", batch_id=batch_id, _anchor="files"), 303
    )


@bp.get("/packages/<uuid:pack_id>.zip")
@staff("clerk", "manager")
def fetch(pack_id: UUID) -> ResponseReturnValue:
    """Send a package, by ranges too, to who asked for it and to nobody else."""
    card, key = queries.package(desk.reading(), desk.association(), account(), pack_id)
    if card.expires_at is None or card.expires_at <= desk.now():
        # Its days are over, though the clock's work may not have removed it yet.
        raise NotFound("batch.no_package")
    file = desk.port(BatchPacker).open(card.id, key, card.size)
    response = Response(
        wrap_file(request.environ, file, 1 << 16),
        mimetype="application/zip",
        direct_passthrough=True,
    )
    response.content_length = card.size
    response.set_etag(card.id.hex)
    response.headers["Cache-Control"] = "private, no-store"
    name = f"certificates-{card.asked_at:%Y%m%d}-{card.id.hex[:8]}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response.make_conditional(
        request, accept_ranges=True, complete_length=card.size
    )


@bp.get("/paper")
@staff("clerk", "manager")
def papers() -> ResponseReturnValue:
    """List what is to be printed, what waits for a hand, and what was printed."""
    session, association_id = desk.reading(), desk.association()
    printed = request.args.get("list", "") == "printed"
    batch_id = request.args.get("batch", None, UUID)
    rows = reports.paper(
        session,
        association_id,
        printed=printed,
        batch_id=batch_id,
        after=_after(),
    )
    shown, more = rows[: reports.PAGE], len(rows) > reports.PAGE
    return render_template(
        "console/batch_paper.html",
        rows=shown,
        printed=printed,
        batch_id=batch_id,
        waiting=certificates.waiting(session, association_id),
        after=f"{shown[-1].asked_at.isoformat()} {shown[-1].id}" if more else None,
        why=WHY,
    )


@bp.post("/paper/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give what is to be printed, or was, as a table; the export goes on the record."""
    printed = request.form.get("list", "") == "printed"
    session, house = desk.reading(), desk.association()
    batch = request.form.get("batch", None, UUID)
    of = queries.batch(session, house, batch) if batch else None
    columns = (
        Column(_("证书编号"), width=28), Column(_("姓名"), "name"), Column(_("专业")),
        Column(_("原因")), Column(_("列入时间"), "instant", 18),
        Column(_("打印时间"), "instant", 18),
    )  # fmt: skip
    rows = reports.every_paper(session, house, printed=printed, batch=batch)
    cells = (
        (
            one.facts.number, one.facts.name, term(one.specialty),
            str(WHY[one.why]), one.asked_at, one.printed_at,
        )
        for one in rows
    )  # fmt: skip
    filters = (
        (_("名单"), _("已打印") if printed else _("待打印")),
        (_("批次发起时间"), instant(of.asked_at) if of else ""),
    )
    kind = "certificates.paper_exported"
    return exported(_("补印清单"), columns, cells, kind, filters)


@bp.post("/paper")
@staff("clerk", "manager")
def ask() -> ResponseReturnValue:
    """Put a certificate on the list of what is to be printed."""
    number = read_number(request.form.get("number", ""))
    said = request.form.get("why", "")
    if number is None or said not in set(PaperWhy):
        raise NotFound("certificate.unknown")
    with desk.begin() as work:
        paper.ask_paper(work, desk.association(), number, PaperWhy(said))
    flash(_("%(number)s 已列入补印清单。", number=number), "ok")
    return redirect(url_for("console_batch_files.papers"), 303)


@bp.post("/paper/printed")
@staff("clerk", "manager")
def printed() -> ResponseReturnValue:
    """Note that some were printed."""
    found = []
    for one in request.form.getlist("copy")[:MOST_AT_ONCE]:
        try:
            found.append(UUID(one))
        except ValueError as error:
            raise NotFound("paper.unknown") from error
    with desk.begin() as work:
        count = paper.mark_printed(work, desk.association(), found)
    flash(_("已记下打印 %(count)s 张。", count=count), "ok" if count else "info")
    return redirect(url_for("console_batch_files.papers"), 303)


def _after() -> tuple[datetime, UUID] | None:
    at, _space, last = request.args.get("after", "").rpartition(" ")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), UUID(last)
    except (ValueError, OverflowError):
        return None
