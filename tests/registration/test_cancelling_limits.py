"""Rule 71: who cancels through the system is promised a day; in writing, none."""

from datetime import date

import pytest

from lms.policy.calendar import PUBLISHED
from lms.policy.flow import Path
from lms.policy.flows import flow_for
from lms.policy.library import rules_for
from lms.policy.model import Application, Province
from lms.registration.rules import limits

ON = date(2026, 4, 28)


@pytest.mark.parametrize(
    ("path", "promised"),
    [(Path.ORDINARY, date(2026, 5, 14)), (Path.WRITTEN, None)],
)
def test_71_ten_working_days_by_the_system_and_no_limit_in_writing(
    path: Path, promised: date | None
) -> None:
    here = Province.INNER_MONGOLIA
    flow = flow_for(here, Application.CANCELLATION, path, ON)
    assert flow is not None
    filed = limits.Days(filed=ON, accepted=ON)

    found = {
        due.on if due else None
        for step in flow.steps
        if (due := limits.due(flow.steps, step.name, filed,
                              rules_for(here, ON).limits, PUBLISHED))
        or path is Path.WRITTEN
    }  # fmt: skip

    assert found == {promised}
