"""Short words for asking the shelf of flows."""

from datetime import date

from lms.policy import flows
from lms.policy.flow import Case, Flow, Material, MaterialKind, Path, StepName
from lms.policy.model import Application, Province

NONE: frozenset[Case] = frozenset()


def flow(
    province: Province,
    application: Application,
    path: Path = Path.ORDINARY,
    on: date = date(2026, 11, 21),
) -> Flow:
    """Give a flow that must be there."""
    found = flows.flow_for(province, application, path, on)
    assert found is not None
    return found


def line(one: Flow, *cases: Case) -> list[StepName]:
    """Give the names of the steps taken in these circumstances."""
    return [step.name for step in one.steps_for(frozenset(cases))]


def asked(one: Flow, *cases: Case) -> list[MaterialKind]:
    """Give the kinds of materials asked for in these circumstances."""
    return [material.kind for material in one.materials_for(frozenset(cases))]


def paper(one: Flow, kind: MaterialKind, *cases: Case) -> Material:
    """Give the one material of a kind that is asked for in these circumstances."""
    found = [m for m in one.materials_for(frozenset(cases)) if m.kind is kind]
    assert len(found) == 1
    return found[0]


def read(one: Flow) -> str:
    """Give all sentences that the applicant must read."""
    return "\n".join(one.notices)
