"""Check what was granted: draw, ask for the papers, find, and revoke by two.

Source: 内建行函〔2022〕508号 一(二).
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, update

from lms.accounts import queries as accounts
from lms.credentials import services as credentials
from lms.evidence import queries as book
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AccountId, PersonId, new_id
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.queries import OpenFile
from lms.people.rules import Side
from lms.policy.model import Application, BarCause, Province
from lms.registration.models import ApplicationRow, AuditCase, AuditDraw, BarRow
from lms.registration.queries import audits as queries
from lms.registration.queries.audits import CaseCard
from lms.registration.rules.audits import (
    BECOMES,
    OPEN,
    AuditState,
    Finding,
    draw_problems,
    early,
    finding_problem,
    how_many,
    mending_problem,
    narrow,
)
from lms.registration.rules.states import Status
from lms.registration.services.book import stream

_CHECKED = frozenset(
    {
        Application.INITIAL,
        Application.RENEWAL,
        Application.ADD_SPECIALTY,
        Application.RE_REGISTRATION,
    }
)
_WHY = "核查期间保全"
"""Why a person's record is held: it stands in the book of holds."""


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
        evidence.place_hold(work, held, _WHY)
    work.session.flush()
    _tell_asked(work, row, due_on, str(draw_id))


def _tell_asked(work: Work, row: ApplicationRow, due_on: date, which: str) -> None:
    for account_id in _concerned(work, row.person_id, row.employer_id):
        notify.message(
            work,
            account_id,
            "audit_asked",
            dedupe=f"audit:{which}:{row.id}:{account_id}",
            number=row.number,
            due=due_on.isoformat(),
        )


def _concerned(
    work: Work, person_id: UUID, employer_id: UUID | None
) -> Iterator[AccountId]:
    yield accounts.account_of(work.session, PersonId(person_id)).id
    if employer_id is not None:
        for agent in people.agents(work.session, employer_id):
            if agent.confirmed_at is not None:
                yield agent.account_id


def hand_over(work: Work, case_id: UUID, side: Side, owner: UUID) -> int:
    """Hand over what a person or an employer keeps; gives how many files.

    From now on the desk may open it. Handing over again adds what came since.

    Raises: NotFound, for another's too; Refused when the check has ended or nothing
        is kept.
    """
    case = _locked(work, case_id)
    whose = case.person_id if side is Side.PERSON else case.employer_id
    if whose != owner:
        raise NotFound("audit.unknown")
    if case.state not in OPEN:
        raise Refused("audit.not_now")
    files = queries.kept(work.session, case, side)
    if not files:
        raise Refused("archive.empty")
    listed = [[str(each.id), each.sha256] for each in files]
    if side is Side.PERSON:
        case.person_handed, case.person_handed_at = listed, work.now
    else:
        case.employer_handed, case.employer_handed_at = listed, work.now
    evidence.note(
        work,
        stream(case.application_id),
        "audit.handed_over",
        case=str(case.id),
        side=side,
        files=listed,
    )
    return len(listed)


def look(work: Work, card: CaseCard, file_id: UUID) -> OpenFile:
    """Open a file that was handed over; its owner can read who looked, and why.

    The caller has seen that the check is the actor's office's.

    Raises: NotFound, for what was not handed over too.
    """
    for side in Side:
        if str(file_id) not in {name for name, _digest in card.listed(side)}:
            continue
        for shelf in queries.shelves(work.session, card, side):
            if file_id in {one.id for one in people.archive(work.session, shelf)}:
                reason = f"核查注册 {card.number}"
                people_services.note_look(work, card.person_id, "archive", reason)
                return people.open_file(work.session, shelf, file_id)
    raise NotFound("archive.unknown")


def find(
    work: Work, case_id: UUID, what: Finding, words: str, due_on: date | None = None
) -> None:
    """Write what the papers show; a proposal to revoke waits for a second person.

    What is to be mended has a new day by which it must be.

    Raises: NotFound; Refused without words or that day, when it is not the time, and
        for one's own registration.
    """
    case = _locked(work, case_id)
    _not_own(work, case)
    problem = finding_problem(case.state, words)
    today = legal_day(work.now)
    problem = problem or mending_problem(what, today, due_on)
    if early(what, today, case.due_on, handed=queries.all_handed(case)):
        problem = problem or "audit.early"
    if problem is not None:
        raise Refused(problem)
    case.state = BECOMES[what]
    case.found_by, case.found_at = work.actor.person_id, work.now
    case.words = words.strip()
    _note(work, case, "audit.found", words=case.words)
    if what is Finding.TO_MEND and due_on is not None:
        case.due_on = due_on
        row = work.session.get_one(ApplicationRow, case.application_id)
        _tell_asked(work, row, due_on, str(new_id()))
    if case.state is AuditState.SOUND:
        _release(work, case)


