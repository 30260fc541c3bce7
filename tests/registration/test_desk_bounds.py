"""What an office may not do: another's step, another's company, another's deed."""

from __future__ import annotations

import pytest

from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people.rules import OnSite
from lms.policy.flow import Need
from lms.registration.models import ApplicationRow
from lms.registration.queries import applications
from lms.registration.rules.states import Act, FlagKind
from lms.registration.services import desk as services
from lms.registration.services.flags import raise_flag
from tests.registration.test_desk import arrived, do, hall, sits
from tests.registration.walk import PRESS, cast


def test_a_company_proves_itself_only_where_it_is_registered(work: Work) -> None:
    who = cast(work)
    seat = next(iter(people.agents(work.session, who.employer_id))).id
    shown = OnSite("窗口", licence=True, qualification=True, by_representative=True)
    for code in ("SD-JN", "CQ-ZW", "SC-ZX"):
        place = hall(work, code, "teller")
        with pytest.raises(Refused, match=r"desk\.not_here"):
            services.prove_company(
                sits(work, who.second), place, who.employer_id, seat, shown
            )
    home = hall(work, "NM-JST", "teller")
    services.prove_company(sits(work, who.second), home, who.employer_id, seat, shown)


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
