"""我的资料存档: what a later check asks the constructor for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.credentials import queries as credentials
from lms.credentials.queries import CertificateCard
from lms.credentials.rules import Verdict
from lms.kernel.errors import Refused
from lms.people import queries, services
from lms.people.queries import Shelf
from lms.people.rules import Period, Side, certified_in
from lms.web import archive_desk, desk, employer_words
from lms.web.archive_desk import FileForm
from lms.web.doors import learner
from lms.web.limits import limiter

bp = Blueprint("own_archive", __name__, url_prefix="/me/archive")


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "own_archive.keep":
        request.max_content_length = archive_desk.UPLOAD_BYTES


def _shelf() -> Shelf:
    return Shelf(Side.PERSON, desk.me())


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """Show what is kept, by registration period and kind."""
    return _page(FileForm.blank(period=request.args.get("period")))


def _certificates(period: Period, known: Sequence[Period]) -> list[CertificateCard]:
    """List the certificates of this house that are of a period and stand."""
    held = credentials.held(desk.reading(), desk.me(), desk.today())
    return [
        card
        for card in held
        if card.verdict is Verdict.VALID
        and certified_in(
            period,
            known,
            until=card.facts.period_until,
            issued_on=card.facts.issued_on,
        )
    ]


def _page(form: FileForm) -> str:
    known = archive_desk.periods_of(desk.me())
    files = queries.archive(desk.reading(), _shelf())
    shelved = archive_desk.shelved(known, files)
    return render_template(
        "account/me_archive.html",
        known=known,
        periods=[(each, cards, _certificates(each, known)) for each, cards in shelved],
        form=form.offer(known) if known else form,
        said=employer_words,
    )


@bp.post("")
@learner
@limiter.limit("120/hour")
def keep() -> ResponseReturnValue:
    """Take a file into the archive of a period."""
    known = archive_desk.periods_of(desk.me())
    if not known:
        raise Refused("archive.no_period")
    form = FileForm.sent().offer(known)
    kept = form.opened()
    if kept is None:
        return _page(form), 422
    try:
        with desk.begin() as work:
            services.keep_file(work, _shelf(), form.chosen(known), kept)
    except Refused as refused:
        form.blame(refused)
        return _page(form), 422
    flash(_("已存入。"), "ok")
    return redirect(url_for("own_archive.index"), 303)


@bp.get("/<uuid:kept_id>")
@learner
def file(kept_id: UUID) -> ResponseReturnValue:
    """Give the person their own file back."""
    return archive_desk.shown(queries.open_file(desk.reading(), _shelf(), kept_id))


@bp.post("/<uuid:kept_id>/drop")
@learner
def drop(kept_id: UUID) -> ResponseReturnValue:
    """Take a file away that was kept by mistake."""
    with desk.begin() as work:
        services.drop_file(work, _shelf(), kept_id)
    flash(_("已移除，移除记录会保留。"), "ok")
    return redirect(url_for("own_archive.index"), 303)


@bp.post("/pack")
@learner
def pack() -> ResponseReturnValue:
    """Hand out one period as a package, and write down that it was."""
    session, me = desk.reading(), desk.me()
    files = queries.archive(session, _shelf())
    known = archive_desk.periods_of(me)
    period = archive_desk.chosen(request.form.get("period", ""), files, known)
    said = archive_desk.first_page(me, period, queries.name(session, me))
    issued = [
        (
            f"90-本平台合格证-{card.facts.number}.pdf",
            credentials.open_file(session, card.id),
        )
        for card in _certificates(period, known)
    ]
    with desk.begin() as work:
        package = services.pack(work, _shelf(), period, said, issued)
    return archive_desk.handed(package, f"archive-{period.since}")
