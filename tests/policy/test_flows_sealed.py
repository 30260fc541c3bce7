"""A flow once on the shelf is never edited; a later document begins another."""

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from lms.policy.flow import Flow
from lms.policy.flows import SHELF

SEALED: dict[str, str] = json.loads(
    Path(__file__).with_name("flows_sealed.json").read_text("utf-8")
)
"""What each flow says, as a digest. A new document adds lines and edits none."""


def plain(value: Any) -> Any:
    """Give a value as JSON keeps it, sets in order."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


def digest(flow: Flow) -> str:
    told = json.dumps(plain(asdict(flow)), sort_keys=True, default=str)
    return sha256(told.encode()).hexdigest()[:16]


def test_every_flow_on_the_shelf_is_sealed() -> None:
    assert {flow.key for flow in SHELF} == set(SEALED)


@pytest.mark.parametrize("flow", [pytest.param(f, id=f.key) for f in SHELF])
def test_no_flow_was_edited_after_it_was_put_on_the_shelf(flow: Flow) -> None:
    assert digest(flow) == SEALED[flow.key]
