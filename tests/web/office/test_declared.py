"""What only the applicant has said stands on the desk as that, and cannot be absurd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.people.models import RegisteredSpecialtyRow, Registration
from lms.policy.flow import Case, Party, Path, StepName
from lms.policy.model import Application, Province
from lms.registration.queries import applications
from tests.registration.test_unproved import WAYS, another, to_the_desk
from tests.registration.walk import OVER, Way, as_, begin, cast, compare, studied
from tests.registration.walk import step as do_step
from tests.spread import PAGES
from tests.web.office.test_office import seated

pytestmark = pytest.mark.sqlite_alone(PAGES)

SC = Province.SICHUAN
AGAIN = Way(SC, Application.RE_REGISTRATION, facts={"deregistered_on": "2024-05-06"})
Begin = Callable[..., Any]


def brought(work: Work, way: Way, **over: Any) -> Any:
    who = studied(work, way.province, **over)
    card = begin(work, who, way)
    while card.step.name is not StepName.ACCEPT:
        card = do_step(work, who, card)
    seated(work, who, "SC-ZX", "SC-JST")
    return who, card


def test_a_day_that_nobody_else_knows_stands_there_as_the_applicants(
    begin: Begin, browser_of: Any
) -> None:
    with begin() as work:
        who, card = brought(work, AGAIN, **OVER)
        # As somebody who was registered where this house knows nothing of.
        forget(work, who.person.person_id)
    db.session.remove()
    page = browser_of(who.teller.account_id).get(f"/office/applications/{card.id}").text
    assert "原注册终止日期（填写）" in page
    assert "2024-05-06" in page
    assert "终止日期只由申请人填写" in page


def forget(work: Work, person_id: Any) -> None:
    for table in (RegisteredSpecialtyRow, Registration):
        for row in work.session.query(table).filter_by(person_id=person_id):
            work.session.delete(row)
    work.session.flush()


def test_circumstances_that_were_ticked_are_shown_to_the_desk(
    begin: Begin, browser_of: Any
) -> None:
    here = Province.INNER_MONGOLIA
    way = Way(here, Application.CANCELLATION, Path.WRITTEN, frozenset({Case.DISMISSED}))
    with begin() as work:
        who = cast(work, province=here)
        card = begin_one(work, who, way)
        seated(work, who, "NM-JST", "NM-JST")
    db.session.remove()
    page = browser_of(who.teller.account_id).get(f"/office/applications/{card.id}").text
    assert "申请时填写的情况" in page
    assert "双方已解除劳动关系" in page


def begin_one(work: Work, who: Any, way: Way) -> applications.ApplicationCard:
    card = begin(work, who, way)
    while card.filed_on is None:
        card = do_step(work, who, card)
    return card


def test_no_registration_has_ended_tomorrow(work: Work) -> None:
    who = cast(work, province=SC, **OVER)
    tomorrow = replace(AGAIN, facts={"deregistered_on": "2026-11-22"})
    with pytest.raises(Refused, match=r"application\.deregistered_future"):
        begin(work, who, tomorrow)


def test_a_number_that_is_anothers_is_refused_at_its_field(
    begin: Begin, browser_of: Any
) -> None:
    with begin() as work:
        first = studied(work, SC)
        card = to_the_desk(work, first, WAYS["renewed"])
        compare(as_(work, first.teller), card, Party.TELLER)
        second = another(work)
    db.session.remove()
    sent = {
        "number": "蒙2152020202100001", "province": "sichuan", "main": "building",
        "on_building": "y", "from_building": "2024-03-01",
        "until_building": "2027-02-28",
    }  # fmt: skip
    answer = browser_of(second.account_id).post("/me/registration", sent)
    assert answer.status_code == 422
    assert 'id="number-error"' in answer.text
