"""Bind a person and a company, with the word of both, and let them part."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts import queries as accounts
from lms.accounts.queries import reaching
from lms.accounts.rules import Identifier, IdentifierKind, identifier
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.people import queries
from lms.people.models import EmployerLink
from lms.people.queries.links import ACTIVE, mine, state_of
from lms.people.rules import (
    MOST_INVITED,
    Line,
    LinkEnd,
    LinkState,
    Side,
    folded,
    leaving_problems,
    uscc_problem,
)
from lms.people.services.companies import company_stream, lock_company, may_act
from lms.people.services.inviting import (
    Inviter,
    forget_address,
    keep_addresses,
    tell,
)
from lms.people.services.papers import write_company
from lms.people.services.persons import begun, stream


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of a list: how many were written down, and which lines were not."""

    made: int
    known: int
    unreadable: tuple[str, ...]


def invite(
    work: Work, employer_id: UUID, lines: Iterable[Line], *, site: str = ""
) -> Invited:
    """Invite people by number or address; an unproved company only prepares it.

    The answer is the same whether or not somebody is reached there. `site` is where
    one who has no account yet may open one.

    Raises: Refused for a list that is too long, and for a company's unconfirmed agent.
    """
    wanted = list(lines)
    if len(wanted) > MOST_INVITED:
        raise Refused("link.too_many")
    acting = _acting(work, employer_id)
    lock_company(work, employer_id)
    read = [(line, identifier(line.contact)) for line in wanted]
    made = known = 0
    for line, place in read:
        if place is None:
            continue
        row = _invite(work, employer_id, line, place)
        if row is None:
            known += 1
            continue
        made += 1
        if acting:
            _send(work, row, site)
    unreadable = tuple(line.contact for line, place in read if place is None)
    return Invited(made, known, unreadable)


def _acting(work: Work, employer_id: UUID) -> bool:
    """Tell whether invitations go out now; before the proof they are prepared alone."""
    account_id = work.actor.account_id
    acting = queries.acts_for(work.session, account_id) if account_id else None
    if acting is None or acting.employer_id != employer_id:
        raise Refused("employer.unconfirmed")
    if acting.company.proved:
        may_act(work, employer_id)
    return acting.may_act


def _invite(
    work: Work, employer_id: UUID, line: Line, place: Identifier
) -> EmployerLink | None:
    index = reaching.contact_index(place)
    open_one = select(EmployerLink.id).where(
        EmployerLink.employer_id == employer_id,
        EmployerLink.contact_index == index,
        EmployerLink.ended_at.is_(None),
    )
    if work.session.scalar(open_one.limit(1)) is not None:
        return None
    phone = place.kind is IdentifierKind.PHONE
    row = EmployerLink(
        id=new_id(),
        employer_id=employer_id,
        person_id=None,
        asked_by=Side.EMPLOYER,
        asked_account=work.actor.account_id,
        asked_at=work.now,
        contact_index=index,
        shown=(pii.mask_phone if phone else pii.mask_email)(place.value)[:60],
        called=line.called,
        sent_at=None,
        employer_agreed_at=None,
        reason="",
    )
    work.session.add(row)
    work.session.flush()
    keep_addresses(work, {row.id: place})
    _note(work, row, "link.prepared")
    return row


def send_prepared(work: Work, employer_id: UUID, *, site: str = "") -> int:
    """Send what was prepared before the company was proved; tell how many.

    Raises: Refused.
    """
    may_act(work, employer_id)
    rows = work.session.scalars(
        select(EmployerLink)
        .where(
            EmployerLink.employer_id == employer_id,
            EmployerLink.asked_account == work.actor.account_id,
            EmployerLink.sent_at.is_(None),
            EmployerLink.ended_at.is_(None),
        )
        .with_for_update()
    ).all()
    for row in rows:
        _send(work, row, site)
    return len(rows)


