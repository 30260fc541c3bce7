"""Hours leave the books by a withdrawal alone, and whoever judges them hears of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import pytest

from lms.claims.rules import Inherited
from lms.claims.services.deciding import disinherit
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.legacy.models import LegacyImport
from lms.legacy.queries import withdrawing
from lms.legacy.rules.columns import Kind
from lms.legacy.services import linking
from lms.policy.model import Track
from tests.legacy.test_withdrawing import agree, credit, put
from tests.make import legacy as make
from tests.make import people as make_people


@pytest.fixture
def here(work: Work) -> AssociationId:
    return make_people.association(work)


@pytest.fixture
def brought(work: Work, here: AssociationId) -> dict[Kind, UUID]:
    """Somebody, and two lines of hours, taken over."""
    return make.brought(work, here)


def test_who_judges_what_leaned_on_them_hears_which_hours_are_gone(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    me = make.owner(work)
    linking.claim(work, me)
    heard: list[tuple[UUID, dict[Track, int], list[tuple[PersonId, int]]]] = []

    def losses(
        work: Work, file: UUID, lines: Sequence[Inherited]
    ) -> Callable[[], None]:
        # What leans on them is held while they are there: a grant holds its
        # application first and writes in its person's book then.
        assert credit(work, me) == there
        told = sorted((one.person_id, one.credit) for one in lines)
        return lambda: heard.append((file, credit(work, me), told))

    made = brought[Kind.HOURS]
    put(work, here, made)
    there = credit(work, me)
    agree(work, here, made, losses=losses)

    gone = {Track.REQUIRED: 0, Track.ELECTIVE: 0}
    assert heard == [(made, gone, [(me, 850), (me, 1200)])]


def test_hours_go_back_by_no_other_question_than_a_withdrawal(
    work: Work, here: AssociationId, brought: dict[Kind, UUID]
) -> None:
    me = make.owner(work)
    linking.claim(work, me)
    row = work.session.get_one(LegacyImport, brought[Kind.HOURS])
    lines = withdrawing.posted(work.session, row)
    assert row.approval_id is not None

    with pytest.raises(Refused, match=r"legacy\.not_agreed"):
        disinherit(work, row.approval_id, lines)
