"""抽查: what was drawn, whom one looks for, and what was found."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.evidence import services as evidence
from lms.inspections import queries, services
from lms.inspections.rules import Verdict, Why
from lms.kernel.errors import NotFound
from lms.people import services as people
from lms.reports import inspection as reports
from lms.web import desk
from lms.web.doors import staff
from lms.web.inspector import words as said
from lms.web.inspector.blueprint import acting, bp, me, person, scope
from lms.web.inspector.forms import FindingForm, OpenForm, ReviewForm, SearchForm
from lms.web.limits import limiter


@bp.get("")
@staff("inspector")
def index() -> ResponseReturnValue:
    """List what waits, or what was decided."""
    session, here = desk.reading(), scope()
    decided = request.args.get("tab") == "decided"
    cards = queries.queue(session, here, decided=decided)
    today = desk.today()
    draws = [queries.last_draw(session, one) for one in here]
    return render_template(
        "inspector/queue.html",
        names=reports.names(session, here),
        rows=reports.sample_rows(session, cards),
        decided=decided,
        waiting=queries.waiting(session, here),
        next_draw=min(
            (queries.next_draw(session, one, today) for one in here), default=None
        ),
        draws=[one for one in draws if one],
        said=said,
    )


@bp.get("/search")
@staff("inspector")
def search() -> ResponseReturnValue:
    """Ask whom to look for."""
    return _search(SearchForm.blank())


@bp.post("/search")
@staff("inspector")
@limiter.limit("60/hour")
def find() -> ResponseReturnValue:
    """Find by certificate, or by name and a part of the ID number; write it down."""
    form = SearchForm.sent()
    number = (form.number.data or "").strip()
    name, part = (form.name.data or "").strip(), (form.part.data or "").strip()
    if not form.validate():
        return _search(form), 422
    if not number and (not name or len(part) < reports.SHORTEST_PART):
        form.number.errors = [
            _("请填写证书编号，或者完整姓名和身份证号码中连续四位以上。")
        ]
        return _search(form), 422
    session, here = desk.reading(), scope()
    by_number = reports.by_number(session, here, number) if number else ()
    rows = by_number or reports.by_person(session, here, name, part)
    with desk.begin() as work:
        evidence.note(
            work,
            f"staff:{me()}",
            "inspection.searched",
            {"reason": form.reason.data},
            by="number" if number else "person",
            found=[str(one.person_id) for one in rows],
        )
    return _search(form, rows)


def _search(form: SearchForm, rows: tuple[reports.FoundRow, ...] | None = None) -> str:
    return render_template(
        "inspector/search.html",
        form=form,
        rows=rows,
        names=reports.names(desk.reading(), scope()),
        waiting=queries.waiting(desk.reading(), scope()),
    )


@bp.post("/people/<uuid:person_id>/open")
@staff("inspector")
def open_record(person_id: UUID) -> ResponseReturnValue:
    """Open a person's record for a while; who looked and why is on the record."""
    found = person(person_id)
    form = OpenForm.sent()
    if not form.validate():
        return shut(person_id, form), 422
    with desk.begin() as work:
        people.note_look(
            acting(work, found.scope),
            found.person_id,
            reports.LOOK,
            form.reason.data or "",
        )
    return redirect(url_for("inspect.film", person_id=person_id), 303)


def shut(person_id: UUID, form: OpenForm | None = None) -> str:
    """Ask why, before anything of a person is shown."""
    session = desk.reading()
    return render_template(
        "inspector/shut.html",
        person_id=person_id,
        called=reports.masked_names(session, [person_id]).get(person_id, ""),
        form=form or OpenForm.blank(),
    )


@bp.get("/people/<uuid:person_id>/findings")
@staff("inspector")
def findings(person_id: UUID) -> ResponseReturnValue:
    """Show a person's samples, and take a verdict."""
    found = person(person_id)
    if found.at is None:
        return shut(person_id)
    return _findings(person_id, FindingForm.blank())


@bp.post("/people/<uuid:person_id>/review")
@staff("inspector")
def open_review(person_id: UUID) -> ResponseReturnValue:
    """Open a review because of a complaint; a finding is said of it afterwards."""
    found = person(person_id)
    if found.at is None:
        return shut(person_id), 409
    form = ReviewForm.sent()
    if not form.validate():
        return _findings(person_id, FindingForm.blank(), review=form), 422
    with desk.begin() as work:
        own = acting(work, found.scope)
        services.open_review(
            own, found.scope[0], found.person_id, form.reason.data or ""
        )
    flash(_("已立案，请在核查后写下结论。"), "success")
    return redirect(url_for("inspect.findings", person_id=person_id), 303)


@bp.post("/samples/<uuid:sample_id>")
@staff("inspector")
def decide(sample_id: UUID) -> ResponseReturnValue:
    """Say what a sample is worth."""
    here = scope()
    card = queries.sample(desk.reading(), here, sample_id)
    if person(card.person_id).at is None:
        return shut(card.person_id), 409
    form = FindingForm.sent()
    if not form.validate():
        return _findings(card.person_id, form, sample_id), 422
    with desk.begin() as work:
        services.find(
            acting(work, (card.association_id,)),
            here,
            sample_id,
            Verdict(form.verdict.data),
            form.comment.data or "",
        )
    flash(_("核查意见已保存，写入后不能修改，可以再补充一条。"), "success")
    return redirect(url_for("inspect.findings", person_id=card.person_id), 303)


def _findings(
    person_id: UUID,
    form: FindingForm,
    sample_id: UUID | None = None,
    review: ReviewForm | None = None,
) -> str:
    found = person(person_id)
    session = desk.reading()
    cards = queries.of_person(session, found.scope, found.person_id)
    if not cards and sample_id is not None:
        raise NotFound("sample.unknown")
    return render_template(
        "inspector/findings.html",
        **head(person_id),
        rows=reports.sample_rows(session, cards),
        form=form,
        sample_id=sample_id,
        review=review or ReviewForm.blank(),
        under_review=any(
            card.why is Why.COMPLAINT and card.verdict is None for card in cards
        ),
        mine=me(),
        said=said,
    )


def head(person_id: UUID) -> dict[str, object]:
    """Give what the top of every page about a person shows, masked."""
    found = person(person_id)
    session = desk.reading()
    return {
        "person_id": person_id,
        "called": reports.masked_names(session, [person_id]).get(person_id, ""),
        "places": reports.names(session, found.scope),
        "opened_at": found.at,
        "open_samples": [
            card
            for card in queries.of_person(session, found.scope, found.person_id)
            if card.verdict is None
        ],
    }