def _send(work: Work, row: EmployerLink, site: str) -> None:
    row.sent_at = row.employer_agreed_at = work.now
    work.session.flush()
    _note(work, row, "link.invited")
    name = queries.company(work.session, row.employer_id).name
    tell(work, {row.id: row.contact_index or b""}, Inviter(name, site))


def ask_employer(work: Work, person_id: PersonId, uscc: str) -> UUID:
    """Ask a company, for a person, to be one of its own.

    Raises: Refused for a code that is wrong or of no company here; Conflict when asked
        already, or while the person belongs to one.
    """
    problem = uscc_problem(uscc)
    if problem:
        raise Refused(problem)
    company = queries.company_called(work.session, folded(uscc))
    if company is None:
        raise Refused("link.no_company")
    begun(work, person_id)
    _free(work, person_id)
    for card, _company in queries.links_to(work.session, person_id):
        open_now = card.state in {LinkState.ASKED, LinkState.INVITED}
        if open_now and card.employer_id == company.id:
            raise Conflict("link.open")
    row = EmployerLink(
        id=new_id(),
        employer_id=company.id,
        person_id=person_id,
        asked_by=Side.PERSON,
        asked_account=accounts.account_of(work.session, person_id).id,
        asked_at=work.now,
        contact_index=None,
        shown="",
        called="",
        sent_at=work.now,
        person_agreed_at=work.now,
        reason="",
    )
    work.session.add(row)
    work.session.flush()
    _note(work, row, "link.asked")
    return row.id


def accept(work: Work, person_id: PersonId, link_id: UUID) -> None:
    """Say yes to a company's invitation; from now on it sees the person.

    Raises: NotFound, for another's too; Conflict when it has ended, or while the person
        belongs to another company.
    """
    begun(work, person_id)
    row = _mine(work, person_id, link_id, LinkState.INVITED)
    _free(work, person_id)
    _bind(work, row, person_id=person_id)


def agree(work: Work, employer_id: UUID, link_id: UUID) -> None:
    """Say yes, for a company, to a person who asks.

    Raises: NotFound; Refused; Conflict.
    """
    may_act(work, employer_id)
    asker = queries.link_of(work.session, employer_id, link_id).person_id
    if asker is None:
        raise Conflict("link.ended")
    begun(work, asker)  # first the person, then the link: the order of all others
    row = _ours(work, employer_id, link_id, LinkState.ASKED)
    _free(work, asker)
    _bind(work, row, person_id=asker)


def _bind(work: Work, row: EmployerLink, *, person_id: PersonId) -> None:
    """Write the last word down; the index lets one company win, whoever is first."""
    try:
        with work.session.begin_nested():
            row.person_id = person_id
            row.person_agreed_at = row.person_agreed_at or work.now
            row.employer_agreed_at = row.employer_agreed_at or work.now
            work.session.flush()
    except IntegrityError as twice:
        raise Conflict("link.other_employer") from twice
    forget_address(work, row.id)
    name = queries.company(work.session, row.employer_id).name
    write_company(work, person_id, row.employer_id, name)
    _note(work, row, "link.accepted")


def _free(work: Work, person_id: PersonId) -> None:
    bound = select(EmployerLink.id).where(EmployerLink.person_id == person_id, ACTIVE)
    if work.session.scalar(bound.limit(1)) is not None:
        raise Conflict("link.other_employer")


def refuse(work: Work, person_id: PersonId, link_id: UUID) -> None:
    """Say no to a company's invitation, or take an own question back.

    Raises: NotFound, for another's too; Conflict when it has ended.
    """
    begun(work, person_id)
    row = _mine(work, person_id, link_id, LinkState.INVITED, LinkState.ASKED)
    own = row.asked_by is Side.PERSON
    row.person_id = person_id
    _end(work, row, LinkEnd.WITHDRAWN if own else LinkEnd.REFUSED, Side.PERSON)