def decide(work: Work, case_id: UUID, answer: str, *, revoke: bool) -> None:
    """Revoke what was granted, or let it stand; never by who drew or proposed it.

    A revocation ends the registration and its certificate at once, and bars the person.

    Raises: NotFound; Refused for the proposer, without words, or when nothing waits.

    Source: 行政许可法 第六十九、七十九条; 建设部令第153号 第三十四条.
    """
    case = _locked(work, case_id)
    _not_own(work, case)
    if case.state is not AuditState.PROPOSED:
        raise Refused("audit.not_now")
    drew = work.session.get_one(AuditDraw, case.draw_id).account_id
    if case.found_by == work.actor.person_id or drew == work.actor.account_id:
        raise Refused("application.second_person")
    if finding_problem(AuditState.ASKED, answer):
        raise Refused("audit.no_words")
    case.decided_by, case.decided_at = work.actor.person_id, work.now
    case.answer = answer.strip()
    case.state = AuditState.REVOKED if revoke else AuditState.SOUND
    _note(work, case, "audit.decided", words=case.answer)
    if revoke:
        _revoke(work, case)
    _release(work, case)


def _revoke(work: Work, case: AuditCase) -> None:
    person_id, today = PersonId(case.person_id), legal_day(work.now)
    reason = f"audit:{case.id}"
    try:
        number = people.registration(work.session, person_id).number
    except NotFound:
        number = work.session.get_one(ApplicationRow, case.application_id).number
    people_services.write_granted(work, person_id, number, case.province, ())
    credentials.void_registration(work, person_id, reason, today, revoked=True)
    work.session.add(
        BarRow(
            id=new_id(),
            person_id=person_id,
            cause=BarCause.FRAUD,
            decided_on=today,
            document=reason,
            account_id=work.actor.account_id,
            noted_at=work.now,
        )
    )
    work.session.flush()
    for account_id in _concerned(work, case.person_id, case.employer_id):
        notify.message(
            work,
            account_id,
            "audit_revoked",
            dedupe=f"audit-revoked:{case.id}:{account_id}",
            number=number,
        )


def _release(work: Work, case: AuditCase) -> None:
    """Let the record go when no other check holds it; others' holds stay."""
    held = f"person:{case.person_id}"
    others = select(AuditCase.id).where(
        AuditCase.person_id == case.person_id,
        AuditCase.id != case.id,
        AuditCase.state.in_(OPEN),
    )
    ours = any(
        each.reason == _WHY and each.released_at is None
        for each in book.holds(work.session, held)
    )
    if ours and work.session.scalar(others.limit(1)) is None:
        evidence.release_hold(work, held, "核查结束")


def forget(work: Work, person_id: PersonId) -> None:
    """Leave of a forgotten person's checks the lines that name an id.

    An open one holds the record, so that nobody is forgotten meanwhile.
    """
    work.session.execute(
        update(AuditCase)
        .where(AuditCase.person_id == person_id)
        .values(words="", answer="", person_handed=[], employer_handed=[])
    )


def _not_own(work: Work, case: AuditCase) -> None:
    if case.person_id == work.actor.person_id:
        raise Refused("desk.own")


def _note(work: Work, case: AuditCase, kind: str, words: str) -> None:
    """Write a step into the evidence; the words themselves stand in the case."""
    work.session.flush()
    evidence.note(
        work,
        stream(case.application_id),
        kind,
        case=str(case.id),
        state=case.state,
        words=hashlib.sha256(words.encode()).hexdigest(),
    )


def _locked(work: Work, case_id: UUID) -> AuditCase:
    row = work.session.scalar(
        select(AuditCase).where(AuditCase.id == case_id).with_for_update()
    )
    if row is None:
        raise NotFound("audit.unknown")
    return row
