"""资料存档: what a later check asks the company for."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Refused
from lms.people import queries, services
from lms.people.rules import LinkState
from lms.reports import staff as reports
from lms.web import archive_desk, desk, employer_words
from lms.web.archive_desk import FileForm
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, bp, shelf_of
from lms.web.limits import limiter


@bp.get("/archive")
@staff("employer")
def archive() -> ResponseReturnValue:
    """Show for each person which kinds are kept, and what is missing."""
    employer_id, session = acting_company(), desk.reading()
    kept = queries.kept_by(session, employer_id)
    return render_template(
        "employer/archive.html",
        rows=reports.staff(session, employer_id, on=desk.today()),
        past=[
            card
            for card in queries.links_of(session, employer_id)
            if card.state is LinkState.LEFT and card.id in kept
        ],
        said=employer_words,
    )


@bp.get("/archive/<uuid:link_id>")
@staff("employer")
def shelf(link_id: UUID) -> ResponseReturnValue:
    """Show what is kept about one person, by period."""
    blank = FileForm.blank(period=request.args.get("period"))
    return _shelf(link_id, blank)


def _shelf(link_id: UUID, form: FileForm) -> str:
    found, session = shelf_of(link_id), desk.reading()
    link = queries.link_of(session, acting_company(), link_id)
    works_here = link.state is LinkState.ACTIVE
    known = archive_desk.periods_of(found.person_id) if works_here else ()
    files = queries.archive(session, found)
    return render_template(
        "employer/shelf.html",
        link=link,
        works_here=works_here,
        known=known,
        periods=archive_desk.shelved(known, files),
        form=form.offer(known) if known else form,
        said=employer_words,
    )


@bp.post("/archive/<uuid:link_id>")
@staff("employer")
@limiter.limit("120/hour")
def keep(link_id: UUID) -> ResponseReturnValue:
    """Take a file into the archive of a period."""
    found = shelf_of(link_id)
    queries.staff_one(desk.reading(), acting_company(), link_id)
    known = archive_desk.periods_of(found.person_id)
    if not known:
        raise Refused("archive.no_period")
    form = FileForm.sent().offer(known)
    kept = form.opened()
    if kept is None:
        return _shelf(link_id, form), 422
    try:
        with desk.begin() as work:
            services.keep_file(work, found, form.chosen(known), kept)
    except Refused as refused:
        form.blame(refused)
        return _shelf(link_id, form), 422
    flash(_("已存入。"), "ok")
    return redirect(url_for("employer.shelf", link_id=link_id), 303)


@bp.get("/archive/<uuid:link_id>/<uuid:kept_id>")
@staff("employer")
def file(link_id: UUID, kept_id: UUID) -> ResponseReturnValue:
    """Give one of the company's own files back."""
    return archive_desk.shown(
        queries.open_file(desk.reading(), shelf_of(link_id), kept_id)
    )


@bp.post("/archive/<uuid:link_id>/<uuid:kept_id>/drop")
@staff("employer")
def drop(link_id: UUID, kept_id: UUID) -> ResponseReturnValue:
    """Take a file away that was kept by mistake."""
    found = shelf_of(link_id)
    with desk.begin() as work:
        services.drop_file(work, found, kept_id)
    flash(_("已移除，移除记录会保留。"), "ok")
    return redirect(url_for("employer.shelf", link_id=link_id), 303)


@bp.post("/archive/<uuid:link_id>/pack")
@staff("employer")
def pack(link_id: UUID) -> ResponseReturnValue:
    """Hand out one period as a package, and write down that it was."""
    found = shelf_of(link_id)
    assert found.employer_id is not None  # noqa: S101 - a company's shelf
    session = desk.reading()
    files = queries.archive(session, found)
    period = archive_desk.chosen(request.form.get("period", ""), files)
    keeper = queries.company(session, found.employer_id).name
    said = archive_desk.first_page(found.person_id, period, keeper)
    with desk.begin() as work:
        package = services.pack(work, found, period, said)
    return archive_desk.handed(package, f"archive-{period.since}")
