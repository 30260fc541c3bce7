"""What somebody at an office does with an application, and the paper that follows."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from lms.calendar import queries as calendar
from lms.credentials.ports import RegistrationPrinter
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.people import services as people
from lms.policy.flow import Need, Party, StepName
from lms.registration.models.notices import OfficeLetter
from lms.registration.queries import applications, letters
from lms.registration.queries import desk as desks
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.desk import Desk, Opened
from lms.registration.queries.outcomes import outcome
from lms.registration.rules.letters import (
    Letter,
    LetterKind,
    Matter,
    appeal_to,
    letter,
)
from lms.registration.rules.states import Act
from lms.registration.services.acting import Doing, act, prove
from lms.registration.services.audit_cases import not_agent
from lms.registration.services.book import locked, stream
from lms.registration.services.flags import settle

LONGEST_REASON = 1000
MOST_ITEMS = 20
DEEDS = frozenset(
    {
        Act.PASS,
        Act.SUPPLEMENT,
        Act.DECLINE,
        Act.GRANT,
        Act.REFUSE,
        Act.EXTEND,
        Act.RESUME,
        Act.RETURN,
    }
)
"""What a desk may do; to withdraw is the applicant's alone."""
AGAINST: Mapping[str, Any] = {"opinion": "against"}
"""Who examined hands an application on and advises to refuse it."""
_LETTERS: Mapping[tuple[Act, StepName | None], LetterKind] = {
    (Act.PASS, StepName.ACCEPT): LetterKind.ACCEPTANCE,
    (Act.DECLINE, None): LetterKind.NON_ACCEPTANCE,
    (Act.SUPPLEMENT, None): LetterKind.DEFICIENCY,
    (Act.EXTEND, None): LetterKind.EXTENSION,
    (Act.GRANT, None): LetterKind.GRANT,
    (Act.REFUSE, None): LetterKind.REFUSAL,
}


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody at a desk does to an application that they saw at a version.

    `items` is the one list of what is missing, of a supplement alone.
    """

    act: Act
    seen: int
    reason: str = ""
    items: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """Give the words that the applicant reads in the history."""
        listed = [f"{n}．{item}" for n, item in enumerate(self.items, 1)]
        return "\n".join((*listed, self.reason.strip())).strip()


def do(
    work: Work,
    desk: Desk,
    application_id: UUID,
    deed: Deed,
    *,
    printer: RegistrationPrinter,
) -> ApplicationCard:
    """Do a desk's deed, and write the paper that the law asks for with it.

    Raises: NotFound for what is not here; Conflict when a colleague was first; Refused
        with what stands against it.
    """
    if deed.act not in DEEDS:
        raise Refused("application.not_yours")
    here = _mine(work, desk, application_id)
    step = here.card.step
    if len(deed.said) > LONGEST_REASON or len(deed.items) > MOST_ITEMS:
        raise Refused("desk.too_long")
    if deed.act is Act.SUPPLEMENT and not any(deed.items):
        raise Refused("desk.no_items")
    if step.name is StepName.NOTICE and deed.act is Act.PASS:
        _heard(work, here.card)
    if step.name is StepName.ANNOUNCE and "notice" not in deed.facts:
        raise Refused("desk.announce_first")
    if deed.facts.get("opinion"):
        _advised(here, deed)
    doing = Doing(
        application_id,
        deed.act,
        desk.party(here.card) or step.by,
        deed.seen,
        deed.said,
        desk.office.id,
        deed.facts,
    )
    card = act(work, doing, printer=printer)
    _papers(work, desk, here, deed)
    return card


def may_publish(work: Work, desk: Desk, application_id: UUID, seen: int) -> None:
    """Check that this desk may publish an application as it was seen.

    Raises: NotFound; Conflict; Refused.
    """
    _mine(work, desk, application_id)
    locked(work, application_id, seen)


def note_proof(
    work: Work, desk: Desk, application_id: UUID, need: Need, *, seen: int, reason: str
) -> ApplicationCard:
    """Note that something was proved at the counter, in person.

    Raises: NotFound; Conflict; Refused, without a reason too.
    """
    here = _running(work, desk, application_id)
    if Party.TELLER not in desk.parties:
        raise Refused("application.not_yours")
    if not desk.proves(here.card, here.uscc):
        raise Refused("desk.not_here")
    if not reason.strip():
        raise Refused("application.reason_missing")
    doing = Doing(
        application_id,
        Act.PROVE,
        Party.TELLER,
        seen,
        reason.strip(),
        desk.office.id,
        {"where": "counter"},
    )
    return prove(work, doing, need)


def settle_flag(
    work: Work,
    desk: Desk,
    flag_id: UUID,
    comment: str,
    *,
    upheld: bool,
    printer: RegistrationPrinter,
) -> ApplicationCard:
    """Confirm or dismiss what the law or the clock says of an application.

    What a confirmed one brings about is done as the law says, with its paper.

    Raises: NotFound; Conflict; Refused.
    """
    application_id = desks.flagged(work.session, flag_id)
    here = desks.opened(work.session, desk, application_id)
    not_own(work, here.card)
    by = desk.party(here.card) or min(desk.parties)
    closed = here.card.closed_at is not None
    competent = desk.decides(here.card.province, here.uscc) if closed else False
    if not competent and not desk.does(here.card, here.uscc):
        raise Refused("desk.not_here")
    settle(work, flag_id, by, comment, upheld=upheld, printer=printer)
    _papers(work, desk, here, Deed(Act.SETTLE, here.card.version, comment))
    return applications.application(work.session, application_id)


def look(work: Work, desk: Desk, application_id: UUID) -> Opened:
    """Open an application's data in full, while it runs; the person can read of it.

    Raises: NotFound; Refused once it has ended, and where its step is not done.
    """
    here = handled(work, desk, application_id)
    reason = f"注册窗口办理申请 {here.card.number}"
    people.note_look(work, here.card.person_id, "application", reason)
    return here


def handled(work: Work, desk: Desk, application_id: UUID) -> Opened:
    """Give a running application of somebody else whose present step is done here.

    Raises: NotFound; Refused.
    """
    here = _running(work, desk, application_id)
    if not desk.does(here.card, here.uscc):
        raise Refused("desk.not_here")
    return here


def _running(work: Work, desk: Desk, application_id: UUID) -> Opened:
    here = desks.opened(work.session, desk, application_id)
    if here.card.closed_at is not None:
        raise Refused("application.ended")
    not_own(work, here.card)
    return here


def _mine(work: Work, desk: Desk, application_id: UUID) -> Opened:
    here = desks.opened(work.session, desk, application_id)
    not_own(work, here.card)
    if not desk.does(here.card, here.uscc) and here.card.closed_at is None:
        raise Refused("desk.not_here")
    if here.card.closed_at is None and desk.party(here.card) is None:
        raise Refused("application.not_yours")
    return here


def not_own(work: Work, card: ApplicationCard) -> None:
    """Keep whoever sits at a desk from their own application, and their company's.

    Raises: Refused.
    """
    if work.actor.person_id == card.person_id:
        raise Refused("desk.own")
    not_agent(work, card.employer_id)


def _heard(work: Work, card: ApplicationCard) -> None:
    """Refuse to go on while the public may object, or an objection stands."""
    published = letters.publicity_of(work.session, card.id)
    if published is None:
        raise Refused("desk.not_published")
    if published.open_on(legal_day(work.now)):
        raise Refused("desk.still_public", until=published.until)
    said = letters.objections(work.session, card.id)
    if any(one.settled_at is None for one in said):
        raise Refused("desk.objection_open")
    if any(one.upheld for one in said):
        raise Refused("desk.objection_upheld")


def _advised(here: Opened, deed: Deed) -> None:
    """Refuse an opinion that is none: without words, or where nobody examines."""
    if here.card.step.name is not StepName.REVIEW or deed.act is not Act.PASS:
        raise Refused("application.not_yours")
    if not deed.reason.strip():
        raise Refused("application.reason_missing")


def _papers(work: Work, desk: Desk, here: Opened, deed: Deed) -> None:
    """Write the paper of each act since an application was opened that needs one."""
    for event in applications.history(work.session, here.card.id):
        kind = _LETTERS.get((event.act, None)) or _LETTERS.get((event.act, event.step))
        if event.n > here.card.version and kind is not None:
            made = letter(
                kind, _matter(work, desk, here), deed.reason.strip(), deed.items
            )
            keep_letter(work, here.card.id, event.n, kind, made)


def _matter(work: Work, desk: Desk, here: Opened) -> Matter:
    card = applications.application(work.session, here.card.id)
    return Matter(
        number=card.number,
        name=here.name,
        employer=here.employer,
        application=card.application,
        path=card.path,
        specialties=card.specialties,
        filed_on=card.filed_on,
        due_on=card.due_on,
        due_not_before=card.due_not_before,
        accepted=card.accepted_on is not None,
        answer=desks.answer_due(card, calendar.calendar(work.session)),
        office=desk.office.name,
        on=legal_day(work.now),
        appeal_to=appeal_to(card.province, desk.office.kind, desk.office.name),
        outcome=outcome(work.session, card),
    )


def keep_letter(
    work: Work, application_id: UUID, n: int, kind: LetterKind, made: Letter
) -> None:
    """Keep the words of a paper that was handed out, and note it."""
    words = {**asdict(made), "on": made.on.isoformat()}
    plain = json.dumps(words, ensure_ascii=False, sort_keys=True)
    row = OfficeLetter(
        id=new_id(),
        application_id=application_id,
        n=n,
        kind=kind,
        words=json.loads(plain),
        made_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    evidence.note(
        work,
        stream(application_id),
        "application.letter",
        letter=row.id,
        matter=kind,
        sha256=hashlib.sha256(plain.encode()).hexdigest(),
    )
