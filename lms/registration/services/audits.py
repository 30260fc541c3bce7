"""Check what was granted: draw, ask for the papers, find, and revoke by two.

Source: 内建行函〔2022〕508号 一(二).
"""

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, update

from lms.evidence import queries as book
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.policy.model import Application, Province
from lms.registration.models import ApplicationRow, AuditCase, AuditDraw
from lms.registration.queries import audits as queries
from lms.registration.rules.audits import (
    BECOMES,
    OPEN,
    AuditState,
    Finding,
    draw_problems,
    early,
    finding_problem,
    heard_until,
    how_many,
    mending_problem,
    narrow,
    unseen,
)
from lms.registration.rules.states import Status
from lms.registration.services.audit_cases import (
    WHY,
    concerned,
    locked,
    not_own,
    note,
    release,
    tell_sound,
)
from lms.registration.services.audit_ends import Answer, decide
from lms.registration.services.audit_papers import Giver, hand_over, look, speak
from lms.registration.services.book import stream

__all__ = [
    "Answer",
    "Draw",
    "Giver",
    "decide",
    "draw",
    "find",
    "forget",
    "hand_over",
    "look",
    "speak",
]

_CHECKED = frozenset(
    {
        Application.INITIAL,
        Application.RENEWAL,
        Application.ADD_SPECIALTY,
        Application.RE_REGISTRATION,
    }
)


@dataclass(frozen=True, slots=True)
class Draw:
    """What is to be drawn: grants of which days, how many, and by when papers come.

    `region` is the area that the office serves. Units: `share` in per cent.
    """

    province: Province
    office_id: UUID
    since: date
    until: date
    share: int
    due_on: date
    region: str = ""


def draw(work: Work, wanted: Draw) -> tuple[UUID, int]:
    """Draw among the grants of some days, ask for the papers, and hold the records.

    The draw is by the system's random source; what it was drawn from stands in the
    evidence, so that nobody can choose. Gives the draw and how many were drawn.

    Raises: Refused with every fault of the question, or where nothing was granted.
    """
    today = legal_day(work.now)
    problems = draw_problems(
        wanted.since, wanted.until, today, wanted.due_on, wanted.share
    )
    if problems:
        raise Refused("audit.invalid", reasons=problems)
    pot = _granted(work, wanted)
    if not pot:
        raise Refused("audit.nothing_granted")
    count = how_many(len(pot), wanted.share)
    if narrow(wanted.since, wanted.until, wanted.share, len(pot), count):
        raise Refused("audit.narrow")
    taken = secrets.SystemRandom().sample(pot, count)
    one = _write(work, wanted, pot, taken)
    for row in taken:
        _ask(work, one, row, wanted.due_on)
    return one, len(taken)


def _write(
    work: Work, wanted: Draw, pot: list[ApplicationRow], taken: list[ApplicationRow]
) -> UUID:
    """Write the draw down, with what it was drawn from."""
    one = new_id()
    work.session.add(
        AuditDraw(
            id=one,
            province=wanted.province,
            office_id=wanted.office_id,
            since=wanted.since,
            until=wanted.until,
            share=wanted.share,
            pot=len(pot),
            taken=len(taken),
            account_id=work.actor.account_id,
            at=work.now,
        )
    )
    work.session.flush()
    evidence.note(
        work,
        f"audit:{one}",
        "audit.drawn",
        body=[str(row.id) for row in pot],
        pot=len(pot),
        taken=sorted(str(row.id) for row in taken),
    )
    return one


