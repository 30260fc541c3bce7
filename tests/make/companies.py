"""Makers: a company with an agent, proved or not, and people who belong to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from uuid import UUID

from lms.accounts import queries as accounts
from lms.kernel.ids import EmployerId, new_id
from lms.kernel.work import Actor, Work
from lms.people import queries, services
from lms.people.rules import EmployerFacts, EmployerKind, Line, OnSite
from tests.make import people as make
from tests.make.people import Made

USCC = "91150203MA0N00000G"
OTHER_USCC = "91110000600037341L"
SHOWN = OnSite(
    "昆都仑区住建局窗口", licence=True, qualification=True, authorisation=True
)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_TURN = count(1)


@dataclass(frozen=True, slots=True)
class Company:
    """A company, and the account that acts for it."""

    id: EmployerId
    agent: Made
    seat: UUID

    def acting(self, work: Work) -> Work:
        """Let the agent act."""
        return replace(work, actor=Actor(self.agent.account_id, self.agent.person_id))


def uscc() -> str:
    """A true code, never the same twice in a run."""
    first = f"91150203MA0N{next(_TURN):05d}"
    total = sum(
        _ALPHABET.index(letter) * pow(3, place, 31)
        for place, letter in enumerate(first)
    )
    return first + _ALPHABET[-total % 31]


def unproved(
    work: Work, code: str | None = None, name: str = "某某建筑公司"
) -> Company:
    """A company with an account and no proof."""
    agent = make.account(work, name="企业经办")
    own = replace(work, actor=Actor(agent.account_id, agent.person_id))
    made = services.open_company(
        own,
        agent.account_id,
        EmployerFacts(code or uscc(), name),
        EmployerKind.CONSTRUCTION,
    )
    acts = queries.acts_for(work.session, agent.account_id)
    assert acts is not None
    return Company(made, agent, acts.agent_id)


def teller(work: Work) -> Work:
    """Somebody at a counter who has nothing to do with any company."""
    made = make.account(work, name="认证窗口")
    return replace(work, actor=Actor(made.account_id, made.person_id))


def proved(work: Work, code: str | None = None, name: str = "某某建筑公司") -> Company:
    """A company that proved itself at a counter."""
    made = unproved(work, code, name)
    services.prove_employer(teller(work), made.id, made.seat, SHOWN)
    return made


def address_of(work: Work, made: Made) -> str:
    """Read where a made person is reached."""
    return accounts.contact(work.session, made.account_id).email or ""


def invited(work: Work, company: Company, made: Made) -> UUID:
    """An invitation that waits for the person."""
    place = address_of(work, made)
    services.invite(company.acting(work), company.id, [Line(place, "")])
    return next(
        card.id
        for card, one in queries.links_to(work.session, made.person_id)
        if one.id == company.id and card.state == "invited"
    )


def bound(work: Work, company: Company, made: Made) -> UUID:
    """A person who belongs to the company, by the word of both."""
    link = invited(work, company, made)
    own = replace(work, actor=Actor(made.account_id, made.person_id))
    services.accept(own, made.person_id, link)
    return link


def nobody() -> UUID:
    """An id of nothing."""
    return new_id()
