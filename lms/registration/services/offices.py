"""Open offices, date what they may do, and say who sits there."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.accounts.queries import offices as seats
from lms.accounts.rules import DESK, STAFF, Role
from lms.approvals import queries as approval_queries
from lms.approvals import services as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState, Terms
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AccountId, ApprovalId, OfficeId, new_id
from lms.kernel.work import Work
from lms.policy.model import Province
from lms.policy.offices import DIRECTORY, OfficeFacts, Term
from lms.registration.models import Competence, Office
from lms.registration.queries import offices as queries

APPOINTMENT = "office.appoint"
"""The kind of question that two operators settle."""

_LONGEST_YEARS = 3


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who is to sit where, as what, up to which legal day, by which document."""

    account_id: AccountId
    role: Role
    office_id: OfficeId
    until: date
    document: str


def open_office(work: Work, facts: OfficeFacts) -> OfficeId:
    """Open an office with its competences; one whose code is known stays as it is."""
    known = work.session.scalar(select(Office.id).where(Office.code == facts.code))
    if known is not None:
        return OfficeId(known)
    row = Office(
        id=new_id(),
        code=facts.code,
        province=facts.province,
        name=facts.name,
        kind=facts.kind,
        region=facts.region,
        telephones={topic.value: line for topic, line in facts.telephones.items()},
        address=facts.address,
        open_hours=facts.hours,
        opened_at=work.now,
        closed_on=None,
    )
    work.session.add(row)
    work.session.flush()
    evidence.note(work, f"office:{row.id}", "office.opened", code=facts.code)
    for term in facts.terms:
        give(work, row.id, facts.province, term)
    return OfficeId(row.id)


def open_directory(work: Work) -> tuple[OfficeId, ...]:
    """Open every office that the documents name and that is not there yet."""
    return tuple(open_office(work, facts) for facts in DIRECTORY)


def give(work: Work, office_id: UUID, province: Province, term: Term) -> UUID:
    """Let an office do a task for a province from a day on."""
    row = Competence(
        id=new_id(),
        office_id=office_id,
        province=province,
        task=term.task,
        since=term.since,
        until=term.until,
        source=term.source,
    )
    work.session.add(row)
    work.session.flush()
    evidence.note(
        work,
        f"office:{office_id}",
        "office.competent",
        province=province,
        task=term.task,
        since=term.since,
        until=term.until,
    )
    return row.id


def end(work: Work, competence_id: UUID, until: date) -> None:
    """Name the last legal day of a competence.

    Raises: NotFound; Refused for a day before its first.
    """
    row = work.session.get(Competence, competence_id, with_for_update=True)
    if row is None:
        raise NotFound("office.unknown")
    if until < row.since:
        raise Refused("office.ends_before")
    row.until = until
    work.session.flush()
    evidence.note(
        work,
        f"office:{row.office_id}",
        "office.competence_ends",
        competence=row.id,
        until=until,
    )


def correct(
    work: Work, office_id: UUID, *, address: str, open_hours: str, lines: dict[str, str]
) -> None:
    """Write down where an office is, when it is open, and its telephones by topic.

    Raises: NotFound.
    """
    row = work.session.get(Office, office_id, with_for_update=True)
    if row is None:
        raise NotFound("office.unknown")
    row.address, row.open_hours = address.strip(), open_hours.strip()
    row.telephones = {topic: line for topic, line in lines.items() if line}
    work.session.flush()
    evidence.note(work, f"office:{office_id}", "office.corrected")


def ask_appointment(work: Work, wanted: Appointment, reason: str) -> ApprovalId:
    """Propose that somebody sits at an office; another operator must agree.

    Raises: NotFound; Refused with what stands against it.
    """
    office = queries.office(work.session, wanted.office_id)
    person_id = _appointable(work, wanted)
    payload = {
        "office": str(office.id),
        "account": str(wanted.account_id),
        "role": wanted.role.value,
        "until": wanted.until.isoformat(),
        "document": wanted.document,
    }
    terms = Terms(last_role=Role.OPERATOR, barred=frozenset({person_id}))
    subject = f"office:{office.id}"
    for one in approval_queries.about(work.session, APPOINTMENT, subject):
        same = one.payload["account"] == payload["account"]
        if one.state is ApprovalState.OPEN and same:
            raise Refused("office.asked")
    return approvals.ask(work, APPOINTMENT, subject, payload, reason, terms=terms)


def decide_appointment(
    work: Work,
    approval_id: UUID,
    approved: bool,  # noqa: FBT001 - the answer itself
    comment: str,
) -> ApprovalCard:
    """Say the second operator's word; an agreement takes effect at once.

    Raises: NotFound; Conflict when it has ended; Refused for the asker and appointee,
        and when something stands against the appointment by now.
    """
    asked = approval_queries.approval(work.session, approval_id)
    if asked.kind != APPOINTMENT:
        raise NotFound("approval.unknown")
    card = approvals.decide(work, approval_id, approved, comment)
    if card.state is ApprovalState.APPROVED:
        appoint(work, _read(card))
    return card


def appoint(work: Work, wanted: Appointment) -> None:
    """Seat somebody: what two operators agreed, or the operator's command.

    Raises: Refused with what stands against it.
    """
    _appointable(work, wanted)
    scope = accounts.Scope(office_id=wanted.office_id)
    accounts.grant_in(work, wanted.account_id, wanted.role, scope, wanted.until)
    evidence.note(
        work,
        f"office:{wanted.office_id}",
        "office.appointed",
        account=wanted.account_id,
        role=wanted.role,
        until=wanted.until,
        document=wanted.document,
    )


def dismiss(work: Work, office_id: OfficeId, account_id: AccountId, role: Role) -> None:
    """Take somebody's seat away at once; one operator is enough for that."""
    accounts.revoke(work, account_id, role, office_id=office_id)
    evidence.note(
        work, f"office:{office_id}", "office.dismissed", account=account_id, role=role
    )


def _read(card: ApprovalCard) -> Appointment:
    told = card.payload
    return Appointment(
        account_id=AccountId(UUID(told["account"])),
        role=Role(told["role"]),
        office_id=OfficeId(UUID(told["office"])),
        until=date.fromisoformat(told["until"]),
        document=told["document"],
    )


def _appointable(work: Work, wanted: Appointment) -> UUID:
    """Give the appointee's person, when nothing stands against the appointment.

    Whoever runs the platform, or works for an association, sits at no desk of the
    authority; and nobody sits at two.
    """
    today = legal_day(work.now)
    account = account_queries.account(work.session, wanted.account_id)
    held = account_queries.roles(work.session, wanted.account_id)
    elsewhere = {
        seat.office_id
        for seat in seats.seats_of(work.session, wanted.account_id, today)
    } - {wanted.office_id}
    last = date(today.year + _LONGEST_YEARS, today.month, min(today.day, 28))
    problems = (
        (wanted.role not in DESK, "office.no_role"),
        (not wanted.document.strip(), "office.no_document"),
        (not today <= wanted.until <= last, "office.bad_end"),
        (account.person_id == work.actor.person_id, "office.own"),
        (bool(held & (STAFF - DESK)), "office.other_staff"),
        (bool(elsewhere), "office.two_desks"),
    )
    for wrong, code in problems:
        if wrong:
            raise Refused(code)
    return account.person_id
