"""Act on an application: the one door through which it moves."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.calendar import queries as calendar
from lms.credentials.ports import RegistrationPrinter
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.people import services as people
from lms.policy.flow import Flow, Need, Party, Step, StepName
from lms.policy.flows import flow_of
from lms.registration.models import ApplicationEvent, ApplicationRow, Commitment
from lms.registration.queries.applications import ApplicationCard, card_of
from lms.registration.queries.standings import undrawn
from lms.registration.rules import limits
from lms.registration.rules.states import (
    Act,
    Move,
    Status,
    To,
    first,
    following,
    met_at,
    move,
)
from lms.registration.services import answering, effects, filing
from lms.registration.services.book import Said, locked, stream, write
from lms.registration.services.clock import TURNS, limits_of, silent_since

_SPOKEN = frozenset(
    {Act.RETURN, Act.SUPPLEMENT, Act.DECLINE, Act.REFUSE, Act.EXTEND, Act.RESUME}
)
_PASSING = frozenset({Act.PASS, Act.GRANT})
_TOLD = frozenset({Act.SUPPLEMENT, Act.EXTEND, Act.RESUME, Act.RETURN})
_COMMITTED = {
    Party.PERSON: Need.PERSON_COMMITMENT,
    Party.EMPLOYER: Need.EMPLOYER_COMMITMENT,
}
_APPLICANTS = frozenset({Party.PERSON, Party.EMPLOYER})
_DESK = frozenset({Party.TELLER, Party.APPROVER})
_COMPARED_AT = frozenset({StepName.FILL, StepName.REVIEW, StepName.DECIDE})
"""Where an office says that a registration is so; what is whole is accepted before."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What somebody does to an application that they saw at a version.

    `facts` are codes and dates; a reason is words that the applicant will read.
    """

    application_id: UUID
    act: Act
    by: Party
    seen: int | None
    reason: str = ""
    office_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> Said:
        """Give what is written with the act."""
        return Said(self.reason.strip(), self.office_id, self.facts)


def act(work: Work, doing: Doing, *, printer: RegistrationPrinter) -> ApplicationCard:
    """Do one thing to an application; what the house then does follows at once.

    Raises: NotFound; Conflict when somebody acted since; Refused with the code of the
        rule that says no, and every reason where there are several.
    """
    row = locked(work, doing.application_id, doing.seen)
    flow = flow_of(row.flow)
    step = flow.step(row.step)
    found = move(step, row.status, doing.act, doing.by, row.started_by)
    if isinstance(found, str):
        raise Refused(found)
    _allowed(work, row, step, doing)
    told = answering.said(work, row, doing.act, doing.said)
    write(work, row, doing.act, doing.by, told)
    turn = _Turn(work, row, flow, printer)
    _go(turn, step, doing.act, found)
    _by_itself(turn)
    work.session.flush()
    return card_of(row)


def prove(work: Work, doing: Doing, need: Need) -> ApplicationCard:
    """Note that a need of the present step is met, and how (`facts`)."""
    row = locked(work, doing.application_id, doing.seen)
    step = flow_of(row.flow).step(row.step)
    if row.closed_at is not None:
        raise Refused("application.ended")
    if need not in step.needs:
        raise Refused("application.not_needed")
    if need.value not in row.met:
        row.met = sorted({*row.met, need.value})
    said = Said(doing.reason, doing.office_id, {**doing.facts, "need": need.value})
    write(work, row, Act.PROVE, doing.by, said)
    return card_of(row)


def commit_to(
    work: Work, application_id: UUID, by: Party, signer: str, seen: int | None
) -> ApplicationCard:
    """Sign the written commitment of a party, in the words of the flow.

    Raises: NotFound; Conflict; Refused when it is not this party's turn.
    """
    row = locked(work, application_id, seen)
    flow = flow_of(row.flow)
    if row.closed_at is not None:
        raise Refused("application.ended")
    if flow.step(row.step).by is not by or work.actor.account_id is None:
        raise Refused("application.not_yours")
    words = flow.commitments.get(by, "")
    digest = hashlib.sha256(words.encode()).digest()
    work.session.add(
        Commitment(
            id=new_id(),
            application_id=row.id,
            party=by,
            words=words,
            sha256=digest,
            signer=signer,
            account_id=work.actor.account_id,
            person_id=work.actor.person_id,
            signed_at=work.now,
        )
    )
    need = _COMMITTED[by].value
    row.met = sorted({*row.met, need})
    facts = {"need": need, "sha256": digest.hex()}
    write(work, row, Act.PROVE, by, Said(facts=facts))
    evidence.note(work, stream(row.id), "application.committed", party=by, **facts)
    return card_of(row)


def _allowed(work: Work, row: ApplicationRow, step: Step, doing: Doing) -> None:
    """Refuse an act that the table allows but its circumstances do not."""
    if doing.act in _SPOKEN and not doing.reason.strip():
        raise Refused("application.reason_missing")
    # Who examined and advises to refuse hands on what is wanting, for it is wanting.
    if doing.act in _PASSING and "opinion" not in doing.facts:
        unmet = _unmet(work, row, step, doing)
        if unmet:
            raise Refused("application.not_ready", reasons=unmet)
    if doing.act in _PASSING and undrawn(work.session, PersonId(row.person_id)):
        raise Conflict("application.certificate_revoked")
    if step.apart and doing.by in _DESK and _was_here(work, row):
        raise Refused("application.second_person")
    if doing.act in _CHECKED:
        _CHECKED[doing.act](work, row, doing)


def _unmet(
    work: Work, row: ApplicationRow, step: Step, doing: Doing
) -> tuple[str, ...]:
    found = filing.unmet(work, row, met_at(step, frozenset(row.met)))
    compares = step.name in _COMPARED_AT and doing.by in _DESK
    if compares and filing.unproved(work, row):
        found += (f"need.{Need.REGISTRATION}",)
    return found


def _was_here(work: Work, row: ApplicationRow) -> bool:
    """Tell whether the actor accepted or examined it, or stood for its registration."""
    mine = select(ApplicationEvent.seq).where(
        ApplicationEvent.application_id == row.id,
        (ApplicationEvent.party == Party.TELLER)
        | (ApplicationEvent.party.in_(_DESK) & (ApplicationEvent.act == Act.PROVE)),
        ApplicationEvent.person_id == work.actor.person_id,
    )
    return work.session.scalar(mine.limit(1)) is not None


def _may_decline(work: Work, row: ApplicationRow, _doing: Doing) -> None:
    """Leave what was accepted to be decided, and who was asked their days."""
    if row.accepted_on is not None:
        raise Refused("application.accepted")
    _waited(work, row)


def _may_resume(work: Work, row: ApplicationRow, _doing: Doing) -> None:
    """Let the desk decide on what is there, once nobody answered in their days.

    What was not accepted yet is declined instead.
    """
    if row.accepted_on is None:
        raise Refused("application.not_accepted")
    _waited(work, row)


def _waited(work: Work, row: ApplicationRow) -> None:
    if row.status is Status.SUPPLEMENT and row.told_on is not None:
        known, today = calendar.calendar(work.session), legal_day(work.now)
        if limits.still_waiting(known, row.told_on, today, limits_of(row)):
            raise Refused("application.still_waiting")


def _may_answer(work: Work, row: ApplicationRow, doing: Doing) -> None:
    answering.may_answer(work, row, doing.by, doing.said)


def _may_extend(work: Work, row: ApplicationRow, _doing: Doing) -> None:
    """Lengthen a limit once, and before it is over: what is late stays late."""
    if row.extended_on or not limits_of(row).extend:
        raise Refused("application.no_extension")
    if row.due_on is not None and legal_day(work.now) > row.due_on:
        raise Refused("application.extended_late")


def _may_grant(work: Work, row: ApplicationRow, _doing: Doing) -> None:
    filing.employed(work, row)
    filing.stands(work, row)


def _may_pass(work: Work, row: ApplicationRow, doing: Doing) -> None:
    """Ask again after a public notice: days have gone by since it was decided."""
    if row.step is StepName.NOTICE:
        _may_grant(work, row, doing)


def _may_tell(work: Work, row: ApplicationRow, _doing: Doing) -> None:
    if row.told_on is not None:
        raise Refused("application.told_already")
    if row.accepted_on is None and silent_since(work, row) is not None:
        raise Refused("application.told_too_late")


_CHECKED: Mapping[Act, Callable[[Work, ApplicationRow, Doing], None]] = {
    Act.SUPPLEMENT: _may_tell,
    Act.DECLINE: _may_decline,
    Act.ANSWER: _may_answer,
    Act.RESUME: _may_resume,
    Act.GRANT: _may_grant,
    Act.PASS: _may_pass,
    Act.EXTEND: _may_extend,
}
"""What the circumstances of one act alone may say against it."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One act under way."""

    work: Work
    row: ApplicationRow
    flow: Flow
    printer: RegistrationPrinter


