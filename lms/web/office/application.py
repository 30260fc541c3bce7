"""One application on the desk: facts, checks, materials, history; the deeds."""

import base64
from dataclasses import dataclass
from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.credentials.ports import RegistrationPrinter
from lms.kernel.errors import Conflict, LmsError, NotFound, Refused
from lms.kernel.ids import AccountId
from lms.people import services as people_services
from lms.people.rules import PaperKind
from lms.policy.flow import Need, Party, StepName
from lms.registration.ports.letters import LetterPress
from lms.registration.queries import applications, dossier, letters, likeness
from lms.registration.queries import desk as desks
from lms.registration.queries.desk import Desk, Opened
from lms.registration.queries.letters import ObjectionCard
from lms.registration.rules.dossier import closed_to
from lms.registration.rules.states import TABLE, WAITING, Act, Status, met_at
from lms.registration.services import desk as services
from lms.registration.services import dossier as dossiers
from lms.registration.services.desk import Deed
from lms.web import application_words as said
from lms.web import desk, dossier_words, filters, office_words, policy_words
from lms.web.doors import staff
from lms.web.messages import words
from lms.web.office.blueprint import bp, here, why
from lms.web.office.declared import resting_on
from lms.web.office.forms import DeedForm, ProofForm, SettleForm
from lms.web.office.home import promise

