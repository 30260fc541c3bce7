"""What a counter does with a company is told to whoever acts for it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from lms.kernel.work import Actor, Work
from lms.notify.models import OutboxMessage
from lms.notify.queries import wording
from lms.people import queries, services
from lms.people.rules import EmployerFacts, EmployerKind, ProofFault
from tests.make import companies as make
from tests.make import people
from tests.make.people import Made


def own(work: Work, made: Made) -> Work:
    return replace(work, actor=Actor(made.account_id, made.person_id))


def told(work: Work) -> list[tuple[object, str, str]]:
    """Give what agents were told: whom, what, and what it was called before."""
    work.session.flush()
    rows = work.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.template == "company_at_counter")
        .order_by(OutboxMessage.seq)
    )
    return [(row.to_account, row.facts["news"], row.facts["was"]) for row in rows]


def code(work: Work, company: make.Company) -> str:
    return queries.company(work.session, company.id).uscc


def test_each_agent_is_told_what_a_counter_does_with_the_company(work: Work) -> None:
    company = make.proved(work)
    first = company.agent.account_id
    other = people.account(work, name="第二经办")
    facts = EmployerFacts(
        queries.company(work.session, company.id).uscc, "某某建筑公司"
    )
    services.open_company(
        own(work, other), other.account_id, facts, EmployerKind.CONSTRUCTION
    )
    seats = queries.agents(work.session, company.id)
    (seat,) = (one for one in seats if one.account_id == other.account_id)
    services.confirm_agent(company.acting(work), company.id, seat.id)
    there = make.teller(work)

    renamed = replace(make.SHOWN, name="某某建设集团公司")
    services.prove_employer(there, company.id, company.seat, renamed)
    services.withdraw_proof(there, company.id, "窗口")
    services.refuse_employer(there, company.id, ProofFault.PAPERS, "窗口")

    both = {first, other.account_id}
    assert told(work)[0] == (first, "proved", "某某建筑公司")
    for news, was in (("renamed", "某某建筑公司"), ("withdrawn", ""), ("refused", "")):
        found = {who for who, what, old in told(work) if (what, old) == (news, was)}
        assert found == both
    words = wording("company_at_counter", {
        "company": "某某建设集团公司", "news": "renamed", "place": "窗口",
        "was": "某某建筑公司", "on": "2026-11-21",
    }, "zh")  # fmt: skip
    assert "更改了企业名称（原名称：某某建筑公司）" in words.text


def test_who_only_asks_to_act_is_told_nothing_of_the_company(work: Work) -> None:
    company = make.proved(work)
    stranger = people.account(work, name="外人")
    facts = EmployerFacts(
        queries.company(work.session, company.id).uscc, "某某建筑公司"
    )
    services.open_company(
        own(work, stranger), stranger.account_id, facts, EmployerKind.CONSTRUCTION
    )
    services.withdraw_proof(make.teller(work), company.id, "窗口")
    assert stranger.account_id not in {who for who, _what, _was in told(work)}