def _granted(work: Work, wanted: Draw) -> list[ApplicationRow]:
    """List the grants that may be drawn, without those that are being checked now.

    They are locked first, and only then compared: of two draws at once, the second
    sees what the first has taken.
    """
    rows = work.session.scalars(
        select(ApplicationRow)
        .where(
            ApplicationRow.province == wanted.province,
            ApplicationRow.status == Status.GRANTED,
            ApplicationRow.application.in_(_CHECKED),
            ApplicationRow.decided_on.between(wanted.since, wanted.until),
        )
        .order_by(ApplicationRow.id)
        .with_for_update()
    ).all()
    busy = select(AuditCase.application_id).where(
        AuditCase.province == wanted.province,
        or_(AuditCase.state.in_(OPEN), AuditCase.state == AuditState.REVOKED),
    )
    taken = frozenset(work.session.scalars(busy))
    here = queries.in_area(work.session, wanted.region, rows)
    return [row for row in rows if row.id not in taken and row.id in here]


def _ask(work: Work, draw_id: UUID, row: ApplicationRow, due_on: date) -> None:
    work.session.add(
        AuditCase(
            id=new_id(),
            draw_id=draw_id,
            application_id=row.id,
            person_id=row.person_id,
            employer_id=row.employer_id,
            province=row.province,
            asked_on=legal_day(work.now),
            due_on=due_on,
            state=AuditState.ASKED,
            person_handed=[],
            employer_handed=[],
            words="",
            answer="",
        )
    )
    work.session.flush()
    evidence.note(work, stream(row.id), "audit.asked", draw=str(draw_id), due=due_on)
    held = f"person:{row.person_id}"
    if held not in book.held(work.session):
        evidence.place_hold(work, held, WHY)
    work.session.flush()
    _tell_asked(work, row, due_on, str(draw_id))


def _tell_asked(work: Work, row: ApplicationRow, due_on: date, which: str) -> None:
    for account_id in concerned(work, row.person_id, row.employer_id):
        notify.message(
            work,
            account_id,
            "audit_asked",
            dedupe=f"audit:{which}:{row.id}:{account_id}",
            number=row.number,
            due=due_on.isoformat(),
        )


def find(
    work: Work, case_id: UUID, what: Finding, words: str, due_on: date | None = None
) -> None:
    """Write what the papers show; a proposal to revoke waits for a second person.

    What is to be mended has a new day by which it must be.

    Raises: NotFound; Refused without words or that day, when it is not the time, when
        what is to be sound was not handed over, and for one's own registration.
    """
    case = locked(work, case_id)
    not_own(work, case)
    problem = finding_problem(case.state, words)
    today = legal_day(work.now)
    problem = problem or mending_problem(what, today, due_on)
    handed = queries.all_handed(case)
    if early(what, today, case.due_on, handed=handed):
        problem = problem or "audit.early"
    problem = problem or unseen(what, today, case.due_on, words, handed=handed)
    if problem is not None:
        raise Refused(problem)
    case.state = BECOMES[what]
    case.found_by, case.found_at = work.actor.person_id, work.now
    case.words = words.strip()
    note(work, case, "audit.found", words=case.words)
    if what is Finding.REVOKE:
        _propose(work, case, today)
    if what is Finding.TO_MEND and due_on is not None:
        case.due_on = due_on
        row = work.session.get_one(ApplicationRow, case.application_id)
        _tell_asked(work, row, due_on, str(new_id()))
    if case.state is AuditState.SOUND:
        tell_sound(work, case)
        release(work, case)


def _propose(work: Work, case: AuditCase, today: date) -> None:
    """Let both be heard before anybody decides, and tell them until when."""
    case.due_on = heard_until(case.due_on, today)
    number = work.session.get_one(ApplicationRow, case.application_id).number
    for account_id in concerned(work, case.person_id, case.employer_id):
        notify.message(
            work,
            account_id,
            "audit_proposed",
            dedupe=f"audit-proposed:{case.id}:{account_id}",
            number=number,
            due=case.due_on.isoformat(),
        )


def forget(work: Work, person_id: PersonId) -> None:
    """Leave of a forgotten person's checks the lines that name an id.

    An open one holds the record, so that nobody is forgotten meanwhile.
    """
    work.session.execute(
        update(AuditCase)
        .where(AuditCase.person_id == person_id)
        .values(words="", answer="", person_handed=[], employer_handed=[])
    )