def _go(turn: _Turn, step: Step, what: Act, found: Move) -> None:
    work, row = turn.work, turn.row
    if what in TURNS:
        TURNS[what](work, row, legal_day(work.now))
    row.status = found.status
    if found.to is To.STAY:
        _hold(work, row)
    if found.to is To.START:
        _back(work, row, turn.flow)
    elif found.to is To.END:
        _end(work, row, found.status)
    elif found.to is To.NEXT:
        _pass(turn, step)
    if what in _TOLD:
        _tell(work, row, what)


def _tell(work: Work, row: ApplicationRow, what: Act) -> None:
    """Owe a word on an act that moves nothing on."""
    last = None
    if what is Act.SUPPLEMENT and row.told_on is not None:
        known = calendar.calendar(work.session)
        last = limits.answer_by(known, row.told_on, limits_of(row))
    effects.tell(
        work,
        row,
        returned=what is Act.RETURN,
        answer_by=last.isoformat() if last else "",
    )


def _back(work: Work, row: ApplicationRow, flow: Flow) -> None:
    """Give the application back to who began it; what was signed is signed again."""
    people.thaw(work, PersonId(row.person_id), stream(row.id))
    row.step = first(flow, limits.cases_of(row.cases)).name
    row.met = []
    row.filed_on = row.due_on = row.due_not_before = None


