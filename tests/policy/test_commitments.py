"""What both sides sign: nothing that the application itself says is over."""

from __future__ import annotations

import pytest

from lms.policy.flow import Flow
from lms.policy.flows import SHELF
from lms.policy.model import Application

ENDS = [flow for flow in SHELF if flow.application is Application.CANCELLATION]


@pytest.mark.parametrize("flow", [pytest.param(f, id=f.key) for f in ENDS])
def test_who_gives_a_registration_up_signs_no_employment(flow: Flow) -> None:
    words = "".join(flow.commitments.values())

    assert "受聘于" not in words
    assert "聘用关系真实" not in words
    assert "劳动合同真实" not in words
    if not flow.materials:
        assert "所提交的材料真实" not in words