def withdraw(work: Work, employer_id: UUID, link_id: UUID) -> None:
    """Take an invitation back, or say no to a person who asks.

    Raises: NotFound; Refused; Conflict when it has ended.
    """
    _acting(work, employer_id)
    row = _ours(
        work,
        employer_id,
        link_id,
        LinkState.PREPARED,
        LinkState.INVITED,
        LinkState.ASKED,
    )
    own = row.asked_by is Side.EMPLOYER
    if not own:
        may_act(work, employer_id)
    _end(work, row, LinkEnd.WITHDRAWN if own else LinkEnd.REFUSED, Side.EMPLOYER)


def leave(work: Work, person_id: PersonId, left_on: date, reason: str) -> None:
    """Part from the company, by the person's word; it sees the person no more.

    Raises: NotFound without a company; Refused with what is wrong.
    """
    begun(work, person_id)
    row = work.session.scalar(
        select(EmployerLink)
        .where(EmployerLink.person_id == person_id, ACTIVE)
        .with_for_update()
    )
    if row is None:
        raise NotFound("link.unknown")
    _part(work, row, left_on, reason, Side.PERSON)


def dismiss(
    work: Work, employer_id: UUID, link_id: UUID, left_on: date, reason: str
) -> None:
    """Part from a person, by the company's word.

    Raises: NotFound; Refused with what is wrong; Conflict when it has ended.
    """
    may_act(work, employer_id)
    row = _ours(work, employer_id, link_id, LinkState.ACTIVE)
    _part(work, row, left_on, reason, Side.EMPLOYER)


def part_for_cause(
    work: Work, employer_id: UUID, link_id: UUID, left_on: date, reason: str
) -> None:
    """Part a person from a company by the word of an association's manager.

    The caller has seen that the company deals with the manager's association.

    Raises: Forbidden for one's own link; NotFound; Refused; Conflict.
    """
    row = _ours(work, employer_id, link_id, LinkState.ACTIVE)
    if row.person_id == work.actor.person_id:
        raise Forbidden("approval.own")
    _part(work, row, left_on, reason, Side.EMPLOYER)
    _note(
        work,
        row,
        "link.parted_for_cause",
        association=str(work.actor.association_id),
    )


def _part(
    work: Work, row: EmployerLink, left_on: date, reason: str, side: Side
) -> None:
    since = row.person_agreed_at or row.asked_at
    problems = leaving_problems(left_on, reason, since=since, today=legal_day(work.now))
    if problems:
        raise Refused("link.invalid", reasons=problems)
    row.left_on, row.reason = left_on, reason.strip()
    _end(work, row, LinkEnd.LEFT, side)


def _end(work: Work, row: EmployerLink, how: LinkEnd, side: Side) -> None:
    row.ended_at, row.ended_as, row.ended_by = work.now, how, side
    work.session.flush()
    forget_address(work, row.id)
    _note(work, row, f"link.{how.value}", by_side=side.value, left_on=row.left_on)


def _mine(
    work: Work, person_id: PersonId, link_id: UUID, *states: LinkState
) -> EmployerLink:
    return _one(
        work.session.scalar(
            select(EmployerLink)
            .where(EmployerLink.id == link_id, mine(work.session, person_id))
            .with_for_update()
        ),
        states,
    )


def _ours(
    work: Work, employer_id: UUID, link_id: UUID, *states: LinkState
) -> EmployerLink:
    return _one(
        work.session.scalar(
            select(EmployerLink)
            .where(EmployerLink.id == link_id, EmployerLink.employer_id == employer_id)
            .with_for_update()
        ),
        states,
    )


def _one(row: EmployerLink | None, states: tuple[LinkState, ...]) -> EmployerLink:
    if row is None:
        raise NotFound("link.unknown")
    if state_of(row) not in states:
        raise Conflict("link.ended")
    return row


def _note(work: Work, row: EmployerLink, kind: str, **facts: object) -> None:
    """Write it into the company's book, and into the person's once there is one."""
    told = {"link": str(row.id), "employer": str(row.employer_id), **facts}
    evidence.note(work, company_stream(row.employer_id), kind, **told)
    if row.person_id is not None:
        evidence.note(work, stream(row.person_id), kind, **told)
