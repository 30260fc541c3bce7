"""我的申请: claims on my record, from the form to the last word, and who did what."""

from collections.abc import Sequence
from datetime import date
from typing import Any
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

from lms.claims import queries, services
from lms.claims.rules import (
    OF_LEARNERS,
    ClaimKind,
    Grounds,
    Wanted,
    gives,
    problems,
)
from lms.claims.services import Application
from lms.credentials import queries as credentials
from lms.kernel.errors import NotFound, Refused
from lms.people import queries as people
from lms.policy.facts import Activity
from lms.policy.model import Specialty
from lms.reports import acts
from lms.reports import exams as tests
from lms.reports import people as reports
from lms.web import claim_words as said
from lms.web import desk
from lms.web.account.profile_parts import by_account
from lms.web.claim_forms import (
    FORMS,
    UPLOAD_BYTES,
    CertificateForm,
    ClaimForm,
    ReasonForm,
)
from lms.web.doors import learner
from lms.web.limits import limiter

bp = Blueprint("claims", __name__, url_prefix="/me/claims")

_UPLOADS = {"claims.put", "claims.appeal"}


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint in _UPLOADS:
        request.max_content_length = UPLOAD_BYTES


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """List my claims, and offer the kinds there are."""
    return render_template(
        "records/claims.html",
        claims=queries.claims_of(desk.reading(), desk.me()),
        kinds=OF_LEARNERS,
        said=said,
    )


@bp.get("/record")
@learner
def record() -> ResponseReturnValue:
    """Show every act on my hours, tests, certificates and profile."""
    return render_template(
        "records/claim_record.html",
        acts=acts.of_person(desk.reading(), desk.me()),
        said=said,
    )


@bp.get("/new/<matter>")
@learner
def new(matter: str) -> ResponseReturnValue:
    """Show the form of one kind, and what counts for how much."""
    kind = _kind(matter)
    return _form_page(kind, _offered(kind, FORMS[kind].blank()))


@bp.post("/new/<matter>")
@learner
@limiter.limit("20/hour", key_func=by_account)
def put(matter: str) -> ResponseReturnValue:
    """Put a claim."""
    kind = _kind(matter)
    form = _offered(kind, FORMS[kind].sent())
    application = _read(kind, form)
    if application is None:
        return _form_page(kind, form), 422
    try:
        with desk.begin() as work:
            claim_id = services.ask(work, desk.me(), form.association_id, application)
    except Refused as refused:
        if not form.blame(refused.reasons or (refused.code,)):
            raise
        return _form_page(kind, form), 422
    flash(_("申请已提交。办理进度和答复都会显示在这里。"), "ok")
    return redirect(url_for("claims.show", claim_id=claim_id), 303)


def _kind(matter: str) -> ClaimKind:
    if matter not in set(OF_LEARNERS):
        raise NotFound("claim.unknown")
    return ClaimKind(matter)


def _offered(kind: ClaimKind, form: ClaimForm) -> ClaimForm:
    """Offer what the person has: associations, specialties, tests, certificates."""
    session, me, today = desk.reading(), desk.me(), desk.today()
    if isinstance(form, CertificateForm):
        held = credentials.held(session, me, today)
        form.about_one(
            one for one in held if one.verdict not in {"revoked", "superseded"}
        )
        return form
    places = [(str(one.id), one.name) for one in reports.associations_of(session, me)]
    specialties = _registered()
    if kind is ClaimKind.UNLOCK:
        stuck = [
            one.sitting for one in tests.standings(session, me, on=today) if one.locked
        ]
        at = {str(one.association_id) for one in stuck}
        places = [place for place in places if place[0] in at]
        specialties = list(dict.fromkeys(one.specialty for one in stuck))
    form.offer(places, specialties)
    return form


def _registered() -> list[Specialty]:
    try:
        card = people.registration(desk.reading(), desk.me())
    except NotFound:
        return []
    return [each.code for each in card.specialties]


def _read(kind: ClaimKind, form: ClaimForm) -> Application | None:
    """Read a claim, or say at the fields what is wrong."""
    if not form.validate():
        return None
    wanted = form.wanted(kind)
    grounds = queries.grounds(desk.reading(), desk.me(), wanted.specialty, desk.today())
    found = problems(wanted, grounds)
    form.blame(found)
    papers = form.opened()
    if found or papers is None:
        return None
    return Application(wanted, str(form.reason.data), papers, form.certificate_id)


