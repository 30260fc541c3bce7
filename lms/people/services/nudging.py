"""Remind a company's people: seldom, by fixed words, and not who asked for silence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from lms.accounts import queries as accounts
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.people import queries
from lms.people.models import EmployerLink, Nudge, Person
from lms.people.queries.links import ACTIVE, state_of
from lms.people.rules import LinkState
from lms.people.rules.roster import (
    MOST_NUDGED,
    Nudgeable,
    NudgeKind,
    nudge_objection,
)
from lms.people.services.companies import company_stream, may_act
from lms.people.services.inviting import Inviter, tell
from lms.people.services.persons import begun, stream


@dataclass(frozen=True, slots=True)
class NudgeWish:
    """Of what to remind, and what the words say of each link: the last day, perhaps."""

    kind: NudgeKind
    site: str = ""
    until: Mapping[UUID, str] | None = None


@dataclass(frozen=True, slots=True)
class Nudged:
    """How many were reminded, and who was not and why.

    PII: names.
    """

    told: int
    passed: tuple[tuple[str, str], ...]


def nudge(
    work: Work, employer_id: UUID, link_ids: Sequence[UUID], wish: NudgeWish
) -> Nudged:
    """Remind some of a company's people, each at most once in three days.

    Raises: Refused (nudge.nobody, nudge.too_many), and when the company may not act.
    """
    may_act(work, employer_id)
    if not link_ids:
        raise Refused("nudge.nobody")
    if len(link_ids) > MOST_NUDGED:
        raise Refused("nudge.too_many")
    company = queries.company(work.session, employer_id).name
    told, passed = 0, []
    for link, name in _locked(work, employer_id, link_ids):
        problem = nudge_objection(_known(work, link), wish.kind, work.now)
        if problem:
            passed.append((name or link.called or link.shown, problem))
            continue
        _tell(work, link, company, wish)
        told += 1
    if told:
        evidence.note(
            work,
            company_stream(employer_id),
            "people.nudged",
            about=wish.kind.value,
            count=told,
        )
    return Nudged(told, tuple(passed))


def _locked(
    work: Work, employer_id: UUID, link_ids: Sequence[UUID]
) -> list[tuple[EmployerLink, str]]:
    """Lock links in one order for all; another company's are as if they were not."""
    rows = work.session.scalars(
        select(EmployerLink)
        .where(EmployerLink.id.in_(link_ids), EmployerLink.employer_id == employer_id)
        .order_by(EmployerLink.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    people = {row.person_id for row in rows if row.person_id and row.person_agreed_at}
    named = work.session.execute(
        select(Person.id, Person.name).where(Person.id.in_(people))
    )
    names = {row.id: row.name for row in named}
    return [(row, names.get(row.person_id or row.id) or "") for row in rows]


def _known(work: Work, link: EmployerLink) -> Nudgeable:
    last = work.session.scalar(
        select(func.max(Nudge.told_at)).where(Nudge.link_id == link.id)
    )
    state = state_of(link)
    return Nudgeable(
        waiting=state is LinkState.INVITED,
        active=state is LinkState.ACTIVE,
        quiet=link.quiet_at is not None,
        last_at=last,
    )


def _tell(work: Work, link: EmployerLink, company: str, wish: NudgeWish) -> None:
    day = legal_day(work.now)
    work.session.add(
        Nudge(
            id=new_id(),
            link_id=link.id,
            employer_id=link.employer_id,
            person_id=link.person_id,
            kind=wish.kind,
            by_account=work.actor.account_id,
            told_on=day,
            told_at=work.now,
        )
    )
    work.session.flush()
    if wish.kind is NudgeKind.INVITATION:
        again = Inviter(company, wish.site, f":{day}")
        tell(work, {link.id: link.contact_index or b""}, again)
        return
    if link.person_id is None:
        raise NotFound("link.unknown")
    account = accounts.account_of(work.session, PersonId(link.person_id))
    notify.message(
        work,
        account.id,
        "employer_nudge",
        dedupe=f"nudge:{link.id}:{day}",
        company=company,
        kind=wish.kind.value,
        until=(wish.until or {}).get(link.id, ""),
    )


def set_quiet(work: Work, person_id: PersonId, *, quiet: bool) -> None:
    """Let a person hear no more reminders of the company, or hear them again.

    Raises: NotFound without a company.
    """
    begun(work, person_id)
    row = work.session.scalar(
        select(EmployerLink)
        .where(EmployerLink.person_id == person_id, ACTIVE)
        .with_for_update()
    )
    if row is None:
        raise NotFound("link.unknown")
    if (row.quiet_at is not None) == quiet:
        return
    row.quiet_at = work.now if quiet else None
    work.session.flush()
    kind = "link.quiet" if quiet else "link.heard_again"
    evidence.note(work, stream(person_id), kind, link=str(row.id))
