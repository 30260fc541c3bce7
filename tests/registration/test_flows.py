"""Every flow on the shelf is walked through the desk's state table, to its end."""

import pytest

from lms.policy import flows
from lms.policy.flow import Case, Flow, Party, StepName
from lms.registration.rules.states import (
    Act,
    Move,
    Status,
    To,
    first,
    following,
    move,
)

BY_KEY = [pytest.param(flow, id=flow.key) for flow in flows.SHELF]


def pass_act(name: StepName) -> Act:
    return Act.GRANT if name is StepName.DECIDE else Act.PASS


def walk(flow: Flow, cases: frozenset[Case], starter: Party) -> list[StepName]:
    """Pass each step by whoever it belongs to; give the names in order."""
    here, walked = first(flow, cases), []
    while True:
        by = starter if here.name is StepName.FILL else here.by
        found = move(here, Status.OPEN, pass_act(here.name), by, starter)
        assert found == Move(To.NEXT), here.name
        walked.append(here.name)
        after = following(flow, cases, here.name)
        if after is None:
            return walked
        here = after


@pytest.mark.parametrize("flow", BY_KEY)
def test_whoever_may_begin_a_flow_reaches_its_end(flow: Flow) -> None:
    for cases in (frozenset(), frozenset(Case)):
        for starter in flow.starters:
            walked = walk(flow, cases, starter)
            assert walked == [step.name for step in flow.steps_for(cases)]


@pytest.mark.parametrize("flow", BY_KEY)
def test_nobody_writes_what_another_began(flow: Flow) -> None:
    fill = first(flow, frozenset())
    for starter in flow.starters - {Party.TELLER}:
        for other in set(Party) - {starter}:
            found = move(fill, Status.OPEN, Act.PASS, other, starter)
            assert found == "application.not_yours"


@pytest.mark.parametrize("flow", BY_KEY)
def test_nobody_passes_the_step_of_another(flow: Flow) -> None:
    for step in flow.steps[1:]:
        for other in set(Party):
            if step.may_be_done_by(other):
                continue
            act = pass_act(step.name)
            found = move(step, Status.OPEN, act, other, flow.starts)
            assert found == "application.not_yours", step.name