def _form_page(kind: ClaimKind, form: ClaimForm) -> str:
    form.choose_again()
    return render_template(
        "records/claim_new.html",
        kind=kind,
        form=form,
        worths=_worths() if kind is ClaimKind.SUBSTITUTION else (),
        rooms=_rooms() if kind is ClaimKind.SUBSTITUTION else (),
        said=said,
    )


def _worths() -> Sequence[tuple[Activity, int]]:
    """Say what each work gives where its conditions are met; teaching gives its own."""
    today = desk.today()
    return [
        (
            activity,
            gives(
                Wanted(
                    ClaimKind.SUBSTITUTION,
                    Specialty.BUILDING,
                    occurred_on=today,
                    activity=activity,
                    author_rank=1,
                    characters=50_001,
                )
            ),
        )
        for activity in Activity
    ]


def _rooms() -> Sequence[tuple[Grounds, list[Specialty], int, int]]:
    """Say for each registration period, and its specialties, what may still count.

    Shape: grounds, specialties, what is left, and what of that is asked for already.
    """
    session, me = desk.reading(), desk.me()
    found: dict[tuple[date, date], tuple[Grounds, list[Specialty]]] = {}
    for specialty in _registered():
        on = queries.grounds(session, me, specialty, desk.today())
        found.setdefault((on.since, on.until), (on, []))[1].append(specialty)
    claims = queries.claims_of(session, me)
    return [
        (on, named, left - asked, asked)
        for on, named in found.values()
        for left in (queries.room_left(session, me, on),)
        for asked in (min(left, _asked_for(claims, on, named)),)
    ]


def _asked_for(
    claims: Sequence[queries.ClaimCard], on: Grounds, named: Sequence[Specialty]
) -> int:
    """Sum what open claims of a period ask for. Units: hundredths of a 学时."""
    return sum(
        one.credit
        for one in claims
        if one.kind is ClaimKind.SUBSTITUTION
        and one.is_open
        and one.specialty in named
        and one.occurred_on is not None
        and on.since <= one.occurred_on <= on.until
    )


@bp.get("/<uuid:claim_id>")
@learner
def show(claim_id: UUID) -> ResponseReturnValue:
    """Show one claim: what was asked, how far it is, what was answered."""
    return _show(claim_id, ReasonForm.blank())


def _show(claim_id: UUID, form: ReasonForm) -> str:
    session = desk.reading()
    card = queries.owned(session, desk.me(), claim_id)
    form.choose_again()
    return render_template(
        "records/claim.html",
        card=card,
        form=form,
        room=_room(card),
        waits_for_reviewer=card.appeal is not None
        and card.is_open
        and not queries.can_end(session, card, desk.today()),
        said=said,
    )


def _room(card: queries.ClaimCard) -> int | None:
    """Say how much of a substitution would count today, while it is open."""
    if card.kind is not ClaimKind.SUBSTITUTION or not card.is_open:
        return None
    session = desk.reading()
    try:
        on = queries.grounds(session, card.person_id, card.specialty, desk.today())
    except Refused:
        return 0
    return min(card.credit, queries.room_left(session, card.person_id, on))


@bp.get("/<uuid:claim_id>/papers/<uuid:file_id>")
@learner
def paper(claim_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Give the person their own paper back."""
    session = desk.reading()
    card = queries.owned(session, desk.me(), claim_id)
    if file_id not in {file.id for file in card.own_files}:
        raise NotFound("claim.no_file")
    media, body = queries.open_file(session, card, file_id)
    response = Response(body, content_type=media)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = "inline"
    return response


@bp.post("/<uuid:claim_id>/withdraw")
@learner
def withdraw(claim_id: UUID) -> ResponseReturnValue:
    """Take a claim back while it is open."""
    queries.owned(desk.reading(), desk.me(), claim_id)
    with desk.begin() as work:
        services.withdraw(work, claim_id)
    flash(_("申请已撤回。"), "ok")
    return redirect(url_for("claims.show", claim_id=claim_id), 303)


@bp.post("/<uuid:claim_id>/appeal")
@learner
@limiter.limit("20/hour", key_func=by_account)
def appeal(claim_id: UUID) -> ResponseReturnValue:
    """Ask once more; other persons decide."""
    queries.owned(desk.reading(), desk.me(), claim_id)
    form = ReasonForm.sent()
    papers = form.opened(needed=False) if form.validate() else None
    if papers is None:
        return _show(claim_id, form), 422
    with desk.begin() as work:
        services.appeal(work, desk.me(), claim_id, str(form.reason.data), papers)
    flash(_("申诉已提交，由未参与原决定的人员复核。"), "ok")
    return redirect(url_for("claims.show", claim_id=claim_id), 303)
