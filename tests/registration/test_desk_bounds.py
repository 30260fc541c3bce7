"""What an office may not do: another's step, another's company, another's deed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lms.kernel.clock import start_of
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people.rules import OnSite
from lms.policy.flow import Need, Party, StepName
from lms.policy.model import Application, Province
from lms.registration.models import ApplicationRow
from lms.registration.queries import applications
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act, FlagKind, Status
from lms.registration.services import counter
from lms.registration.services import desk as services
from lms.registration.services.desk import Deed
from lms.registration.services.flags import raise_flag
from tests.make import people as make_people
from tests.registration.test_desk import arrived, do, hall, sits
from tests.registration.walk import (
    PRESS,
    Cast,
    Way,
    begin,
    cast,
    compare,
    step,
    studied,
)


def test_a_company_proves_itself_only_where_it_is_registered(work: Work) -> None:
    who = cast(work)
    seat = next(iter(people.agents(work.session, who.employer_id))).id
    shown = OnSite("窗口", licence=True, qualification=True, by_representative=True)
    for code in ("SD-JN", "CQ-ZW", "SC-ZX"):
        place = hall(work, code, "teller")
        with pytest.raises(Refused, match=r"desk\.not_here"):
            counter.prove_company(
                sits(work, who.second), place, who.employer_id, seat, shown
            )
    home = hall(work, "NM-JST", "teller")
    counter.prove_company(sits(work, who.second), home, who.employer_id, seat, shown)


def test_only_the_office_of_the_step_looks_and_notes(work: Work) -> None:
    who, card = arrived(work)
    department = hall(work, "SC-JST", "teller")
    teller = sits(work, who.teller)

    with pytest.raises(Refused, match=r"desk\.not_here"):
        services.look(teller, department, card.id)
    with pytest.raises(Refused, match=r"desk\.not_here"):
        services.note_proof(
            teller, department, card.id, Need.IDENTITY, seen=card.version, reason="到场"
        )
    centre = hall(work, "SC-ZX", "teller")
    do(teller, centre, card, Act.DECLINE, reason="不属于本省受理范围")
    with pytest.raises(Refused, match=r"application\.ended"):
        services.note_proof(
            teller, centre, card.id, Need.IDENTITY, seen=card.version, reason="到场"
        )


def test_no_desk_withdraws_for_an_applicant(work: Work) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")

    for what in set(Act) - services.DEEDS:
        with pytest.raises(Refused, match=r"application\.not_yours"):
            do(sits(work, who.teller), centre, card, what, reason="代为撤回")


def test_a_flag_on_a_grant_is_settled_where_it_was_decided(work: Work) -> None:
    who, card = arrived(work)
    centre, department = hall(work, "SC-ZX", "teller"), hall(work, "SC-JST", "approver")
    for place, made in ((centre, who.teller),) * 2 + ((department, who.approver),):
        act = Act.GRANT if place is department else Act.PASS
        card = do(sits(work, made), place, card, act)
    row = work.session.get_one(ApplicationRow, card.id)
    raise_flag(work, row, FlagKind.OVERDUE)
    (flag,) = applications.flags(work.session, [card.id], open_only=True)

    with pytest.raises(Refused, match=r"desk\.not_here"):
        services.settle_flag(
            sits(work, who.teller), centre, flag.id, "核实", upheld=False, printer=PRESS
        )
    services.settle_flag(
        sits(work, who.approver),
        department,
        flag.id,
        "核实",
        upheld=False,
        printer=PRESS,
    )
    assert not applications.flags(work.session, [card.id], open_only=True)


def test_who_acts_for_a_company_decides_nothing_of_its_people(work: Work) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")
    agent = sits(work, who.agent)

    with pytest.raises(Refused, match=r"desk\.own_company"):
        do(agent, centre, card, Act.PASS)
    with pytest.raises(Refused, match=r"desk\.own_company"):
        services.look(agent, centre, card.id)


def to_the_decision(work: Work, who: Cast, card: ApplicationCard) -> ApplicationCard:
    centre = hall(work, "SC-ZX", "teller")
    for _step in range(2):
        card = do(sits(work, who.teller), centre, card, Act.PASS)
    return card


def test_what_is_late_is_not_made_punctual_by_an_extension(work: Work) -> None:
    who, card = arrived(work)
    card = to_the_decision(work, who, card)
    department = hall(work, "SC-JST", "approver")
    assert card.due_on is not None
    last = replace(sits(work, who.approver), now=start_of(card.due_on))
    late = replace(last, now=start_of(card.due_on + timedelta(days=1)))

    with pytest.raises(Refused, match=r"application\.extended_late"):
        do(late, department, card, Act.EXTEND, reason="案情复杂，需要核实")
    do(last, department, card, Act.EXTEND, reason="案情复杂，需要核实")


def test_who_stands_for_a_registration_does_not_grant_on_it(work: Work) -> None:
    """One hand never makes a certificate of what somebody has typed."""
    who = studied(work, Province.SICHUAN)
    card = begin(work, who, Way(Province.SICHUAN, Application.RENEWAL))
    while card.step.name is not StepName.ACCEPT:
        card = step(work, who, card)
    centre, department = hall(work, "SC-ZX", "teller"), hall(work, "SC-JST", "approver")
    teller, approver = sits(work, who.teller), sits(work, who.approver)
    card = do(teller, centre, card, Act.PASS)
    against = Deed(Act.PASS, card.version, "注册信息无从核实", facts=services.AGAINST)
    card = services.do(teller, centre, card.id, against, printer=PRESS)
    assert card.step.name is StepName.DECIDE
    compare(approver, card, Party.APPROVER)
    card = applications.application(work.session, card.id)

    with pytest.raises(Refused, match=r"application\.second_person"):
        do(approver, department, card, Act.GRANT)
    other = make_people.account(work, name="另一位审批")
    granted = do(sits(work, other), department, card, Act.GRANT)
    assert granted.status is Status.GRANTED
