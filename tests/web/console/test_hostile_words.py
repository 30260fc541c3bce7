"""Words that read as what they are not, and signs that no text holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lms.approvals.models import Approval
from lms.catalogue.models import CourseVersion
from lms.kernel.db import db
from tests.conftest import Browser
from tests.spread import PAGES
from tests.web.console.test_bundles import Other, bring, packed, sound
from tests.web.console.test_terms import BANK, PAGE, desks

pytestmark = pytest.mark.sqlite_alone(PAGES)

__all__ = ["desks"]

Begin = Callable[..., Any]
HALF = "半\ud800个"


@pytest.mark.parametrize(
    "path",
    [
        ("course", "title"),
        ("course", "summary_html"),
        ("chapters", 0, "lessons", 0, "body_html"),
    ],
    ids=lambda path: str(path[-1]),
)
def test_half_a_sign_in_a_courses_file_is_a_fault_with_its_place(
    begin: Begin, browser_of: Callable[..., Browser], path: tuple[str | int, ...]
) -> None:
    author = Other(begin, browser_of).author
    manifest: Any = sound()
    place = manifest
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = HALF

    answer = bring(author, packed(manifest))

    assert answer.status_code == 422
    assert "缺少或写得不对" in answer.text
    assert db.session.scalar(select(CourseVersion.id)) is None


def test_a_new_account_is_shown_to_the_second_manager_as_it_is(
    desks: list[Browser],
) -> None:
    first = desks[0]
    odd = BANK | {"name": "示例\u202e协会\u200b", "account": "１５００ 7788"}

    assert first.post(f"{PAGE}/account", odd).status_code == 303

    told = db.session.scalars(select(Approval.payload)).one()["terms"]
    assert (told["name"], told["account"]) == ("示例协会", "1500 7788")
    lure = first.post(f"{PAGE}/account", BANK | {"account": "15০০ 7788"})
    assert lure.status_code == 422
