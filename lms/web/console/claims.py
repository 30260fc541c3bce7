"""The desk's claims: what waits, one claim with its papers, a claim by staff."""

import base64
from collections.abc import Mapping
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

from lms.approvals.rules import ApprovalState
from lms.claims import queries, services
from lms.claims.rules import OF_STAFF, ClaimKind, problems
from lms.claims.services import Answer, Application
from lms.credentials import queries as credentials
from lms.credentials.ports import Printer
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.reports import people as reports
from lms.web import claim_words as said
from lms.web import desk
from lms.web.account.profile_parts import by_account
from lms.web.claim_forms import (
    FORMS,
    UPLOAD_BYTES,
    CertificateForm,
    ClaimForm,
    DecideForm,
)
from lms.web.console.claim_desk import acting, ended, found, hindrance, waiting
from lms.web.console.sheets import Column, exported, hours_cell, own_stream
from lms.web.doors import staff
from lms.web.filters import term
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint("console_claims", __name__, url_prefix="/console/claims")


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    if endpoint == "console_claims.put":
        request.max_content_length = UPLOAD_BYTES


@bp.get("")
@staff("clerk", "manager", "reviewer")
def index() -> ResponseReturnValue:
    """List what waits, by kind, and what was ended lately."""
    session = desk.reading()
    steps = waiting(session)
    mine = _for_me(steps)
    step = request.args.get("step", "")
    here = steps.get(step, steps["all"])
    chosen = request.args.get("matter", "")
    shown = [one for one in here if not chosen or one.kind.value == chosen]
    over = ended(session)
    return render_template(
        "console/claims.html",
        shown=shown,
        ended=over,
        chosen=chosen,
        counts={kind: sum(one.kind is kind for one in here) for kind in ClaimKind},
        step=step if step in mine else None,
        mine=mine,
        to_do={one.id for step in mine for one in steps[step]},
        called={
            one.person_id: people.name(session, one.person_id)
            for one in (*shown, *over)
        },
        member=_member(),
        said=said,
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager", "reviewer")
def export() -> ResponseReturnValue:
    """Give what waits and what was ended lately as a table; it goes on the record.

    A reviewer takes the appeals of the associations assigned, names cut, and that
    stands on the reviewer's own record: no association is theirs.
    """
    session, matter = desk.reading(), request.form.get("matter", "")
    kinds = {one.value: word for one, word in said.KINDS.items()}
    chosen = matter if matter in kinds else ""
    columns = (
        Column(_("学员"), "name"), Column(_("事项"), width=20), Column(_("专业")),
        Column(_("必修/选修")), Column(_("学时"), "hours"),
        Column(_("提出时间"), "instant", 18), Column(_("提出人")),
        Column(_("申诉")), Column(_("状态"), width=20),
    )  # fmt: skip
    found = (*waiting(session)["all"], *ended(session))
    rows = tuple(
        (
            people.name(session, one.person_id), str(said.KINDS[one.kind]),
            term(one.specialty), term(one.track) if one.track else "",
            hours_cell(one.credit), one.question.asked_at,
            str(said.ROLES.get(one.question.asked_role, said.ROLES[None])),
            _("是") if one.appeal else "", str(said.STAGES[one.stage][0]),
        )
        for one in found
        if not chosen or one.kind.value == chosen
    )  # fmt: skip
    filters = (
        (_("范围"), _("待办的和最近办结的") if _member() else _("指派给您的申诉")),
        (_("事项"), str(kinds[chosen]) if chosen else ""),
    )
    stream = "" if _member() else own_stream()
    return exported(_("学员申请"), columns, rows, "claims.exported", filters, stream)


def _for_me(steps: Mapping[str, tuple[queries.ClaimCard, ...]]) -> dict[str, int]:
    """Count what this visitor's roles may say yes to, by step."""
    visitor = desk.visitor()
    roles = visitor.roles if visitor else frozenset()
    may = {"check": {"clerk"}, "decide": {"manager", "reviewer"}}
    return {step: len(steps[step]) for step, some in may.items() if some & roles}


@bp.get("/<uuid:claim_id>")
@staff("clerk", "manager", "reviewer")
def show(claim_id: UUID) -> ResponseReturnValue:
    """Show one claim with its papers shut."""
    return _show(claim_id, DecideForm.blank())


@bp.post("/<uuid:claim_id>/papers/<uuid:file_id>")
@staff("clerk", "manager", "reviewer")
def look(claim_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Open one paper; the look goes on the person's record."""
    card = found(desk.reading(), claim_id)
    with desk.begin() as work:
        media, body = services.look(
            acting(work, card),
            claim_id,
            file_id,
            association_id=card.association_id,
            reason=_("办理学员申请"),
        )
    if media == "application/pdf":
        response = Response(body, content_type=media)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Disposition"] = 'inline; filename="paper.pdf"'
        return response
    picture = f"data:{media};base64,{base64.b64encode(body).decode()}"
    return _show(claim_id, DecideForm.blank(), picture)


@bp.post("/<uuid:claim_id>/decide")
@staff("clerk", "manager", "reviewer")
def decide(claim_id: UUID) -> ResponseReturnValue:
    """Say yes or no; the last yes takes effect at once."""
    card = found(desk.reading(), claim_id)
    form = DecideForm.sent()
    approved = request.form.get("answer") == "yes"
    good = form.validate()
    if good and not approved and not (form.comment.data or "").strip():
        form.comment.errors = [words("approval.no_comment", {})]
        good = False
    if not good:
        return _show(claim_id, form), 422
    asked = card
    card = desk.carried(
        lambda work: services.decide(
            acting(work, asked),
            claim_id,
            Answer(approved, form.comment.data or ""),
            association_id=asked.association_id,
            printer=desk.port(Printer),
        )
    )
    told = {
        ApprovalState.OPEN: _("核对意见已保存，等待另一人作最后决定。")
        if card.appeal
        else _("核对意见已保存，等待负责人决定。"),
        ApprovalState.APPROVED: _("已同意，即时生效并通知学员。"),
        ApprovalState.REFUSED: _("已退回，并通知学员。"),
    }
    flash(told[card.question.state], "ok")
    return redirect(url_for("console_claims.index"), 303)


@bp.post("/<uuid:claim_id>/withdraw")
@staff("clerk", "manager")
def withdraw(claim_id: UUID) -> ResponseReturnValue:
    """Take back what one put oneself."""
    card = queries.at_desk(desk.reading(), desk.association(), claim_id)
    if card.question.asked_person_id != desk.me():
        raise Refused("claim.not_asker")
    with desk.begin() as work:
        services.withdraw(work, claim_id)
    flash(_("已撤回。"), "ok")
    return redirect(url_for("console_claims.index"), 303)


@bp.get("/new/<uuid:person_id>/<matter>")
@staff("clerk", "manager")
def new(person_id: UUID, matter: str) -> ResponseReturnValue:
    """Show the form by which staff put a claim about a learner."""
    kind = _kind(matter)
    form = FORMS[kind].blank(specialty=request.args.get("specialty"))
    return _form_page(person_id, kind, _offered(person_id, form))


@bp.post("/new/<uuid:person_id>/<matter>")
@staff("clerk", "manager")
@limiter.limit("60/hour", key_func=by_account)
def put(person_id: UUID, matter: str) -> ResponseReturnValue:
    """Put a claim about a learner; a manager decides it."""
    kind = _kind(matter)
    form = _offered(person_id, FORMS[kind].sent())
    person, association_id = PersonId(person_id), desk.association()
    application = _read(person, kind, form)
    if application is None:
        return _form_page(person_id, kind, form), 422
    if desk.me() == person:
        raise Refused("approval.own")
    try:
        with desk.begin() as work:
            claim_id = services.ask(work, person, association_id, application)
    except Refused as refused:
        if not form.blame(refused.reasons or (refused.code,)):
            raise
        return _form_page(person_id, kind, form), 422
    flash(_("已提出，等待负责人决定。"), "ok")
    return redirect(url_for("console_claims.show", claim_id=claim_id), 303)


def _kind(matter: str) -> ClaimKind:
    if matter not in set(OF_STAFF):
        raise NotFound("claim.unknown")
    return ClaimKind(matter)


def _offered(person_id: UUID, form: ClaimForm) -> ClaimForm:
    session, here, person = desk.reading(), desk.association(), PersonId(person_id)
    reports.belongs(session, here, person)
    if isinstance(form, CertificateForm):
        form.about_one(
            one
            for one in credentials.held(session, person, desk.today())
            if one.association_id == here
            and one.verdict not in {"revoked", "superseded"}
        )
        return form
    try:
        registered = people.registration(session, person).specialties
    except NotFound:
        registered = ()
    form.offer([(str(here), "")], [each.code for each in registered])
    form.association.data = str(here)
    return form


def _read(person: PersonId, kind: ClaimKind, form: ClaimForm) -> Application | None:
    if not form.validate():
        return None
    wanted = form.wanted(kind)
    grounds = queries.grounds(desk.reading(), person, wanted.specialty, desk.today())
    found = problems(wanted, grounds)
    form.blame(found)
    papers = form.opened()
    if found or papers is None:
        return None
    return Application(wanted, str(form.reason.data), papers, form.certificate_id)


def _form_page(person_id: UUID, kind: ClaimKind, form: ClaimForm) -> str:
    form.choose_again()
    return render_template(
        "console/claim_new.html",
        kind=kind,
        form=form,
        name=people.name(desk.reading(), PersonId(person_id)),
        person_id=person_id,
        kinds=OF_STAFF,
        said=said,
    )


def _show(claim_id: UUID, form: PageForm, picture: str = "") -> str:
    session = desk.reading()
    card = found(session, claim_id)
    return render_template(
        "console/claim.html",
        card=card,
        form=form,
        picture=picture,
        profile=people.profile(session, card.person_id),
        count=_count(card),
        hindrance=hindrance(session, card),
        mine=card.question.asked_person_id == desk.me(),
        member=_member(),
        certificate=_certificate(card),
        said=said,
    )


def _certificate(card: queries.ClaimCard) -> credentials.CertificateCard | None:
    """Give the certificate that a claim is about."""
    if card.certificate_id is None:
        return None
    session, today = desk.reading(), desk.today()
    return credentials.owned(session, card.person_id, card.certificate_id, today)


def _member() -> bool:
    """Tell whether the visitor is of the association, and no reviewer from outside."""
    visitor = desk.visitor()
    return visitor is not None and not visitor.roles.isdisjoint({"clerk", "manager"})


def _count(card: queries.ClaimCard) -> int | None:
    """Say how much of a substitution would count under the cap, while it is open."""
    if card.kind is not ClaimKind.SUBSTITUTION or not card.is_open:
        return None
    session = desk.reading()
    try:
        on = queries.grounds(session, card.person_id, card.specialty, desk.today())
    except Refused:
        return 0
    return min(card.credit, queries.room_left(session, card.person_id, on))
