"""What the sides of a check hand over and say, and who at the desk opens it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from lms.accounts import services as accounts
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.queries import FileCard, OpenFile
from lms.people.rules import ArchiveKind, Period, Side
from lms.people.services import Kept
from lms.registration.models import AuditCase, AuditDelivery
from lms.registration.queries import audit_papers as papers
from lms.registration.queries import audits as queries
from lms.registration.queries.audits import CaseCard
from lms.registration.rules.audits import (
    LONGEST_STATEMENT,
    LONGEST_WHY,
    MOST_ATTACHED,
    OPEN,
    SHORTEST_WORDS,
)
from lms.registration.services.audit_cases import locked, not_own
from lms.registration.services.book import stream


@dataclass(frozen=True, slots=True)
class Giver:
    """Who hands over: the person, or the company by its id."""

    side: Side
    owner: UUID


@dataclass(frozen=True, slots=True)
class _Given:
    """What goes into the book of a check at once."""

    files: tuple[FileCard, ...]
    words: str
    period: Period | None = None
    missing: Sequence[ArchiveKind] = ()


def hand_over(
    work: Work, case_id: UUID, giver: Giver, period: Period, why: str = ""
) -> int:
    """Hand over what a person or an employer keeps of a period; gives how many files.

    From now on the desk may open it. Handing over again adds what came since. Where
    something that is asked for is not there, it is said `why`.

    Raises: NotFound, for another's too; Refused when the check has ended, nothing is
        kept, or it is not said why something is missing.
    """
    case = _mine(work, case_id, giver)
    found = papers.stock(work.session, case, giver.side, period)
    if not found.files:
        raise Refused("archive.empty")
    said = why.strip()
    if found.missing and not SHORTEST_WORDS <= len(said) <= LONGEST_WHY:
        raise Refused("audit.why_missing", reasons=tuple(map(str, found.missing)))
    given = _Given(found.files, said if found.missing else "", period, found.missing)
    _write(work, case, giver, given)
    return len(found.files)


def speak(
    work: Work, case_id: UUID, giver: Giver, words: str, attached: Sequence[Kept] = ()
) -> None:
    """State one's case (陈述申辩) in words, with papers where there are some.

    The papers go onto the side's own shelf, and are handed over with it.

    Raises: NotFound, for another's too; Refused when the check has ended, without
        words, and for papers that cannot be kept.
    """
    case = _mine(work, case_id, giver)
    if not SHORTEST_WORDS <= len(words.strip()) <= LONGEST_STATEMENT:
        raise Refused("audit.statement")
    if len(attached) > MOST_ATTACHED:
        raise Refused("audit.many_attached")
    files = tuple(_attach(work, case, giver, attached)) if attached else ()
    _write(work, case, giver, _Given(files, words.strip()))


def _attach(
    work: Work, case: AuditCase, giver: Giver, attached: Iterable[Kept]
) -> Iterable[FileCard]:
    known = papers.periods(work.session, case, giver.side)
    period = papers.wanted(work.session, case, known)
    shelves = queries.shelves(work.session, case, giver.side)
    if period is None or not shelves:
        raise Refused("archive.no_period")
    made = {
        people_services.keep_statement(work, shelves[0], period, one)
        for one in attached
    }
    return [c for c in people.archive(work.session, shelves[0]) if c.id in made]


def _mine(work: Work, case_id: UUID, giver: Giver) -> AuditCase:
    """Give a check of the giver's own, locked. Raises: NotFound; Refused."""
    case = locked(work, case_id)
    whose = case.person_id if giver.side is Side.PERSON else case.employer_id
    if whose != giver.owner:
        raise NotFound("audit.unknown")
    if case.state not in OPEN:
        raise Refused("audit.not_now")
    return case


def _write(work: Work, case: AuditCase, giver: Giver, given: _Given) -> None:
    listed = [[str(each.id), each.sha256] for each in given.files]
    key = accounts.ensure_key(work, PersonId(case.person_id))
    one = new_id()
    sealed = None
    if given.words:
        sealed = pii.seal(key, given.words.encode(), papers.words_place(one))
    work.session.add(
        AuditDelivery(
            id=one,
            case_id=case.id,
            n=_next(work, case),
            side=giver.side,
            period_from=given.period.since if given.period else None,
            period_until=given.period.until if given.period else None,
            files=listed,
            missing=[each.value for each in given.missing],
            words=sealed,
            account_id=work.actor.account_id,
            at=work.now,
        )
    )
    _listed(case, giver.side, listed)
    if given.period is not None:
        _handed(work, case, giver.side)
    work.session.flush()
    evidence.note(
        work,
        stream(case.application_id),
        "audit.handed_over" if given.period else "audit.stated",
        case=str(case.id),
        side=giver.side,
        delivery=str(one),
        files=listed,
        missing=[each.value for each in given.missing],
    )


def _next(work: Work, case: AuditCase) -> int:
    """Count what came in; the case is locked, so that no two are the same."""
    last = select(func.max(AuditDelivery.n)).where(AuditDelivery.case_id == case.id)
    return (work.session.scalar(last) or 0) + 1


def _listed(case: AuditCase, side: Side, new: list[list[str]]) -> None:
    """Add to what the desk may open of a side; each file stands there once."""
    before = case.person_handed if side is Side.PERSON else case.employer_handed
    there = {one[0] for one in before}
    listed = [*before, *(one for one in new if one[0] not in there)]
    if side is Side.PERSON:
        case.person_handed = listed
    else:
        case.employer_handed = listed


def _handed(work: Work, case: AuditCase, side: Side) -> None:
    """Note when a side handed over; who only spoke has handed nothing over."""
    if side is Side.PERSON:
        case.person_handed_at = work.now
    else:
        case.employer_handed_at = work.now


def look(work: Work, card: CaseCard, file_id: UUID) -> OpenFile:
    """Open a file that was handed over; its owner can read who looked, and why.

    The caller has seen that the check is decided at the actor's office.

    Raises: NotFound, for what was not handed over too; Refused for one's own check,
        and once it has ended well.
    """
    not_own(work, card)
    if not card.is_readable:
        raise Refused("audit.not_now")
    for side in Side:
        if str(file_id) not in {name for name, _digest in card.listed(side)}:
            continue
        for shelf in queries.shelves(work.session, card, side):
            if file_id in {one.id for one in people.archive(work.session, shelf)}:
                reason = f"核查注册 {card.number}"
                people_services.note_look(work, card.person_id, "archive", reason)
                return people.open_file(work.session, shelf, file_id)
    raise NotFound("archive.unknown")
