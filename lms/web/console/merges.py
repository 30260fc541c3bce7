"""重复账号: two accounts of one person, and whose an ID number is; by two managers."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from lms.accounts.queries import staffing
from lms.approvals.rules import ApprovalState
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.merges import queries, services
from lms.merges.rules import REASON_LENGTH, Proof, Proposal
from lms.people.queries import numbers
from lms.reports import duplicates
from lms.reports import people as reports
from lms.web import desk
from lms.web.console import merge_obstacles as obstacles
from lms.web.doors import staff
from lms.web.filters import listed
from lms.web.forms import PageForm, SelectChoice
from lms.web.merge_words import ENDS, PROOFS, SIGNS
from lms.web.messages import words

bp = Blueprint("console_merges", __name__, url_prefix="/console/merges")


class ProposalForm(PageForm):
    """What a proposal rests on, in a manager's words."""

    proofs = SelectMultipleField(
        _l("依据（可多选）"),
        choices=[SelectChoice(one.value, word) for one, word in PROOFS.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    reason = TextAreaField(
        _l("理由"),
        validators=[
            InputRequired(_l("请写明理由。")),
            Length(*REASON_LENGTH, message=_l("请写 6 至 400 个字。")),
        ],
        description=_l("写明怎么核对的、谁到场、看了什么证件。"),
        render_kw={"rows": 3, "maxlength": REASON_LENGTH[1]},
    )

    @property
    def proposal(self) -> Proposal:
        """Give what was typed."""
        return Proposal(
            tuple(Proof(one) for one in self.proofs.data or ()), self.reason.data or ""
        )


class ApartForm(PageForm):
    """Why two accounts are two persons'."""

    reason = StringField(
        _l("理由"),
        validators=[
            InputRequired(_l("请写明理由。")),
            Length(*REASON_LENGTH, message=_l("请写 6 至 400 个字。")),
        ],
        render_kw={"maxlength": REASON_LENGTH[1], "autocomplete": "off"},
    )


class Sometimes:
    """Marks a field that one of the two answers needs; the service says which."""

    field_flags = {"conditional": True}  # noqa: RUF012 - read only

    def __call__(self, form: object, field: Field) -> None:
        """Object to nothing."""


class DecideForm(PageForm):
    """Yes or no, and why; a yes to a merge is typed."""

    typed = StringField(
        _l("确认合并"),
        validators=[Sometimes(), Length(max=20)],
        render_kw={"autocomplete": "off", "maxlength": 20},
    )
    comment = TextAreaField(
        _l("意见"),
        validators=[Sometimes(), Length(max=400)],
        description=_l("不同意时必填。"),
        render_kw={"rows": 3, "maxlength": 400},
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something was not done, in words."""

    title: str
    reasons: tuple[str, ...]


@bp.get("")
@staff("manager")
def index() -> ResponseReturnValue:
    """List what waits, and what was decided lately."""
    session, here = desk.reading(), desk.association()
    waiting, ended = queries.waiting(session, here), queries.ended(session, here)
    cases = numbers.open_cases(session, here)
    about = {one for card in (*waiting, *ended) for one in (card.goes, card.stays)}
    about |= {one for case in cases for one in (case.person_id, case.holder_id)}
    return render_template(
        "console/merges.html",
        waiting=waiting,
        ended=ended,
        cases=cases,
        called={one: duplicates.called(session, here, one) for one in about},
        mine=desk.me(),
        pairs=queries.pairs_waiting(session, here),
    )


@bp.get("/pairs")
@staff("clerk", "manager")
def pairs() -> ResponseReturnValue:
    """List the accounts that may be one person's, as the night found them."""
    return _pairs(ApartForm.blank())


def _pairs(form: ApartForm, about: tuple[UUID, UUID] | None = None) -> str:
    session, here = desk.reading(), desk.association()
    apart = queries.pairs(session, here, apart=True, limit=20)
    return render_template(
        "console/merge_pairs.html",
        pairs=duplicates.pairs(session, here),
        count=queries.pairs_waiting(session, here),
        apart=[(card, *_both(card)) for card in apart],
        by=staffing.names(session, {one.apart_by for one in apart if one.apart_by}),
        signs=SIGNS,
        form=form,
        about=about,
    )


def _both(card: queries.PairCard) -> tuple[str, str]:
    session, here = desk.reading(), desk.association()
    return (
        duplicates.called(session, here, card.one),
        duplicates.called(session, here, card.other),
    )


@bp.post("/pairs/<uuid:person_id>/<uuid:stays_id>/apart")
@staff("clerk", "manager")
def apart(person_id: UUID, stays_id: UUID) -> ResponseReturnValue:
    """Remember that two accounts are two persons'."""
    form = ApartForm.sent()
    if not form.validate():
        return _pairs(form, (person_id, stays_id)), 422
    with desk.begin() as work:
        services.set_apart(work, person_id, stays_id, str(form.reason.data))
    flash(_("已记下不是同一人，以后不再列出。"), "success")
    return redirect(url_for("console_merges.pairs"), 303)


@bp.get("/of/<uuid:person_id>")
@staff("clerk", "manager")
def likely(person_id: UUID) -> ResponseReturnValue:
    """List the accounts that may be the same person's."""
    session, here = desk.reading(), desk.association()
    reports.belongs(session, here, person_id)
    person = PersonId(person_id)
    return render_template(
        "console/merges_of.html",
        own=duplicates.side(session, here, person),
        found=duplicates.likely(session, here, person),
        merged=duplicates.merged(session, person),
    )


@bp.get("/of/<uuid:person_id>/into/<uuid:stays_id>")
@staff("manager")
def new(person_id: UUID, stays_id: UUID) -> ResponseReturnValue:
    """Show two accounts side by side, with the form that proposes to merge them.

    Who asks for `either` way round is sent to the one that is allowed.
    """
    goes, stays = _two(person_id, stays_id)
    session, here = desk.reading(), desk.association()
    if "either" in request.args and queries.turns(session, here, goes, stays):
        return redirect(
            url_for("console_merges.new", person_id=stays, stays_id=goes), 303
        )
    return _compare((goes, stays), ProposalForm.blank())


@bp.post("/of/<uuid:person_id>/into/<uuid:stays_id>")
@staff("manager")
def propose(person_id: UUID, stays_id: UUID) -> ResponseReturnValue:
    """Propose a merge to another manager."""
    form, two = ProposalForm.sent(), _two(person_id, stays_id)
    if not form.validate():
        return _compare(two, form), 422
    fault = _done(lambda w: services.propose_merge(w, *two, form.proposal))
    if fault:
        return _compare(two, form, fault), 422
    flash(_("已提出，等另一位负责人决定。"), "success")
    return redirect(url_for("console_merges.index"), 303)


@bp.get("/cases/<uuid:case_id>")
@staff("manager")
def case(case_id: UUID) -> ResponseReturnValue:
    """Show a question whose number it is, with both accounts."""
    return _case(case_id, ProposalForm.blank())


@bp.post("/cases/<uuid:case_id>/give")
@staff("manager")
def give(case_id: UUID) -> ResponseReturnValue:
    """Propose that the number goes to who asked for it."""
    numbers.case(desk.reading(), desk.association(), case_id)
    form = ProposalForm.sent()
    if not form.validate():
        return _case(case_id, form), 422
    fault = _done(lambda w: services.propose_number(w, case_id, form.proposal))
    if fault:
        return _case(case_id, form, fault), 422
    flash(_("已提出，等另一位负责人决定。"), "success")
    return redirect(url_for("console_merges.index"), 303)


@bp.post("/cases/<uuid:case_id>/refuse")
@staff("manager")
def refuse(case_id: UUID) -> ResponseReturnValue:
    """Say no to who asked: nothing changes hands."""
    with desk.begin() as work:
        services.refuse_case(work, case_id)
    flash(_("已办结，号码仍在原来的账号。"), "success")
    return redirect(url_for("console_merges.index"), 303)


@bp.get("/<uuid:merge_id>")
@staff("manager")
def show(merge_id: UUID) -> ResponseReturnValue:
    """Show a proposal."""
    return _proposal(merge_id, DecideForm.blank())


@bp.post("/<uuid:merge_id>/decide")
@staff("manager")
def decide(merge_id: UUID) -> ResponseReturnValue:
    """Say yes or no; a yes takes effect at once."""
    queries.proposal(desk.reading(), desk.association(), merge_id)
    form = DecideForm.sent()
    if not form.validate():
        return _proposal(merge_id, form), 422
    approved = request.form.get("answer") == "yes"
    answer = services.Answer(approved, form.comment.data or "", form.typed.data or "")
    fault = _done(lambda w: services.decide(w, merge_id, answer))
    if fault:
        return _proposal(merge_id, form, fault), 422
    flash(_("已办理，双方都已收到通知。") if approved else _("已退回提议。"), "success")
    return redirect(url_for("console_merges.show", merge_id=merge_id), 303)


@bp.post("/<uuid:merge_id>/withdraw")
@staff("manager")
def withdraw(merge_id: UUID) -> ResponseReturnValue:
    """Take one's own proposal back."""
    with desk.begin() as work:
        services.withdraw(work, merge_id)
    flash(_("提议已撤回。"), "success")
    return redirect(url_for("console_merges.index"), 303)


def _done(deed: Callable[[Work], object]) -> Fault | None:
    """Do something in one work; say in words why it was not done."""
    try:
        with desk.begin() as work:
            deed(work)
    except (Refused, Conflict) as no:
        reasons = tuple(words(each, {}) for each in no.reasons)
        return Fault(words(no.code, no.facts), reasons)
    return None


def _two(goes: UUID, stays: UUID) -> tuple[PersonId, PersonId]:
    """Give two persons whom this association has before it.

    Raises: NotFound.
    """
    knows = queries.knows(desk.reading(), desk.association(), goes, stays)
    if goes == stays or not knows.may_see:
        raise NotFound("person.unknown")
    return PersonId(goes), PersonId(stays)


def _compare(
    two: tuple[PersonId, PersonId], form: ProposalForm, fault: Fault | None = None
) -> str:
    session, here = desk.reading(), desk.association()
    goes, stays = (duplicates.side(session, here, one) for one in two)
    return render_template(
        "console/merge_new.html",
        form=form,
        goes=goes,
        stays=stays,
        against=obstacles.before_proposing(goes, stays),
        fault=fault,
    )


def _case(case_id: UUID, form: ProposalForm, fault: Fault | None = None) -> str:
    session, here = desk.reading(), desk.association()
    card = numbers.case(session, here, case_id)
    proposed = queries.open_about(session, card.holder_id, card.person_id)
    asker, holder = (
        duplicates.side(session, here, one) for one in (card.person_id, card.holder_id)
    )
    return render_template(
        "console/merge_case.html",
        card=card,
        form=form,
        asker=asker,
        holder=holder,
        against=obstacles.before_giving(card, holder, asker),
        proposed=proposed,
        ends=ENDS,
        fault=fault,
    )


def _proposal(merge_id: UUID, form: DecideForm, fault: Fault | None = None) -> str:
    session, here = desk.reading(), desk.association()
    card = queries.proposal(session, here, merge_id)
    goes, stays = (
        duplicates.side(session, here, one) for one in (card.goes, card.stays)
    )
    asked = card.question
    open_ = asked.state is ApprovalState.OPEN
    hands = (asked.asked_person_id, *(one.person_id for one in asked.decisions))
    return render_template(
        "console/merge.html",
        card=card,
        names=staffing.persons_named(session, {one for one in hands if one}),
        form=form,
        goes=goes,
        stays=stays,
        proofs=listed(PROOFS[one] for one in card.proofs),
        open=open_,
        against=obstacles.before_deciding(card, goes, stays) if open_ else [],
        own=asked.asked_person_id == desk.me(),
        fault=fault,
    )