_ORDER = (
    Act.PASS,
    Act.GRANT,
    Act.RESUME,
    Act.SUPPLEMENT,
    Act.EXTEND,
    Act.DECLINE,
    Act.REFUSE,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a POST has opened for this one answer: it is never in an address."""

    number: str = ""
    photo: str = ""
    signature: str = ""
    picture: str = ""
    material: UUID | None = None


@bp.get("/applications/<uuid:application_id>")
@staff("teller", "approver")
def show(application_id: UUID) -> ResponseReturnValue:
    """Show an application that is on this desk."""
    return page(here(), application_id)


@bp.post("/applications/<uuid:application_id>/open")
@staff("teller", "approver")
def open_record(application_id: UUID) -> ResponseReturnValue:
    """Show the sealed particulars; the look goes on the person's record."""
    place = here()
    with desk.begin() as work:
        opened = services.look(work, place, application_id)
        person_id, reason = opened.card.person_id, opened.card.number
        number = people_services.reveal_id_number(work, person_id, reason)
        found = likeness.pictures(work.session, opened.card)
        pictures = [
            _picture(found.get(kind)) for kind in (PaperKind.PHOTO, PaperKind.SIGNATURE)
        ]
    shown = Shown(number=number, photo=pictures[0], signature=pictures[1])
    return page(place, application_id, shown)


def _picture(body: bytes | None) -> str:
    if body is None:
        return ""
    media = "image/png" if body.startswith(b"\x89PNG") else "image/jpeg"
    return f"data:{media};base64,{base64.b64encode(body).decode()}"


@bp.post("/applications/<uuid:application_id>/materials/<uuid:material_id>")
@staff("teller", "approver")
def material(application_id: UUID, material_id: UUID) -> ResponseReturnValue:
    """Open one material; the look goes on the person's record."""
    place = here()
    with desk.begin() as work:
        opened = services.handled(work, place, application_id)
        media, body = dossiers.look(
            work,
            opened.card,
            material_id,
            reason=f"注册窗口办理申请 {opened.card.number}",
        )
    if not media.startswith("image/"):
        return inline(body, media)
    picture = f"data:{media};base64,{base64.b64encode(body).decode()}"
    return page(place, application_id, Shown(picture=picture, material=material_id))


def inline(body: bytes, media: str, name: str = "paper.pdf") -> Response:
    """Answer with a file that the browser shows and does not keep."""
    response = Response(body, content_type=media)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@bp.get("/applications/<uuid:application_id>/letters/<uuid:letter_id>")
@staff("teller", "approver")
def letter(application_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """Print a paper that was handed out."""
    session = desk.reading()
    desks.opened(session, here(), application_id)
    card = letters.letter(session, application_id, letter_id)
    press = desk.port(LetterPress)
    return inline(press.letter(card.letter), "application/pdf", f"{card.kind}.pdf")


@bp.post("/applications/<uuid:application_id>/act")
@staff("teller", "approver")
def act(application_id: UUID) -> ResponseReturnValue:
    """Do a deed; a colleague who was faster is named by the page."""
    place, form = here(), DeedForm.sent()
    desks.opened(desk.reading(), place, application_id)
    if not form.validate() or form.deed.data not in services.DEEDS:
        return page(place, application_id, failed=words("http.400", {})), 422
    deed = Deed(
        Act(form.deed.data),
        int(form.seen.data or 0),
        form.reason.data or "",
        form.listed() if form.deed.data == Act.SUPPLEMENT else (),
        services.AGAINST if form.against.data else {},
    )
    try:
        desk.carried(
            lambda work: services.do(
                work,
                place,
                application_id,
                deed,
                printer=desk.port(RegistrationPrinter),
            )
        )
    except (Refused, Conflict) as no:
        return stopped(place, application_id, no, form)
    flash(_("已办理，申请人和单位会收到通知。"), "ok")
    return _back(application_id)


@bp.post("/applications/<uuid:application_id>/prove")
@staff("teller", "approver")
def prove(application_id: UUID) -> ResponseReturnValue:
    """Note what was proved at the counter."""
    place, form = here(), ProofForm.sent()
    desks.opened(desk.reading(), place, application_id)
    if not form.validate() or form.need.data not in set(office_words.COUNTER_NEEDS):
        told = next(iter(form.reason.errors), words("http.400", {}))
        return page(place, application_id, failed=str(told)), 422
    try:
        with desk.begin() as work:
            services.note_proof(
                work,
                place,
                application_id,
                Need(form.need.data),
                seen=int(form.seen.data or 0),
                reason=form.reason.data or "",
            )
    except (Refused, Conflict) as no:
        return stopped(place, application_id, no)
    flash(_("已记录现场核验。"), "ok")
    return _back(application_id)


@bp.post("/applications/<uuid:application_id>/flags/<uuid:flag_id>")
@staff("teller", "approver")
def settle(application_id: UUID, flag_id: UUID) -> ResponseReturnValue:
    """Say what becomes of a flag; nothing happens by itself."""
    place, form = here(), SettleForm.sent()
    desks.opened(desk.reading(), place, application_id)
    if desks.flagged(desk.reading(), flag_id) != application_id:
        raise NotFound("application.flag_unknown")
    if not form.validate():
        told = words("application.reason_missing", {})
        return page(place, application_id, failed=told), 422
    try:
        desk.carried(
            lambda work: services.settle_flag(
                work,
                place,
                flag_id,
                form.comment.data or "",
                upheld=form.upheld.data == "yes",
                printer=desk.port(RegistrationPrinter),
            )
        )
    except (Refused, Conflict) as no:
        return stopped(place, application_id, no)
    flash(_("已记录处理结果。"), "ok")
    return _back(application_id)


def stopped(
    place: Desk, application_id: UUID, no: LmsError, tried: DeedForm | None = None
) -> ResponseReturnValue:
    """Say why nothing was done; the page shows how things stand by now."""
    desk.reading().expire_all()
    status = 409 if isinstance(no, Conflict) else 422
    return page(place, application_id, failed=why(no), tried=tried), status


def _back(application_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("office.show", application_id=application_id), 303)


def page(
    place: Desk,
    application_id: UUID,
    shown: Shown | None = None,
    *,
    failed: str = "",
    tried: DeedForm | None = None,
) -> str:
    """Draw an application as it stands now."""
    session = desk.reading()
    opened = desks.opened(session, place, application_id)
    card = opened.card
    history = applications.history(session, card.id)
    return render_template(
        "office/application.html",
        place=place,
        opened=opened,
        card=card,
        shown=shown or Shown(),
        failed=failed,
        tried=tried,
        deeds=_deeds(opened, letters.objections(session, card.id)),
        opinion=applications.opinion_against(history),
        unchanged=applications.unchanged_answer(history),
        unmet=_unmet(place, opened),
        dossier=dossier.dossier(session, card, place.today),
        scans_open=_scans_open(place, opened),
        verdict=desks.verdict(session, card, place.today),
        **resting_on(session, card),
        story=_story(session, history),
        line=applications.progress(card, history),
        **_letters(session, card.id),
        promise=promise(opened),
        office=office_words,
        law=policy_words,
        papers=dossier_words,
        said=said,
        words=words,
        settle_form=SettleForm.blank(),
    )


def _letters(session: Session, application_id: UUID) -> dict[str, object]:
    """Give what was signed, handed out and made public, and what is said against it."""
    return {
        "letters": letters.letters(session, application_id),
        "objections": letters.objections(session, application_id),
        "publicity": letters.publicity_of(session, application_id),
        "flags": applications.flags(session, [application_id]),
        "commitments": applications.commitments(session, application_id),
    }


def _story(
    session: Session, history: tuple[applications.EventCard, ...]
) -> list[dict[str, str]]:
    """Tell what was done: when, what, by whom and why."""
    actors = {e.account_id for e in history if e.account_id is not None}
    names = {one: accounts.account(session, AccountId(one)).name for one in actors}
    told = []
    for event in history:
        party = str(said.PARTIES[event.party])
        # What the house does follows from somebody's deed; it is not theirs.
        name = None
        if event.account_id is not None and event.party is not Party.HOUSE:
            name = names.get(event.account_id)
        by = f"{name}（{party}）" if name else party
        told.append(
            {
                "when": filters.instant(event.at),
                "title": f"{said.STEPS[event.step]} · {said.ACTS[event.act]}",
                "text": f"{by}：{event.reason}" if event.reason else by,
            }
        )
    return told


def _deeds(opened: Opened, objections: tuple[ObjectionCard, ...]) -> list[Act]:
    """List what may be done here and now by whoever looks."""
    card = opened.card
    if not opened.may_act or card.step.name is StepName.ANNOUNCE:
        return []
    waits = card.status is Status.SUPPLEMENT
    allowed = set(WAITING if waits else TABLE[card.step.name])
    if any(one.upheld for one in objections):
        allowed -= {Act.PASS}
    return [
        one
        for one in _ORDER
        if one in allowed and not (one is Act.EXTEND and card.extended_on)
        if not (one is Act.SUPPLEMENT and card.told_on)
        if not (one is Act.DECLINE and card.accepted_on)
        if not (one is Act.RESUME and not card.accepted_on)
    ]


def _unmet(place: Desk, opened: Opened) -> list[Need]:
    """List what a teller may note here as proved at the counter."""
    if Party.TELLER not in place.parties or opened.card.closed_at is not None:
        return []
    if not place.proves(opened.card, opened.uscc):
        return []
    owed = met_at(opened.card.step, opened.card.met)
    return [Need(one) for one in owed if one in office_words.COUNTER_NEEDS]


def _scans_open(place: Desk, opened: Opened) -> bool:
    """Tell whether papers may be taken in at this counter now."""
    card = opened.card
    if Party.TELLER not in place.parties or not place.does(card, opened.uscc):
        return False
    return closed_to(Party.TELLER, card.step, card.status) is None
