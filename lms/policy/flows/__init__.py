"""The shelf of flows: how each kind of application goes, where and since when."""

from datetime import date

from lms.policy.flow import Flow, Path
from lms.policy.flows import national
from lms.policy.model import Application, Province

SHELF: tuple[Flow, ...] = (*national.FLOWS,)
"""Every flow of every document; a later one never edits an earlier one."""

_BY_KEY = {flow.key: flow for flow in SHELF}


def flow_of(key: str) -> Flow:
    """Give the flow that an application was begun under.

    Raises: KeyError for a key that was never on the shelf.
    """
    return _BY_KEY[key]


def flows_for(province: Province, on: date) -> tuple[Flow, ...]:
    """List the flows in force in a province on a legal day, one for each kind and path.

    Kinds that the province's own documents do not name go the whole country's way.
    """
    found: dict[tuple[Application, Path], Flow] = {}
    for whose in (Province.NATIONAL, province):
        mine = [f for f in SHELF if f.province is whose and f.effective_from <= on]
        for flow in sorted(mine, key=lambda each: each.effective_from):
            found[flow.application, flow.path] = flow
    return tuple(found.values())


def flow_for(
    province: Province, application: Application, path: Path, on: date
) -> Flow | None:
    """Find the flow in force; None where the province knows no such way."""
    for flow in flows_for(province, on):
        if (flow.application, flow.path) == (application, path):
            return flow
    return None
