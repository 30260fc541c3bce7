"""Open a company's account, prove it, and say who acts for it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts import services as accounts
from lms.accounts.rules import Role
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, EmployerId, new_id
from lms.kernel.text import normal
from lms.kernel.work import Work
from lms.people import queries
from lms.people.models import Employer, EmployerAgent, EmployerProof
from lms.people.rules import (
    EmployerFacts,
    EmployerKind,
    OnSite,
    ProofFault,
    ProofMethod,
    ProofOutcome,
    Standing,
    employer_problems,
    folded,
    on_site_problems,
)
from lms.people.services.counter_news import News, news_of, tell_agents

_PAPERS = ("licence", "qualification", "authorisation")


def company_stream(employer_id: UUID) -> str:
    """Name a company's stream of evidence."""
    return f"employer:{employer_id}"


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a teller sits: the office, when it is known by id."""

    office_id: UUID | None = None


def open_company(
    work: Work, account_id: AccountId, facts: EmployerFacts, kind: EmployerKind
) -> EmployerId:
    """Let an account act for a company, which stays unproved until it is proved.

    One that acts here already takes the account as an agent to be confirmed.

    Raises: Refused with what is wrong; Conflict when the account acts for one already.
    """
    facts = EmployerFacts(facts.uscc, normal(facts.name))
    problems = employer_problems(facts)
    if problems:
        raise Refused("employer.invalid", reasons=problems)
    row = _company(work, folded(facts.uscc), facts.name)
    if queries.standing_of(work.session, row.id) is not Standing.PROVED:
        row.name, row.kind = facts.name, kind
    row.opened_at = row.opened_at or work.now
    _seat(work, row, account_id)
    employer_id = EmployerId(row.id)
    accounts.grant(work, account_id, Role.EMPLOYER, employer_id=employer_id)
    evidence.note(
        work, company_stream(row.id), "employer.opened", account=str(account_id)
    )
    return employer_id


def _company(work: Work, uscc: str, name: str) -> Employer:
    found = work.session.scalar(
        select(Employer).where(Employer.uscc == uscc).with_for_update()
    )
    if found is None:
        found = Employer(id=new_id(), uscc=uscc, name=name, created_at=work.now)
        try:
            with work.session.begin_nested():
                work.session.add(found)
        except IntegrityError as twice:
            # Named by somebody else in the same instant; the next try finds it.
            raise Conflict("employer.busy") from twice
    return found


def _seat(work: Work, row: Employer, account_id: AccountId) -> None:
    seat = EmployerAgent(
        id=new_id(),
        employer_id=row.id,
        account_id=account_id,
        asked_at=work.now,
        confirmed_at=None,
        confirmed_by=None,
        ended_at=None,
    )
    try:
        with work.session.begin_nested():
            work.session.add(seat)
    except IntegrityError as twice:
        raise Conflict("employer.acting") from twice


def save_kind(work: Work, employer_id: EmployerId, kind: EmployerKind) -> None:
    """Say what a company is qualified for."""
    row = _held(work, employer_id)
    row.kind = kind
    work.session.flush()
    evidence.note(
        work, company_stream(employer_id), "employer.kind", kind_of=kind.value
    )


def prove_employer(
    work: Work,
    employer_id: UUID,
    agent_id: UUID,
    shown: OnSite,
    counter: Counter = Counter(),
) -> None:
    """Write down for a teller that a company proved itself at the counter.

    Who came is confirmed as its agent. The caller has seen that the teller sits there.

    Raises: NotFound; Refused with what was not shown, for one's own company, and for a
        stranger to one that is proved.
    """
    row = _held(work, employer_id)
    seat = _agent(work, employer_id, agent_id)
    _foreign(work, employer_id)
    problems = on_site_problems(shown)
    if problems:
        raise Refused("employer.not_proved", reasons=problems)
    name, was = normal(shown.name) or row.name, row.name
    _agent_first(work, seat, renamed=name != was)
    row.name = name
    before = queries.standing_of(work.session, employer_id)
    _attempt(
        work,
        EmployerProof(
            employer_id=employer_id,
            method=ProofMethod.ON_SITE,
            outcome=ProofOutcome.PROVED,
            fault=None,
            account_id=seat.account_id,
            office_id=counter.office_id,
            place=shown.place.strip()[:100],
            papers=[each for each in _PAPERS if getattr(shown, each)],
        ),
    )
    _confirm(work, seat)
    news = news_of(renamed=name != was, proved_before=before is Standing.PROVED)
    tell_agents(work, employer_id, news, shown.place, was=was)


def refuse_employer(
    work: Work,
    employer_id: UUID,
    fault: ProofFault,
    place: str,
    counter: Counter = Counter(),
) -> None:
    """Write down for a teller that a company could not be proved, and why."""
    _without(work, employer_id, (ProofOutcome.REFUSED, fault), place, counter)
    tell_agents(work, employer_id, News.REFUSED, place)


def withdraw_proof(
    work: Work,
    employer_id: UUID,
    place: str,
    counter: Counter = Counter(),
) -> None:
    """Take a proof back for a teller: from now on the company sees nobody."""
    _without(work, employer_id, (ProofOutcome.WITHDRAWN, None), place, counter)
    tell_agents(work, employer_id, News.WITHDRAWN, place)


def _without(
    work: Work,
    employer_id: UUID,
    end: tuple[ProofOutcome, ProofFault | None],
    place: str,
    counter: Counter,
) -> None:
    """Write down at a counter what leaves a company without a proof."""
    _held(work, employer_id)
    _foreign(work, employer_id)
    outcome, fault = end
    _attempt(
        work,
        EmployerProof(
            employer_id=employer_id,
            method=ProofMethod.ON_SITE,
            outcome=outcome,
            fault=fault,
            account_id=None,
            office_id=counter.office_id,
            place=place.strip()[:100],
            papers=[],
        ),
    )


def prove_by_lock(work: Work, employer_id: UUID, named: str) -> Standing:
    """Try to prove a company by the lock or account of the old system.

    `named` is the code that the lock names. One that names another company is written
    down, and leaves the counter alone.

    Source: 重庆市建造师注册管理系统实名认证流程, 二, 1.
    Raises: NotFound; Refused when only the counter is left.
    """
    row = _held(work, employer_id)
    acting = _acting(work, employer_id)
    _by_lock(work, employer_id)
    same = folded(named) == row.uscc
    _attempt(
        work,
        EmployerProof(
            employer_id=employer_id,
            method=ProofMethod.LOCK,
            outcome=ProofOutcome.PROVED if same else ProofOutcome.REFUSED,
            fault=None if same else ProofFault.USCC_DIFFERS,
            account_id=acting.account_id,
            office_id=None,
            place="",
            papers=[],
        ),
    )
    if same:
        _confirm(work, acting)
    return queries.standing_of(work.session, employer_id)


def report_lock(work: Work, employer_id: UUID, fault: ProofFault) -> None:
    """Write down that the lock is lost or dead: only the counter is left.

    Raises: NotFound; Refused when that is so already, or the company is proved.
    """
    _held(work, employer_id)
    acting = _acting(work, employer_id)
    _by_lock(work, employer_id)
    _attempt(
        work,
        EmployerProof(
            employer_id=employer_id,
            method=ProofMethod.LOCK,
            outcome=ProofOutcome.REFUSED,
            fault=fault,
            account_id=acting.account_id,
            office_id=None,
            place="",
            papers=[],
        ),
    )


def _by_lock(work: Work, employer_id: UUID) -> None:
    match queries.standing_of(work.session, employer_id):
        case Standing.PROVED:
            raise Conflict("employer.proved")
        case Standing.ON_SITE_ONLY:
            raise Refused("employer.on_site_only")
        case _:
            return


def _attempt(work: Work, row: EmployerProof) -> None:
    row.by_account, row.at = work.actor.account_id, work.now
    work.session.add(row)
    work.session.flush()
    evidence.note(
        work,
        company_stream(row.employer_id),
        "employer.proof",
        method=row.method.value,
        outcome=row.outcome.value,
        fault=row.fault.value if row.fault else None,
        office=str(row.office_id) if row.office_id else None,
        proof=row.seq,
    )


def confirm_agent(work: Work, employer_id: UUID, agent_id: UUID) -> None:
    """Let another account act for a proved company; an agent of it says so.

    Raises: NotFound; Refused.
    """
    may_act(work, employer_id)
    _confirm(work, _agent(work, employer_id, agent_id))


def end_agent(work: Work, employer_id: UUID, agent_id: UUID) -> None:
    """End what an account does for a company: its own wish, or a fellow agent's word.

    Raises: NotFound; Refused.
    """
    seat = _agent(work, employer_id, agent_id)
    if seat.account_id != work.actor.account_id:
        may_act(work, employer_id)
    seat.ended_at = work.now
    work.session.flush()
    account_id = AccountId(seat.account_id)
    accounts.revoke(work, account_id, Role.EMPLOYER)
    evidence.note(
        work, company_stream(employer_id), "employer.agent_ended", agent=str(seat.id)
    )


def may_act(work: Work, employer_id: UUID) -> None:
    """Make sure that whoever acts may see people and file for a company.

    Raises: Refused.
    """
    account_id = work.actor.account_id
    acting = queries.acts_for(work.session, account_id) if account_id else None
    if acting is None or acting.employer_id != employer_id or not acting.confirmed:
        raise Refused("employer.unconfirmed")
    if not acting.company.proved:
        raise Refused("employer.unproved")


def _confirm(work: Work, seat: EmployerAgent) -> None:
    if seat.confirmed_at is not None:
        return
    seat.confirmed_at, seat.confirmed_by = work.now, work.actor.account_id
    work.session.flush()
    evidence.note(
        work,
        company_stream(seat.employer_id),
        "employer.agent_confirmed",
        agent=str(seat.id),
    )


def _held(work: Work, employer_id: UUID) -> Employer:
    row = work.session.scalar(
        select(Employer)
        .where(Employer.id == employer_id, Employer.opened_at.is_not(None))
        .with_for_update()
    )
    if row is None:
        raise NotFound("employer.unknown")
    return row


def lock_company(work: Work, employer_id: UUID) -> None:
    """Lock a company's row: who it invites is looked at by one hand after the other."""
    _held(work, employer_id)


