"""The shelf of flows: how each kind of application goes, where and since when."""

from collections.abc import Mapping
from datetime import date

from lms.policy.flow import Closure, Flow, NotOffered, Path
from lms.policy.flows import (
    beijing,
    chongqing,
    guizhou,
    inner_mongolia,
    national,
    shandong,
    sichuan,
)
from lms.policy.model import Application, Province

SHELF: tuple[Flow, ...] = (
    *national.FLOWS,
    *inner_mongolia.FLOWS,
    *sichuan.FLOWS,
    *chongqing.FLOWS,
    *guizhou.FLOWS,
    *shandong.FLOWS,
    *beijing.FLOWS,
)
"""Every flow of every document; a later one never edits an earlier one."""

NOT_OFFERED: tuple[NotOffered, ...] = (*chongqing.NOT_OFFERED, *guizhou.NOT_OFFERED)
"""What a province does not take, although the whole country's documents know it."""

CLOSURES: tuple[Closure, ...] = (*guizhou.CLOSURES,)
"""When a province takes nothing at all."""

_BY_KEY = {flow.key: flow for flow in SHELF}
_FIRST_DAY = min(flow.effective_from for flow in national.FLOWS)


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
        mine = [f for f in SHELF if f.province is whose and f.in_force(on)]
        for flow in sorted(mine, key=lambda each: each.effective_from):
            found[flow.application, flow.path] = flow
    return tuple(
        flow
        for (application, path), flow in found.items()
        if not_offered(province, application, path, on) is None
    )


def flow_for(
    province: Province, application: Application, path: Path, on: date
) -> Flow | None:
    """Find the flow in force; None where the province knows no such way."""
    for flow in flows_for(province, on):
        if (flow.application, flow.path) == (application, path):
            return flow
    return None


def kinds_for(province: Province, on: date) -> Mapping[Application, tuple[Flow, ...]]:
    """List the kinds that a province takes on a legal day, each with its ways.

    A day before the first document of all is answered by that one, as with rule sets.
    """
    found: dict[Application, list[Flow]] = {kind: [] for kind in Application}
    for flow in flows_for(province, max(on, _FIRST_DAY)):
        found[flow.application].append(flow)
    return {kind: tuple(ways) for kind, ways in found.items() if ways}


def not_taken(province: Province, on: date) -> tuple[NotOffered, ...]:
    """List what a province says it does not take, and what to do instead."""
    return tuple(
        each
        for each in NOT_OFFERED
        if each.province is province and each.effective_from <= on
    )


def not_offered(
    province: Province, application: Application, path: Path, on: date
) -> NotOffered | None:
    """Tell why a province does not take a kind, and what to do instead."""
    for each in not_taken(province, on):
        if (each.application, each.path) == (application, path):
            return each
    return None


def closure_on(province: Province, on: date) -> Closure | None:
    """Tell whether a province takes nothing on a legal day, and why."""
    for each in CLOSURES:
        if each.province is province and each.since <= on <= each.until:
            return each
    return None
