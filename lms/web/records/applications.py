"""我的注册: what I hold, what I may apply for, and each application step by step."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.credentials import queries as credentials
from lms.kernel.errors import Refused
from lms.people import queries as people
from lms.people.rules import Side
from lms.policy import flows
from lms.policy.flow import Party
from lms.policy.model import Province
from lms.registration import services
from lms.registration.ports.letters import LetterPress
from lms.registration.queries import applications, letters, supplements
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act
from lms.web import application_words, desk, office_words
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner
from lms.web.judgement import Judgement
from lms.web.limits import limiter
from lms.web.messages import words
from lms.web.records import application_audits, application_identity, application_start
from lms.web.records import application_offers as offering
from lms.web.records import application_view as view
from lms.web.records.application_parts import (
    AnswerForm,
    CommitForm,
    PassForm,
    ReturnForm,
    WithdrawForm,
    bp,
    do,
    mine,
    page,
)
from lms.web.records.application_spans import spans_of
from lms.web.records.application_terms import new_terms

__all__ = ["application_audits", "application_identity", "application_start", "bp"]


@bp.get("")
@learner
def index() -> ResponseReturnValue:
    """Show what I hold, what is under way, and what I may apply for today."""
    session, today = desk.reading(), desk.today()
    who = application_start.visitor_holds()
    chosen = who.province is not Province.NATIONAL
    mine_all = applications.all_of_person(session, desk.me())
    under_way = next((card for card in mine_all if card.closed_at is None), None)
    return page(
        "applications",
        owner=who,
        spans=spans_of(who.registration, today),
        licence=credentials.registered(session, desk.me()),
        under_way=under_way,
        now=view.now_of(session, under_way, today) if under_way else None,
        due=view.due_of(session, under_way, today) if under_way else None,
        audits=application_audits.shown(),
        person=Side.PERSON,
        past=[card for card in mine_all if card.closed_at is not None],
        offers=offering.offers(session, who) if chosen else (),
        refused=offering.not_offered(who),
        closure=flows.closure_on(who.province, today),
        provinces=[one for one in Province if one is not Province.NATIONAL],
        said=application_words,
        today=today,
    )


@dataclass(frozen=True, slots=True)
class Others:
    """Forms beside the main one, as they came back with something wrong."""

    answer: AnswerForm | None = None
    withdraw: WithdrawForm | None = None
    back: ReturnForm | None = None


NONE_SENT = Others()
_TOLD = {
    one: (one,) for one in ("application.employer_left", "application.not_in_book")
}
"""What is said on the application's own page, where the way out is."""


@bp.get("/<uuid:application_id>")
@learner
def show(application_id: UUID) -> ResponseReturnValue:
    """Show one application: what to do now, how far it is, what was said."""
    card = mine(application_id)
    return _show(card, PassForm.blank(seen=str(card.version)))


def _show(
    card: ApplicationCard,
    form: PassForm,
    others: Others = NONE_SENT,
    against: tuple[str, ...] = (),
) -> str:
    session, today = desk.reading(), desk.today()
    events = applications.history(session, card.id)
    seen = str(card.version)
    ended = view.last_word(card, events)
    judged = _judged(card) if view.is_mine(card) else None
    flags = applications.flags(session, [card.id])
    if not card.flow.notices:
        form.read.label.text = _("我确认填写和提交的内容属实")
    return page(
        "application",
        card=card,
        now=view.now_of(session, card, today),
        due=view.due_of(session, card, today),
        line=applications.progress(card, events),
        events=events,
        ended=ended,
        **_supplement(card, events),
        **_papers(card),
        flags=[flag for flag in flags if flag.settled_at is None],
        rows=view.rows(card, _company(card)),
        told_cases=offering.told_cases(card),
        company=_company(card),
        form=form,
        answer=others.answer or AnswerForm.blank(seen=seen),
        withdraw=others.withdraw or WithdrawForm.blank(seen=seen),
        back=others.back or ReturnForm.blank(seen=seen),
        licence=credentials.registered(session, desk.me()) if ended else None,
        against=[words(code, {}) for code in against],
        obstacles=judged.obstacles if judged else (),
        terms=new_terms(judged, today),
        detail=view.detail,
        said=application_words,
    )


def _judged(card: ApplicationCard) -> Judgement | None:
    """Say what the law would answer today, before it is handed on in vain."""
    who = application_start.visitor_holds()
    return offering.judge(desk.reading(), who, card.flow, card.specialties)


def _papers(card: ApplicationCard) -> dict[str, object]:
    """Give what was signed, and what the office made out."""
    session = desk.reading()
    return {
        "commitments": applications.commitments(session, card.id),
        "papers": letters.letters(session, card.id),
        "paper_words": office_words.LETTERS,
        "publicity": letters.publicity_of(session, card.id),
    }


def _supplement(
    card: ApplicationCard, events: tuple[applications.EventCard, ...]
) -> dict[str, object]:
    """Say what is to be put right, by when, and whether anything was."""
    session, told = desk.reading(), view.supplement(card, events)
    same = told is not None and supplements.unaltered(session, card)
    return {
        "supplement": told,
        "sent_back": view.sent_back(card, events),
        "answer_by": view.answer_by(session, card),
        "unchanged": same,
    }