def _agent(work: Work, employer_id: UUID, agent_id: UUID) -> EmployerAgent:
    row = work.session.get(EmployerAgent, agent_id)
    if row is None or row.employer_id != employer_id or row.ended_at is not None:
        raise NotFound("employer.no_agent")
    return row


def _acting(work: Work, employer_id: UUID) -> EmployerAgent:
    """Find the seat of the account that acts; the house itself has none."""
    row = work.session.scalar(
        select(EmployerAgent).where(
            EmployerAgent.employer_id == employer_id,
            EmployerAgent.account_id == work.actor.account_id,
            EmployerAgent.ended_at.is_(None),
        )
    )
    if row is None:
        raise NotFound("employer.no_agent")
    return row


def _agent_first(work: Work, seat: EmployerAgent, *, renamed: bool) -> None:
    """Leave a proved company to its own agents: no counter brings in a stranger.

    With no confirmed agent left, the counter confirms one, and still renames nothing.
    """
    standing = queries.standing_of(work.session, seat.employer_id)
    if seat.confirmed_at is not None or standing is not Standing.PROVED:
        return
    seats = queries.agents(work.session, seat.employer_id)
    if renamed or any(each.confirmed_at is not None for each in seats):
        raise Refused("company.agent_first")


def _foreign(work: Work, employer_id: UUID) -> None:
    """Nobody proves, at the counter, the company that they themselves act for."""
    own = (seat.account_id for seat in queries.agents(work.session, employer_id))
    if work.actor.account_id in set(own):
        raise Refused("approval.own")
