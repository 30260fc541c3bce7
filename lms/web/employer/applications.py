"""待我确认: the company reads, commits in writing, confirms or sends back."""

from collections.abc import Collection
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.calendar import queries as calendar
from lms.credentials.ports import RegistrationPrinter
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import queries as people
from lms.policy.flow import Need, Party, StepName
from lms.policy.model import Application
from lms.registration import services
from lms.registration.queries import applications, dossier, supplements
from lms.registration.queries import desk as desks
from lms.registration.queries.applications import ApplicationCard, EventCard
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing
from lms.web import application_words, desk, scanning
from lms.web.account.profile_forms import Wanted
from lms.web.archive_desk import NEEDED
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, bp
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words
from lms.web.records.application_parts import AnswerForm, version_in


class ConfirmForm(PageForm):
    """The company's word, as a person of it signs it."""

    agreed = BooleanField(
        _l("我已阅读并代表本单位作出以上书面承诺"), render_kw={"required": True}
    )
    signer = StringField(
        _l("签署人姓名"),
        validators=[Wanted(), Optional(), Length(min=2, max=60)],
        description=_l("代表单位签署的人，姓名和时间一并存证。"),
        render_kw={"maxlength": 60, "autocomplete": "name"},
    )
    seen = HiddenField()

    def good(self, *, signing: bool) -> bool:
        """Tell whether it can be taken; a commitment wants its tick and its name."""
        good = bool(self.validate())
        if signing and not self.agreed.data:
            self.agreed.errors = [*self.agreed.errors, words("commitment.tick", {})]
        if signing and not str(self.signer.data or "").strip():
            self.signer.errors = [*self.signer.errors, str(NEEDED)]
        return good and not self.errors


class BackForm(PageForm):
    """Why it goes back."""

    reason = TextAreaField(
        _l("退回原因"),
        validators=[InputRequired(NEEDED), Length(min=2, max=400)],
        description=_l("申请人能看到。写明要改什么。"),
        render_kw={"rows": 3, "maxlength": 400},
    )
    seen = HiddenField()


@bp.get("/applications")
@staff("employer")
def applications_list() -> ResponseReturnValue:
    """List what waits for the company's word, and all it takes part in."""
    session, seen = desk.reading(), seen_by_company()
    return render_template(
        "employer/applications.html",
        waiting=[card for card in reversed(seen) if waits(card)],
        others=[card for card in seen if not waits(card)],
        names={card.person_id: people.name(session, card.person_id) for card in seen},
        told=application_words,
    )


def seen_by_company() -> list[ApplicationCard]:
    """List all applications that the company still sees, the newest first."""
    employer_id, session = acting_company(), desk.reading()
    cards = applications.all_of_employer(session, employer_id)
    bound = {card.person_id for card in people.staff_of(session, employer_id)}
    return [card for card in cards if _sees(card, bound)]


def waits(card: ApplicationCard) -> bool:
    """Tell whether it is the company's turn."""
    return (
        card.closed_at is None
        and card.status is Status.OPEN
        and card.step.may_be_done_by(Party.EMPLOYER)
        and (card.step.by is Party.EMPLOYER or card.started_by is Party.EMPLOYER)
    )


def _sees(card: ApplicationCard, bound: Collection[PersonId]) -> bool:
    """Say whose matters a company still sees: its own people's.

    One who has left is seen in a cancellation alone, which needs the company's word.
    """
    leaving = card.application is Application.CANCELLATION and card.closed_at is None
    return card.person_id in bound or leaving


def seen_card(application_id: UUID) -> ApplicationCard:
    """Find an application that the company takes part in, with its papers.

    Raises: NotFound; of what a person began against it, it sees how it stands alone.
    """
    card = _listed(application_id)
    if not applications.open_to_employer(card):
        raise NotFound("application.unknown")
    return card


def _listed(application_id: UUID) -> ApplicationCard:
    employer_id, session = acting_company(), desk.reading()
    card = applications.of_employer(session, employer_id, application_id)
    bound = {one.person_id for one in people.staff_of(session, employer_id)}
    if not _sees(card, bound):
        raise NotFound("application.unknown")
    return card


@bp.get("/applications/<uuid:application_id>")
@staff("employer")
def application(application_id: UUID) -> ResponseReturnValue:
    """Show one application: what is asked, its papers, the words to commit to."""
    card = _listed(application_id)
    return _page(card, ConfirmForm.blank(signer=_own_name()), BackForm.blank())


def _own_name() -> str:
    visitor = desk.visitor()
    return visitor.name if visitor else ""


def _answering(card: ApplicationCard, answer: AnswerForm) -> str:
    blank = ConfirmForm.blank(signer=_own_name())
    return _page(card, blank, BackForm.blank(), answer)