def _company(card: ApplicationCard) -> str:
    if card.employer_id is None:
        return ""
    return people.company(desk.reading(), card.employer_id).name


@bp.get("/<uuid:application_id>/letters/<uuid:letter_id>")
@learner
def letter(application_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """Give the applicant a paper that the office made out."""
    card = mine(application_id)
    found = letters.letter(desk.reading(), card.id, letter_id)
    press = desk.port(LetterPress)
    answer = Response(press.letter(found.letter), content_type="application/pdf")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = f'inline; filename="{found.kind}.pdf"'
    return answer


@bp.post("/<uuid:application_id>/pass")
@learner
@limiter.limit("60/hour", key_func=by_account)
def hand_on(application_id: UUID) -> ResponseReturnValue:
    """Hand the application on; what stands against it is said all at once."""
    card = mine(application_id)
    form = PassForm.sent()
    if not form.validate():
        return _show(card, form), 422
    try:
        desk.carried(lambda work: do(work, card, Act.PASS, form.version))
    except Refused as refused:
        told = refused.reasons or _TOLD.get(refused.code)
        if not told:
            raise
        return _show(card, form, against=told), 422
    flash(_("已提交。进度会显示在这里，也会发短信或邮件告诉您。"), "ok")
    return _back(card)


@bp.post("/<uuid:application_id>/answer")
@learner
@limiter.limit("30/hour", key_func=by_account)
def answer(application_id: UUID) -> ResponseReturnValue:
    """Answer what the office asked to be put right."""
    card = mine(application_id)
    form = AnswerForm.sent()
    if not form.validate():
        plain = PassForm.blank(seen=str(card.version))
        return _show(card, plain, Others(answer=form)), 422
    try:
        with desk.begin() as work:
            said = form.reason.data or ""
            do(work, card, Act.ANSWER, form.version, said, form.facts)
    except Refused as refused:
        if not form.blame(refused.code):
            raise
        plain = PassForm.blank(seen=str(card.version))
        return _show(card, plain, Others(answer=form)), 422
    flash(_("补正已提交，窗口会继续办理，期限见本页。"), "ok")
    return _back(card)


@bp.post("/<uuid:application_id>/return")
@learner
@limiter.limit("30/hour", key_func=by_account)
def send_back(application_id: UUID) -> ResponseReturnValue:
    """Send what the company filed back to it, with the reason."""
    card = mine(application_id)
    form = ReturnForm.sent()
    if not form.validate():
        plain = PassForm.blank(seen=str(card.version))
        return _show(card, plain, Others(back=form)), 422
    with desk.begin() as work:
        do(work, card, Act.RETURN, form.version, form.reason.data or "")
    flash(_("已退回单位，单位改好后会再请您确认。"), "ok")
    return _back(card)


@bp.post("/<uuid:application_id>/withdraw")
@learner
def withdraw(application_id: UUID) -> ResponseReturnValue:
    """Take the application back."""
    card = mine(application_id)
    form = WithdrawForm.sent()
    if not form.validate():
        plain = PassForm.blank(seen=str(card.version))
        return _show(card, plain, Others(withdraw=form)), 422
    with desk.begin() as work:
        do(work, card, Act.WITHDRAW, form.version)
    flash(_("申请已撤回，可以重新申请。"), "ok")
    return redirect(url_for("applications.index"), 303)


@bp.get("/<uuid:application_id>/commitment")
@learner
def commitment(application_id: UUID) -> ResponseReturnValue:
    """Show the commitment in full, ready to be signed."""
    card = mine(application_id)
    return _commitment(card, CommitForm.blank(seen=str(card.version)))


@bp.post("/<uuid:application_id>/commitment")
@learner
@limiter.limit("30/hour", key_func=by_account)
def sign(application_id: UUID) -> ResponseReturnValue:
    """Sign it, under one's own name."""
    card = mine(application_id)
    form = CommitForm.sent()
    if not form.validate():
        return _commitment(card, form), 422
    name = people.name(desk.reading(), desk.me())
    with desk.begin() as work:
        services.commit_to(work, card.id, Party.PERSON, name, form.version)
    flash(_("承诺书已签署并存证。"), "ok")
    return _back(card)


def _commitment(card: ApplicationCard, form: CommitForm) -> str:
    text = card.flow.commitments.get(Party.PERSON, "")
    if not text:
        raise Refused("application.not_needed")
    session = desk.reading()
    return page(
        "application_commitment",
        card=card,
        form=form,
        text=text,
        name=people.name(session, desk.me()),
        signature=people.profile(session, desk.me()).signature,
        signed=[
            one
            for one in applications.commitments(session, card.id)
            if one.party is Party.PERSON
        ],
        said=application_words,
        today=desk.today(),
    )


def _back(card: ApplicationCard) -> ResponseReturnValue:
    return redirect(url_for("applications.show", application_id=card.id), 303)
