"""What a counter may do to a company that has proved itself."""

from dataclasses import replace

import pytest

from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.people import queries, services
from tests.make import companies as make


def test_no_counter_brings_a_stranger_into_a_proved_company(work: Work) -> None:
    code = make.uscc()
    company = make.proved(work, code, "第一家建筑公司")
    late = make.unproved(work, code)

    for name in ("", "别的名字公司"):
        shown = replace(make.SHOWN, name=name)
        with pytest.raises(Refused, match=r"company\.agent_first"):
            services.prove_employer(make.teller(work), company.id, late.seat, shown)
    services.end_agent(company.acting(work), company.id, company.seat)
    with pytest.raises(Refused, match=r"company\.agent_first"):
        services.prove_employer(make.teller(work), company.id, late.seat, shown)
    assert queries.company(work.session, company.id).name == "第一家建筑公司"

    same = replace(make.SHOWN, name="第一家建筑公司")
    services.prove_employer(make.teller(work), company.id, late.seat, same)
    services.may_act(late.acting(work), company.id)
