"""One person: the film of their study, the signs, the proofs and the pack."""

import hashlib
from datetime import date, timedelta
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.evidence import services as evidence
from lms.evidence.rules import Verdict
from lms.kernel.errors import Refused
from lms.people import queries as people
from lms.people import services as people_services
from lms.reports import acts, packs, signs
from lms.reports import inspection as reports
from lms.reports.acts import Act
from lms.reports.film import Lens, film
from lms.reports.ports import BeatReader, PackWrapper
from lms.web import desk
from lms.web.doors import staff
from lms.web.inspector import companies, reveals, tables
from lms.web.inspector import words as said
from lms.web.inspector.blueprint import Opened, acting, bp, person
from lms.web.inspector.charts import charts
from lms.web.inspector.forms import PackForm
from lms.web.inspector.queue import head, shut
from lms.web.inspector.strip import strips
from lms.web.limits import limiter
from lms.web.messages import words

__all__ = ["bp", "companies", "reveals", "tables"]

_YEAR = timedelta(days=365)


@bp.get("/people/<uuid:person_id>", endpoint="film")
@staff("inspector")
def show_film(person_id: UUID) -> ResponseReturnValue:
    """Show a person's study as a film strip."""
    found = person(person_id)
    if found.at is None:
        return shut(person_id)
    session = desk.reading()
    names = reports.names(session, found.scope)
    lens = Lens(found.scope, tuple(names.values()), desk.port(BeatReader))
    day = request.args.get("day", type=date.fromisoformat)
    page = request.args.get("page", 1, type=int)
    return render_template(
        "inspector/film.html",
        **head(person_id),
        film=film(session, lens, found.person_id, page=page, only=day),
        profile=people.profile(session, found.person_id),
        day=day,
        strips=strips,
        said=said,
    )


@bp.get("/people/<uuid:person_id>/signs", endpoint="signs")
@staff("inspector")
def show_signs(person_id: UUID) -> ResponseReturnValue:
    """Show the signs worth a look, with charts."""
    found = person(person_id)
    if found.at is None:
        return shut(person_id)
    session, who = desk.reading(), found.person_id
    studied = signs.of_person(session, found.scope, who)
    pairs = signs.same_papers(session, found.scope, who)
    others = signs.others_there(session, found.scope, who, studied.devices)
    called = reports.masked_names(session, [pair.other for pair in pairs])
    return render_template(
        "inspector/signs.html",
        **head(person_id),
        charts=charts(studied, others, pairs, called),
        said=said,
    )


@bp.get("/people/<uuid:person_id>/proof")
@staff("inspector")
def proof(person_id: UUID) -> ResponseReturnValue:
    """Show certificates, holds and the way to a pack; `check` walks the streams."""
    found = person(person_id)
    if found.at is None:
        return shut(person_id)
    return _proof(found, _blank_pack(), check=request.args.get("check") == "1")


@bp.post("/people/<uuid:person_id>/pack")
@staff("inspector")
@limiter.limit("30/hour")
def pack(person_id: UUID) -> ResponseReturnValue:
    """Give the evidence pack of a person and a period; that too is on the record."""
    found = person(person_id)
    if found.at is None:
        return shut(person_id), 409
    form = PackForm.sent()
    since, until = form.since.data, form.until.data
    if not form.validate() or since is None or until is None:
        return _proof(found, form), 422
    if since > until:
        form.until.errors = [_("结束日期不能早于开始日期。")]
        return _proof(found, form), 422
    try:
        made = packs.pack(
            desk.walking(), found.person_id, since, until, within=found.scope
        )
    except Refused as refused:
        form.since.errors = [words(refused.code, refused.facts)]
        return _proof(found, form), 409
    body = desk.port(PackWrapper).wrap(made)
    _note(found, form, made.size, body)
    answer = Response(body, content_type="application/zip")
    name = f"evidence-{str(person_id)[:8]}-{since:%Y%m%d}-{until:%Y%m%d}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _note(found: Opened, form: PackForm, size: int, body: bytes) -> None:
    with desk.begin() as work:
        own = acting(work, found.scope)
        reason = form.reason.data or ""
        people_services.note_look(own, found.person_id, "evidence_pack", reason)
        evidence.note(
            own,
            f"person:{found.person_id}",
            "inspection.packed",
            since=form.since.data,
            until=form.until.data,
            size=size,
            sha256=hashlib.sha256(body).hexdigest(),
        )


def _looks(session: Session, found: Opened) -> list[Act]:
    """List who looked, but for the staff of associations that are not assigned."""
    here = {"", *reports.names(session, found.scope).values()}
    done = acts.of_person(session, found.person_id)
    return [one for one in done if one.what == "looked" and one.association in here]


def _blank_pack() -> PackForm:
    today = desk.today()
    return PackForm.blank(since=today - _YEAR, until=today)


def _proof(found: Opened, form: PackForm, *, check: bool = False) -> str:
    session = desk.walking() if check else desk.reading()
    held = reports.certificates(session, found.scope, found.person_id, desk.today())
    named = reports.streams(found.person_id, held)
    verdicts: tuple[Verdict, ...] = ()
    if check:
        verdicts = reports.verdicts(session, named)
    return render_template(
        "inspector/proof.html",
        **head(found.person_id),
        held={f"certificate:{one.id}": one.facts.number for one in held},
        cards=held,
        verdicts=verdicts,
        holds=reports.holds(session, named),
        looks=_looks(session, found),
        form=form,
        checked=check,
        said=said,
    )
