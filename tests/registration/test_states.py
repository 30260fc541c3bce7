"""The state table of applications."""

from itertools import product

import pytest

from lms.policy.flow import Flow, Party, Path, Step, StepName
from lms.policy.flows import SHELF
from lms.policy.model import Application
from lms.registration.rules.states import (
    ENDED,
    TABLE,
    Act,
    Move,
    Status,
    To,
    first,
    following,
    met_at,
    move,
)

NOBODY = frozenset[str]()


def flow(application: Application = Application.RENEWAL) -> Flow:
    return next(
        f for f in SHELF if f.application is application and f.path is Path.ORDINARY
    )


def step(name: StepName, by: Party = Party.TELLER) -> Step:
    return Step(name, by)


def test_every_step_has_a_way_on() -> None:
    for name in StepName:
        assert any(found.to is To.NEXT for found in TABLE[name].values()), name


@pytest.mark.parametrize("status", sorted(ENDED))
def test_nothing_is_done_to_an_application_that_has_ended(status: Status) -> None:
    for act, by in product(Act, Party):
        found = move(step(StepName.ACCEPT), status, act, by, Party.PERSON)
        assert found == "application.ended"


def test_only_whose_turn_it_is_passes_a_step() -> None:
    for name, by in product(StepName, Party):
        mine = step(name, Party.TELLER)
        found = move(mine, Status.OPEN, Act.PASS, by, Party.PERSON)
        if Act.PASS in TABLE[name] and name is not StepName.FILL:
            assert isinstance(found, Move) is (by is Party.TELLER)


def test_whoever_began_an_application_writes_it() -> None:
    fill = step(StepName.FILL, Party.EMPLOYER)

    mine = move(fill, Status.OPEN, Act.PASS, Party.EMPLOYER, Party.EMPLOYER)
    others = move(fill, Status.OPEN, Act.PASS, Party.PERSON, Party.EMPLOYER)

    assert mine == Move(To.NEXT)
    assert others == "application.not_yours"


def test_an_applicant_never_grants() -> None:
    for name, by in product(StepName, (Party.PERSON, Party.EMPLOYER, Party.HOUSE)):
        decide = step(name, Party.APPROVER)
        found = move(decide, Status.OPEN, Act.GRANT, by, by)
        assert isinstance(found, str)


def test_who_began_an_application_takes_it_back_until_it_is_announced() -> None:
    for name in StepName:
        found = move(
            step(name), Status.OPEN, Act.WITHDRAW, Party.EMPLOYER, Party.EMPLOYER
        )
        last = name in {StepName.ANNOUNCE, StepName.CERTIFICATE}
        assert isinstance(found, str) is last
        other = move(
            step(name), Status.OPEN, Act.WITHDRAW, Party.TELLER, Party.EMPLOYER
        )
        assert isinstance(other, str)


UNFILED = {StepName.FILL, StepName.EMPLOYER, StepName.CONFIRM, StepName.ON_SITE}


@pytest.mark.parametrize("name", StepName)
def test_nobody_blocks_a_persons_one_place_with_a_draft(name: StepName) -> None:
    company, teller = (
        move(step(name), Status.OPEN, Act.WITHDRAW, Party.PERSON, starter)
        for starter in (Party.EMPLOYER, Party.TELLER)
    )
    last = name in {StepName.ANNOUNCE, StepName.CERTIFICATE}

    assert isinstance(company, Move) is (name in UNFILED)
    assert isinstance(teller, str) is last


def test_while_a_supplement_is_awaited_the_desk_passes_nothing() -> None:
    accept = step(StepName.ACCEPT)
    passed = move(accept, Status.SUPPLEMENT, Act.PASS, Party.TELLER, Party.PERSON)
    answered = move(accept, Status.SUPPLEMENT, Act.ANSWER, Party.PERSON, Party.PERSON)

    assert passed == "application.not_now"
    assert answered == Move(To.STAY, Status.OPEN)


def test_a_supplement_is_asked_for_by_the_desk_alone() -> None:
    for by in (Party.PERSON, Party.EMPLOYER, Party.APPROVER, Party.HOUSE):
        accept = step(StepName.ACCEPT)
        found = move(accept, Status.OPEN, Act.SUPPLEMENT, by, Party.PERSON)
        assert found == "application.not_yours"


@pytest.mark.parametrize("one", SHELF, ids=lambda f: f.key)
def test_every_flow_runs_from_its_first_step_to_its_end(one: Flow) -> None:
    at: Step | None = first(one, frozenset())
    seen = []
    while at is not None:
        assert at.name not in seen
        seen.append(at.name)
        at = following(one, frozenset(), at.name)
    assert seen == [each.name for each in one.steps_for(frozenset())]


def test_needs_that_are_not_met_are_named_in_a_fixed_order() -> None:
    fill = flow().steps[0]

    assert met_at(fill, NOBODY) == tuple(sorted(fill.needs))
    assert met_at(fill, frozenset(fill.needs)) == ()