def _hold(work: Work, row: ApplicationRow) -> None:
    """Keep the profile as it is; once accepted, photo and signature with it.

    While a supplement is awaited a likeness may be what has to be put right.
    """
    waits = row.status is Status.SUPPLEMENT
    whole = row.accepted_on is not None and not waits
    people.freeze(work, PersonId(row.person_id), stream(row.id), whole=whole)


def _end(work: Work, row: ApplicationRow, status: Status) -> None:
    row.status = status
    row.closed_at = work.now
    people.thaw(work, PersonId(row.person_id), stream(row.id))
    row.due_on = row.due_not_before = None
    if status is Status.REFUSED:
        row.decided_on = legal_day(work.now)
    if status is not Status.GRANTED:
        effects.drop(work, row)
    effects.tell(work, row)


def _pass(turn: _Turn, step: Step) -> None:
    work, row, flow = turn.work, turn.row, turn.flow
    today = legal_day(work.now)
    after = following(flow, limits.cases_of(row.cases), step.name)
    filing.filed(work, row, step, after)
    if step.name == "accept":
        # Who was left without a word was accepted by law, whenever a hand says so.
        row.accepted_on = silent_since(work, row) or today
    _hold(work, row)
    if step.name == flow.takes_effect:
        row.decided_on = today
        effects.take(work, row, turn.printer)
    if after is None:
        _end(work, row, Status.GRANTED)
        return
    row.step, row.met = after.name, []
    _promise(work, row, flow)
    effects.tell(work, row)


def _promise(work: Work, row: ApplicationRow, flow: Flow) -> None:
    days = limits.Days(row.filed_on, row.accepted_on, row.decided_on)
    steps = flow.steps_for(limits.cases_of(row.cases))
    known = calendar.calendar(work.session)
    found = limits.due(steps, row.step, days, limits_of(row), known)
    row.due_on = found.on if found else None
    row.due_not_before = found.not_before if found else None


def _by_itself(turn: _Turn) -> None:
    """Do the house's own steps until somebody else's turn comes."""
    work, row, flow = turn.work, turn.row, turn.flow
    while row.closed_at is None and flow.step(row.step).by is Party.HOUSE:
        step = flow.step(row.step)
        faults = filing.compared(work, row, step)
        what = Act.RETURN if faults else Act.PASS
        found = move(step, row.status, what, Party.HOUSE, row.started_by)
        if isinstance(found, str):
            raise Refused(found, reasons=faults)
        write(work, row, what, Party.HOUSE, Said(facts={"codes": list(faults)}))
        _go(turn, step, what, found)
