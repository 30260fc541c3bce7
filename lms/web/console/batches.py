"""Many certificates at once: choose, look who qualifies, start, watch, stop, go on."""

from collections.abc import Mapping
from datetime import UTC, datetime
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

from lms.accounts.queries import staffing
from lms.credentials.queries import batches as queries
from lms.credentials.queries.batches import BatchCard, PackCard
from lms.credentials.rules.batches import Chosen, LineState
from lms.credentials.services import batches as services
from lms.kernel.ids import AccountId
from lms.reports import batches as reports
from lms.reports import certificates
from lms.reports.batches import LineRow
from lms.signing import queries as signing
from lms.signing import rules as signers
from lms.web import desk
from lms.web.console import batch_words
from lms.web.console.batch_forms import ChooseForm
from lms.web.console.batch_words import STATES, chosen_words, progress, spoken
from lms.web.console.sheets import MOST_LISTED, Cell, Column, exported
from lms.web.doors import staff
from lms.web.filters import instant, term

bp = Blueprint("console_batches", __name__, url_prefix="/console/certificates/batches")

CHECKED_HERE = 4
"""So many times five hundred people are looked at while the desk waits; a second."""

_LAST = 2**31 - 1

KINDS: Mapping[str, tuple[LineState, ...]] = {
    "able": (LineState.LEFT, LineState.ISSUED, LineState.WAITING_HAND),
    "issued": (LineState.ISSUED,),
    "todo": (LineState.LEFT,),
    "refused": (LineState.REFUSED,),
    "hand": (LineState.WAITING_HAND,),
}


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the batches, the newest first."""
    session, association_id = desk.reading(), desk.association()
    found = queries.batches(session, association_id, _instant("before"))
    shown = found[: queries.PAGE]
    return render_template(
        "console/batches.html",
        rows=[(one, _named(one), STATES[one.state]) for one in shown],
        before=shown[-1].asked_at.isoformat() if len(found) > len(shown) else None,
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def listed() -> ResponseReturnValue:
    """Give the batches as a table; the export goes on the record."""
    columns = (
        Column(_("发给谁"), width=50), Column(_("发起时间"), "instant", 18),
        Column(_("总人数"), "count"), Column(_("符合"), "count"),
        Column(_("已签发"), "count"), Column(_("未通过"), "count"),
        Column(_("待人工制证"), "count"), Column(_("状态")),
        Column(_("结束时间"), "instant", 18),
    )  # fmt: skip
    session, house = desk.reading(), desk.association()
    found = queries.batches(session, house, limit=MOST_LISTED)
    filters = ((_("范围"), _("最近的 %(n)s 个批次", n=MOST_LISTED)),)
    rows, kind = tuple(map(_of_batch, found)), "certificates.batches_exported"
    return exported(_("批量制证"), columns, rows, kind, filters)


def _of_batch(one: BatchCard) -> tuple[Cell, ...]:
    return (
        " · ".join(_named(one)), one.asked_at, one.total, one.able, one.issued,
        one.lacking + one.refused, one.by_hand, str(STATES[one.state][0]),
        one.ended_at,
    )  # fmt: skip


@bp.get("/new")
@staff("clerk", "manager")
def new() -> ResponseReturnValue:
    """Ask whom the next batch is for."""
    return _ask(ChooseForm.blank())


@bp.post("")
@staff("clerk", "manager")
def create() -> ResponseReturnValue:
    """Write down whom a batch asks for, and look who of them qualifies."""
    form = ChooseForm.sent()
    _offer(form)
    session, association_id = desk.reading(), desk.association()
    chosen = form.chosen(session) if form.validate() else None
    if chosen is None:
        return _ask(form), 422
    pairs = certificates.candidates(session, association_id, chosen, on=desk.today())
    if not pairs:
        form.specialty.errors = [_("这个范围内没有在学、在注册期内且尚未领证的人。")]
        return _ask(form), 422
    with desk.begin() as work:
        batch_id = services.open_batch(work, association_id, chosen, pairs)
    for _turn in range(CHECKED_HERE):
        with desk.begin() as work:
            if not services.check_next(work, batch_id):
                break
    return redirect(url_for("console_batches.show", batch_id=batch_id), 303)


@bp.get("/<uuid:batch_id>")
@staff("clerk", "manager")
def show(batch_id: UUID) -> ResponseReturnValue:
    """Show how far a batch is, and what can be done."""
    session, batch = desk.reading(), _own(batch_id)
    packages = queries.packages(session, batch_id, account())
    return render_template(
        "console/batch.html",
        batch=batch,
        stage=_stage(batch, packages),
        moving=batch.moving or any(one.moving for one in packages),
        state=STATES[batch.state],
        words=_named(batch),
        asker=_called(batch.asked_by),
        progress=progress(batch, desk.now()),
        reasons=[(code, spoken(code), count) for code, count in batch.reasons],
        kinds=queries.kinds_of(session, batch_id),
        packages=packages,
    )


@bp.get("/<uuid:batch_id>/progress.json")
@staff("clerk", "manager")
def tell(batch_id: UUID) -> ResponseReturnValue:
    """Tell how far a batch and its packages are, for the page to keep up."""
    batch = _own(batch_id)
    packages = queries.packages(desk.reading(), batch_id, account())
    answer = jsonify(
        **progress(batch, desk.now()).told(),
        packages=[[str(one.id), one.done, one.total] for one in packages],
        stage=_stage(batch, packages),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/<uuid:batch_id>/people")
@staff("clerk", "manager")
def lines(batch_id: UUID) -> ResponseReturnValue:
    """List the people of a batch, of one kind, and why they were refused."""
    session, batch = desk.reading(), _own(batch_id)
    kind, code = _narrowed(batch, request.args)
    after = min(max(0, request.args.get("after", 0, int)), _LAST)
    return render_template(
        "console/batch_people.html",
        batch=batch,
        kind=kind,
        code=code,
        page=reports.lines(session, batch_id, KINDS[kind], code=code, after=after),
        reasons=[(one, spoken(one), count) for one, count in batch.reasons],
        said=batch_words,
    )


def _narrowed(batch: BatchCard, told: Mapping[str, str]) -> tuple[str, str]:
    """Read which people are wanted: of which kind, and refused for what."""
    kind, code = told.get("kind", ""), told.get("code", "")
    kind = kind if kind in KINDS else "able"
    known = {one for one, _count in batch.reasons}
    return kind, code if kind == "refused" and code in known else ""


@bp.post("/<uuid:batch_id>/people.xlsx")
@staff("clerk", "manager")
def export(batch_id: UUID) -> ResponseReturnValue:
    """Give the people of one kind as a table; the export goes on the record."""
    session, batch = desk.reading(), _own(batch_id)
    kind, code = _narrowed(batch, request.form)
    columns = (
        Column(_("姓名"), "name"), Column(_("专业")), Column(_("结果")),
        Column(_("证书编号"), width=28), Column(_("说明"), width=60),
    )  # fmt: skip
    rows = map(_cells, reports.every_line(session, batch_id, KINDS[kind], code))
    filters = (
        (_("批次"), " · ".join(_named(batch))),
        (_("发起时间"), instant(batch.asked_at)),
        (_("名单"), str(batch_words.GROUPS[kind])),
        (_("原因"), spoken(code).reason if code else ""),
    )
    kind_of = "certificates.people_exported"
    return exported(_("批次人员"), columns, rows, kind_of, filters)


def _cells(row: LineRow) -> tuple[Cell, ...]:
    told = "；".join(spoken(one).reason for one in row.reasons)
    if row.characters:
        told = _("字库没有的字：%(characters)s", characters=row.characters)
    result = str(batch_words.RESULTS[row.state][0])
    return row.name, term(row.specialty), result, row.number, told


@bp.post("/<uuid:batch_id>/start")
@staff("clerk", "manager")
def start(batch_id: UUID) -> ResponseReturnValue:
    """Let a batch run, or go on; without keys it would be for nothing."""
    owner = signers.association(_own(batch_id).association_id)
    signing.ring(desk.reading(), owner, desk.now())
    with desk.begin() as work:
        services.start(work, desk.association(), batch_id)
    return redirect(url_for("console_batches.show", batch_id=batch_id), 303)


@bp.post("/<uuid:batch_id>/stop")
@staff("clerk", "manager")
def stop(batch_id: UUID) -> ResponseReturnValue:
    """Stop a batch before its next line."""
    with desk.begin() as work:
        services.stop(work, desk.association(), batch_id)
    batch = _own(batch_id)
    flash(
        _("已停止。已签发 %(count)s 张，继续有效；可以随时继续。", count=batch.issued),
        "ok",
    )
    return redirect(url_for("console_batches.show", batch_id=batch_id), 303)


@bp.post("/<uuid:batch_id>/drop")
@staff("clerk", "manager")
def drop(batch_id: UUID) -> ResponseReturnValue:
    """Throw a batch away that was only looked at."""
    with desk.begin() as work:
        services.drop(work, desk.association(), batch_id)
    flash(_("这个批次已作废，没有签发任何证书。"), "ok")
    return redirect(url_for("console_batches.index"), 303)


def _ask(form: ChooseForm) -> str:
    session, association_id = desk.reading(), desk.association()
    _offer(form)
    return render_template(
        "console/batch_new.html",
        form=form,
        candidates=certificates.candidate_count(
            session, association_id, on=desk.today()
        ),
    )


def _offer(form: ChooseForm) -> None:
    session, association_id = desk.reading(), desk.association()
    form.offer(
        reports.courses(session, association_id),
        reports.packages(session, association_id),
    )


def _stage(batch: BatchCard, packages: tuple[PackCard, ...]) -> str:
    """Name where all stands: when it changes, the page is another one."""
    return " ".join([batch.state.value, *(one.state.value for one in packages)])


def _own(batch_id: UUID) -> BatchCard:
    return queries.batch(desk.reading(), desk.association(), batch_id)


def _named(batch: BatchCard) -> list[str]:
    chosen: Chosen = batch.chosen
    return chosen_words(
        chosen, reports.names(desk.reading(), batch.association_id, chosen)
    )


def _called(account_id: AccountId | None) -> str:
    """Name the member of staff who asked for a batch."""
    if account_id is None:
        return ""
    return staffing.names(desk.reading(), [account_id]).get(account_id, "")


def account() -> AccountId:
    """Name the account that came in."""
    found = desk.actor().account_id
    assert found is not None  # noqa: S101 - the door lets nobody in without one
    return found


def _instant(name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(request.args.get(name, "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
