"""A number of this house's form is never answered for as an old platform's."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from lms.kernel.work import Work
from lms.legacy.models import LegacyCertificate
from lms.legacy.queries import verifying
from lms.legacy.rules.columns import Kind
from lms.legacy.rules.rows import old_number
from tests.make import legacy as make
from tests.make import people as make_people

OLD, OWN = "蒙建教证字（2023）第 0081号", "BTJX-JXJY-2026-0000149-7"


@pytest.mark.parametrize(("number", "answers"), [(OLD, 1), (OWN, 0)])
def test_even_one_that_lies_in_the_table_is_not_answered_for(
    work: Work, number: str, answers: int
) -> None:
    """However it came in: by an older release, or by a hand in the database."""
    here = make_people.association(work)
    make.taken(work, here, Kind.PEOPLE, [make.person()])
    make.taken(work, here, Kind.CERTIFICATES, [make.certificate(OLD)])
    work.session.execute(update(LegacyCertificate).values(number=old_number(number)))

    found = verifying.by_number(work.session, number, "张建国")
    assert len(found) == answers