def _page(
    card: ApplicationCard,
    confirm: ConfirmForm,
    back: BackForm,
    answer: AnswerForm | None = None,
) -> str:
    session = desk.reading()
    events = applications.history(session, card.id)
    whole = applications.open_to_employer(card)
    handed = dossier.dossier(session, card, desk.today())
    confirm.seen.data = back.seen.data = str(card.version)
    return render_template(
        "employer/application.html",
        card=card,
        name=people.name(session, card.person_id),
        line=applications.progress(card, events),
        whole=whole,
        events=events if whole else (),
        commitments=applications.commitments(session, card.id) if whole else (),
        mine=card.flow.commitments.get(Party.EMPLOYER, ""),
        owed=Need.EMPLOYER_COMMITMENT in card.step.needs,
        waits=waits(card),
        may_return=card.step.name is not StepName.FILL,
        dossier=handed,
        **_scan(card),
        **_supplement(card, events),
        answer_form=answer or AnswerForm.blank(seen=str(card.version)),
        confirm_form=confirm,
        back_form=back,
        told=application_words,
    )


def _scan(card: ApplicationCard) -> dict[str, str | None]:
    """Give the code that the person scans, and the address that it leads to."""
    if not scanning.wanted(card):
        return {"scan": None, "scan_link": None}
    address = scanning.link(card)
    return {"scan": scanning.picture(address), "scan_link": address}


def _supplement(
    card: ApplicationCard, events: tuple[EventCard, ...]
) -> dict[str, object]:
    """Say what the company has to put right, by when, and whether anything was."""
    mine = applications.answered_by(card, Party.EMPLOYER)
    told = next((e for e in reversed(events) if e.act is Act.SUPPLEMENT), None)
    session = desk.reading()
    return {
        "answers": mine,
        "supplement": told if mine else None,
        "answer_by": desks.answer_by(card, calendar.calendar(session)),
        "unchanged": mine and supplements.unaltered(session, card),
    }


def _seen(form: ConfirmForm | BackForm) -> int:
    return version_in(str(form.seen.data or ""))


def _act(work: Work, doing: Doing) -> ApplicationCard:
    printer = desk.port(RegistrationPrinter)
    return services.act(work, doing, printer=printer)


@bp.post("/applications/<uuid:application_id>/confirm")
@staff("employer")
@limiter.limit("60/hour")
def confirm(application_id: UUID) -> ResponseReturnValue:
    """Commit in writing, and let the application go on."""
    card, form = seen_card(application_id), ConfirmForm.sent()
    owed = Need.EMPLOYER_COMMITMENT in card.step.needs
    if not form.good(signing=owed):
        return _page(card, form, BackForm.blank()), 422
    seen: int | None = _seen(form)

    def pass_on(work: Work) -> ApplicationCard:
        before = seen
        if owed:
            signer = str(form.signer.data).strip()
            signed = services.commit_to(work, card.id, Party.EMPLOYER, signer, seen)
            before = signed.version
        return _act(work, Doing(card.id, Act.PASS, Party.EMPLOYER, before))

    try:
        done = desk.carried(pass_on)
    except Refused as refused:
        for code in refused.reasons or (refused.code,):
            form.agreed.errors = [*form.agreed.errors, words(code, {})]
        return _page(card, form, BackForm.blank()), 422
    flash(_("已确认，书面承诺和时间已存证。") if owed else _("已确认。"), "ok")
    if done.closed_at is None:
        return redirect(url_for("employer.application", application_id=card.id), 303)
    return redirect(url_for("employer.applications_list"), 303)


@bp.post("/applications/<uuid:application_id>/back")
@staff("employer")
def send_back(application_id: UUID) -> ResponseReturnValue:
    """Send an application back to its applicant, with the reason."""
    card, form = seen_card(application_id), BackForm.sent()
    if not form.validate():
        return _page(card, ConfirmForm.blank(signer=_own_name()), form), 422
    doing = Doing(
        card.id, Act.RETURN, Party.EMPLOYER, _seen(form), str(form.reason.data)
    )
    with desk.begin() as work:
        _act(work, doing)
    flash(_("已退回，申请人会看到原因。"), "ok")
    return redirect(url_for("employer.applications_list"), 303)


@bp.post("/applications/<uuid:application_id>/withdraw")
@staff("employer")
def application_withdraw(application_id: UUID) -> ResponseReturnValue:
    """Take back what the company itself began."""
    card = seen_card(application_id)
    with desk.begin() as work:
        _act(work, Doing(card.id, Act.WITHDRAW, Party.EMPLOYER, card.version))
    flash(_("申请已撤回。"), "ok")
    return redirect(url_for("employer.applications_list"), 303)


@bp.post("/applications/<uuid:application_id>/answer")
@staff("employer")
def answer(application_id: UUID) -> ResponseReturnValue:
    """Say that what the desk missed was put right."""
    card, form = seen_card(application_id), AnswerForm.sent()
    if not form.validate():
        return _answering(card, form), 422
    said, facts = str(form.reason.data), form.facts
    doing = Doing(card.id, Act.ANSWER, Party.EMPLOYER, form.version, said, facts=facts)
    try:
        with desk.begin() as work:
            _act(work, doing)
    except Refused as refused:
        if not form.blame(refused.code):
            raise
        return _answering(card, form), 422
    flash(_("补正已提交，窗口会接着办理。"), "ok")
    return redirect(url_for("employer.application", application_id=card.id), 303)
