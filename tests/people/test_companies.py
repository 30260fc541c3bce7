"""Companies opened, proved and acted for, and the people who belong to them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lms.accounts import queries as accounts
from lms.accounts.rules import STAFF, Role
from lms.evidence import queries as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.work import Actor, Work
from lms.people import queries, services
from lms.people.queries import LinkCard
from lms.people.rules import (
    EmployerFacts,
    EmployerKind,
    Line,
    LinkState,
    OnSite,
    ProofFacts,
    ProofFault,
    ProofOutcome,
    Standing,
    read_lines,
    standing,
)
from tests.make import companies as make
from tests.make import people
from tests.make.people import Made

TODAY = date(2026, 11, 21)


def own(work: Work, made: Made) -> Work:
    return replace(work, actor=Actor(made.account_id, made.person_id))


def states(work: Work, company: make.Company) -> list[str]:
    return [card.state.value for card in queries.links_of(work.session, company.id)]


# -- opening and proving -------------------------------------------------------------


def test_a_company_is_unproved_until_its_identity_is(work: Work) -> None:
    company = make.unproved(work)

    card = queries.company(work.session, company.id)

    assert card.standing is Standing.UNPROVED
    roles = accounts.roles(work.session, company.agent.account_id)
    assert roles == {Role.EMPLOYER, Role.LEARNER}
    assert not roles & STAFF


def test_a_code_with_a_wrong_check_character_opens_nothing(work: Work) -> None:
    made = people.account(work)
    wrong = EmployerFacts("91150203MA0N00000A", "某某建筑公司")

    with pytest.raises(Refused) as refused:
        services.open_company(
            own(work, made), made.account_id, wrong, EmployerKind.DESIGN
        )

    assert refused.value.reasons == ("uscc.checksum",)


def test_an_account_acts_for_one_company(work: Work) -> None:
    company = make.unproved(work)
    facts = EmployerFacts(make.uscc(), "另一家公司")

    with pytest.raises(Conflict, match=r"employer\.acting"):
        services.open_company(
            company.acting(work),
            company.agent.account_id,
            facts,
            EmployerKind.CONSTRUCTION,
        )


def test_the_counter_proves_a_company_and_confirms_who_came(work: Work) -> None:
    company = make.proved(work)

    acts = queries.acts_for(work.session, company.agent.account_id)

    assert acts is not None
    assert acts.may_act
    assert evidence.verify(work.session, f"employer:{company.id}").intact
    proof = queries.proofs(work.session, company.id)[0]
    assert proof.papers == ("licence", "qualification", "authorisation")


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        (OnSite("窗口", licence=False, qualification=True, by_representative=True),
         "employer.no_licence"),
        (OnSite("窗口", licence=True, qualification=False, by_representative=True),
         "employer.no_qualification"),
        (OnSite("窗口", licence=True, qualification=True),
         "employer.no_authorisation"),
    ],
)  # fmt: skip
def test_the_counter_wants_licence_qualification_and_authorisation(
    work: Work, shown: OnSite, missing: str
) -> None:
    company = make.unproved(work)

    with pytest.raises(Refused) as refused:
        services.prove_employer(make.teller(work), company.id, company.seat, shown)

    assert refused.value.reasons == (missing,)
    assert not queries.company(work.session, company.id).proved


def test_the_counter_writes_the_name_that_the_licence_says(work: Work) -> None:
    company = make.proved(work, name="旧名建筑公司")
    renamed = replace(make.SHOWN, name=" 新名建筑公司 ")

    services.prove_employer(make.teller(work), company.id, company.seat, renamed)

    assert queries.company(work.session, company.id).name == "新名建筑公司"


def test_a_teller_never_proves_the_company_that_they_act_for(work: Work) -> None:
    company = make.unproved(work)

    with pytest.raises(Refused, match=r"approval\.own"):
        services.prove_employer(
            company.acting(work), company.id, company.seat, make.SHOWN
        )


def test_a_lock_of_the_same_code_proves_at_once(work: Work) -> None:
    code = make.uscc()
    company = make.unproved(work, code)

    found = services.prove_by_lock(company.acting(work), company.id, code)

    assert found is Standing.PROVED
    acts = queries.acts_for(work.session, company.agent.account_id)
    assert acts is not None
    assert acts.may_act


def test_a_lock_of_another_code_leaves_the_counter_alone(work: Work) -> None:
    code = make.uscc()
    company = make.unproved(work, code)
    acting = company.acting(work)

    assert (
        services.prove_by_lock(acting, company.id, make.uscc()) is Standing.ON_SITE_ONLY
    )

    with pytest.raises(Refused, match=r"employer\.on_site_only"):
        services.prove_by_lock(acting, company.id, code)
    services.prove_employer(make.teller(work), company.id, company.seat, make.SHOWN)
    assert queries.company(work.session, company.id).proved


def test_a_lost_lock_leaves_the_counter_alone(work: Work) -> None:
    code = make.uscc()
    company = make.unproved(work, code)
    acting = company.acting(work)
    services.report_lock(acting, company.id, ProofFault.LOCK_LOST)

    with pytest.raises(Refused, match=r"employer\.on_site_only"):
        services.prove_by_lock(acting, company.id, code)


def test_a_proof_taken_back_shuts_the_people_away(work: Work) -> None:
    company = make.proved(work)
    services.withdraw_proof(make.teller(work), company.id, "窗口")

    with pytest.raises(Refused, match=r"employer\.unproved"):
        services.may_act(company.acting(work), company.id)


def test_missing_papers_leave_the_lock_open() -> None:
    refused = ProofFacts(ProofOutcome.REFUSED, ProofFault.PAPERS)

    assert standing([refused]) is Standing.UNPROVED


def test_who_joins_a_company_later_waits_for_a_colleague(work: Work) -> None:
    code = make.uscc()
    company = make.proved(work, code, "第一家建筑公司")
    late = make.unproved(work, code, "别的名字公司")
    assert queries.company(work.session, company.id).name == "第一家建筑公司"
    with pytest.raises(Refused, match=r"employer\.unconfirmed"):
        services.may_act(late.acting(work), company.id)

    services.confirm_agent(company.acting(work), company.id, late.seat)

    services.may_act(late.acting(work), company.id)


def test_nobody_confirms_themselves(work: Work) -> None:
    code = make.uscc()
    make.proved(work, code)
    late = make.unproved(work, code)

    with pytest.raises(Refused, match=r"employer\.unconfirmed"):
        services.confirm_agent(late.acting(work), late.id, late.seat)


def test_an_agent_who_ends_has_the_role_no_more(work: Work) -> None:
    company = make.proved(work)

    services.end_agent(company.acting(work), company.id, company.seat)

    assert queries.acts_for(work.session, company.agent.account_id) is None
    held = accounts.roles(work.session, company.agent.account_id)
    assert held == {Role.LEARNER}


# -- binding and parting ------------------------------------------------------------


def test_a_company_sees_nobody_before_the_person_accepts(work: Work) -> None:
    company, made = make.proved(work), people.person(work)
    link = make.invited(work, company, made)

    card = queries.link_of(work.session, company.id, link)

    assert (card.person_id, card.name) == (None, "")
    assert "@" not in card.shown.replace("****@", "") or "*" in card.shown
    assert queries.staff_of(work.session, company.id) == ()


def test_an_invitation_says_nothing_of_whether_there_is_an_account(work: Work) -> None:
    company, made = make.proved(work), people.person(work)
    acting = company.acting(work)

    there = services.invite(
        acting, company.id, [Line(make.address_of(work, made), "张建国")]
    )
    nowhere = services.invite(
        acting, company.id, [Line("nobody.here@demo.example", "张建国")]
    )

    def seen(card: LinkCard) -> tuple[object, ...]:
        return (card.state, card.person_id, card.name, card.called, card.asked_at)

    first, second = queries.links_of(work.session, company.id)
    assert there == nowhere
    assert seen(first) == seen(second)


def test_a_person_who_accepts_belongs_to_the_company(work: Work) -> None:
    company, made = make.proved(work), people.person(work)

    link = make.bound(work, company, made)

    bond = queries.employer_of(work.session, made.person_id)
    assert bond is not None
    assert bond.company.id == company.id
    assert [one.link_id for one in queries.staff_of(work.session, company.id)] == [link]
    assert evidence.verify(work.session, f"person:{made.person_id}").intact


def test_a_person_belongs_to_one_company_at_a_time(work: Work) -> None:
    first, second, made = make.proved(work), make.proved(work), people.person(work)
    make.bound(work, first, made)
    other = make.invited(work, second, made)

    with pytest.raises(Conflict, match=r"link\.other_employer"):
        services.accept(own(work, made), made.person_id, other)

    services.leave(own(work, made), made.person_id, TODAY, "合同到期")
    services.accept(own(work, made), made.person_id, other)
    bond = queries.employer_of(work.session, made.person_id)
    assert bond is not None
    assert bond.company.id == second.id
    assert states(work, first) == ["left"]


def test_one_who_asks_belongs_once_the_company_agrees(work: Work) -> None:
    code = make.uscc()
    company, made = make.proved(work, code), people.person(work)
    link = services.ask_employer(own(work, made), made.person_id, code)
    assert queries.staff_of(work.session, company.id) == ()

    services.agree(company.acting(work), company.id, link)

    assert queries.employer_of(work.session, made.person_id) is not None


def test_a_company_cannot_agree_for_the_person(work: Work) -> None:
    company, made = make.proved(work), people.person(work)
    link = make.invited(work, company, made)

    with pytest.raises(Conflict, match=r"link\.ended"):
        services.agree(company.acting(work), company.id, link)


def test_another_persons_invitation_looks_like_none(work: Work) -> None:
    company, made, other = make.proved(work), people.person(work), people.account(work)
    link = make.invited(work, company, made)

    for wanted in (link, make.nobody()):
        with pytest.raises(NotFound, match=r"link\.unknown"):
            services.accept(own(work, other), other.person_id, wanted)


def test_another_companys_person_looks_like_none(work: Work) -> None:
    mine, theirs, made = make.proved(work), make.proved(work), people.person(work)
    link = make.bound(work, theirs, made)

    for wanted in (link, make.nobody()):
        with pytest.raises(NotFound, match=r"link\.unknown"):
            queries.staff_one(work.session, mine.id, wanted)
        with pytest.raises(NotFound, match=r"link\.unknown"):
            services.dismiss(mine.acting(work), mine.id, wanted, TODAY, "离职了")


def test_one_who_has_left_is_seen_no_more(work: Work) -> None:
    company, made = make.proved(work), people.person(work)
    link = make.bound(work, company, made)

    services.dismiss(company.acting(work), company.id, link, TODAY, "双方协商解除")

    with pytest.raises(NotFound, match=r"link\.unknown"):
        queries.staff_one(work.session, company.id, link)
    card = queries.link_of(work.session, company.id, link)
    assert (card.left_on, card.reason) == (TODAY, "双方协商解除")


@pytest.mark.parametrize(
    ("left_on", "reason", "code"),
    [
        (date(2026, 11, 22), "合同到期", "link.left_future"),
        (date(1926, 11, 21), "合同到期", "link.left_long_ago"),
        (TODAY, " ", "link.no_reason"),
    ],
)
def test_leaving_wants_a_true_day_and_a_reason(
    work: Work, left_on: date, reason: str, code: str
) -> None:
    company, made = make.proved(work), people.person(work)
    make.bound(work, company, made)

    with pytest.raises(Refused) as refused:
        services.leave(own(work, made), made.person_id, left_on, reason)

    assert refused.value.reasons == (code,)


def test_an_unproved_company_prepares_and_sends_once_it_is_proved(work: Work) -> None:
    company, made = make.unproved(work), people.person(work)
    acting = company.acting(work)
    services.invite(acting, company.id, [Line(make.address_of(work, made), "")])
    assert queries.links_to(work.session, made.person_id) == ()
    with pytest.raises(Refused, match=r"employer\.unconfirmed"):
        services.send_prepared(acting, company.id)

    services.prove_employer(make.teller(work), company.id, company.seat, make.SHOWN)
    assert services.send_prepared(acting, company.id) == 1

    ((card, _company),) = queries.links_to(work.session, made.person_id)
    assert card.state is LinkState.INVITED


def test_the_same_address_is_invited_once(work: Work) -> None:
    company = make.proved(work)
    lines = read_lines("13800000001 张建国\n138 0000 0001\n不是号码\n13800000001")

    done = services.invite(company.acting(work), company.id, lines)

    assert (done.made, done.known) == (1, 1)
    assert done.unreadable == ("138", "不是号码")


def test_a_stranger_to_a_company_invites_nobody(work: Work) -> None:
    mine, theirs = make.proved(work), make.proved(work)

    with pytest.raises(Refused, match=r"employer\.unconfirmed"):
        services.invite(mine.acting(work), theirs.id, [Line("13800000001", "")])


def test_who_is_forgotten_belongs_nowhere(
    work: Work, begin: Callable[..., Any]
) -> None:
    company, made = make.proved(work), people.person(work)
    link = make.bound(work, company, made)

    services.erase(work, made.person_id)

    assert queries.employer_of(work.session, made.person_id) is None
    card = queries.link_of(work.session, company.id, link)
    assert (card.shown, card.called, card.name) == ("", "", "")
