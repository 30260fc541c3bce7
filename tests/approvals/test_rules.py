"""Who may decide, and what a question comes to."""

from uuid import uuid4

import pytest

from lms.approvals.rules import ApprovalState, Terms, Voice, objection, outcome

ASKER, FIRST, SECOND = uuid4(), uuid4(), uuid4()
CLERK, MANAGER = frozenset({"clerk"}), frozenset({"manager"})
TWO = Terms(needs=2, last_role="manager")


@pytest.mark.parametrize(
    ("heard", "voice", "said"),
    [
        pytest.param([], Voice(FIRST), None, id="another person may decide"),
        pytest.param([], Voice(ASKER), "approval.own", id="a maker is no checker"),
        pytest.param(
            [Voice(FIRST)], Voice(FIRST), "approval.heard", id="nobody is heard twice"
        ),
        pytest.param([], Voice(None), "approval.nobody", id="the house has no voice"),
    ],
)
def test_objection(heard: list[Voice], voice: Voice, said: str | None) -> None:
    assert objection(TWO, ASKER, heard, voice) == said


@pytest.mark.parametrize(
    ("terms", "heard", "voice", "approved", "became"),
    [
        pytest.param(
            Terms(), [], Voice(FIRST, CLERK), True, ApprovalState.APPROVED,
            id="one yes is enough when one is asked",
        ),
        pytest.param(
            TWO, [], Voice(FIRST, CLERK), True, ApprovalState.OPEN,
            id="the first of two leaves it open",
        ),
        pytest.param(
            TWO, [Voice(FIRST)], Voice(SECOND, MANAGER), True, ApprovalState.APPROVED,
            id="the manager's yes ends it",
        ),
        pytest.param(
            TWO, [Voice(FIRST)], Voice(SECOND, CLERK), True, "approval.last_role",
            id="a second clerk cannot end it",
        ),
        pytest.param(
            TWO, [], Voice(FIRST, CLERK), False, ApprovalState.REFUSED,
            id="one no ends it",
        ),
    ],
)  # fmt: skip
def test_outcome(
    terms: Terms,
    heard: list[Voice],
    voice: Voice,
    approved: bool,
    became: ApprovalState | str,
) -> None:
    assert outcome(terms, heard, voice, approved=approved) == became
