"""Many runners of one batch: each person is done once, and without the claim twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from lms.credentials.models import IssueBatch, IssueLine
from lms.credentials.queries import batches as queries
from lms.credentials.rules.batches import Chosen, LineState
from lms.credentials.rules.files import FileKind
from lms.credentials.services import batches, issue
from lms.credentials.services import lines as doing
from lms.jobs import batches as job
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, unit_of_work
from lms.policy.model import Specialty
from tests.conftest import HandClock
from tests.make import batches as make
from tests.make import credentials as people
from tests.races import tried

Begin = Callable[..., Any]


def test_two_runners_never_share_a_line(
    desk: make.Desk, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        make.graduates(work, desk.association_id, 12)
        late = people.constructor(work, serial=70)
        people.credit(work, late, desk.association_id, elective=0)
    batch_id = desk.started()
    with begin() as work:
        batches.take(work, batch_id, job.me())
    batch = desk.card(batch_id)

    def run() -> None:
        while job.run_lines(clock, desk.ports, batch):
            pass

    assert tried(desk.app, [run] * 4) == [None] * 4
    while not _finished(desk, batch_id):
        job.run_lines(clock, desk.ports, batch)

    assert desk.counts(batch_id) == (12, 0, 0)
    assert make.numbers(db.session()) == list(range(1, 13))
    assert make.states(db.session(), batch_id)[LineState.ISSUED] == 12


def _finished(desk: make.Desk, batch_id: UUID) -> bool:
    with unit_of_work(HOUSE, clock=desk.clock) as work:
        return batches.finish(work, batch_id)


def test_without_the_claim_two_runners_count_everybody_twice(
    desk: make.Desk, begin: Begin, clock: HandClock
) -> None:
    """The negative control: runners that looked at the list, and ask nobody."""
    with begin() as work:
        make.graduates(work, desk.association_id, 6)
    batch_id = desk.started()
    with begin() as work:
        batches.take(work, batch_id, job.me())
    rows = db.session.scalars(select(IssueLine).order_by(IssueLine.n)).all()
    lines = [
        doing.Line(
            batch_id, row.n, PersonId(row.person_id), row.specialty, desk.association_id
        )
        for row in rows
    ]
    db.session.remove()

    def careless() -> None:
        for line in lines:
            with unit_of_work(HOUSE, clock=clock) as work:
                issue(
                    work, line.person_id, line.specialty, printer=people.PLAIN,
                    association_id=line.association_id,
                )  # fmt: skip
                work.session.execute(
                    update(IssueBatch).values(issued=IssueBatch.issued + 1)
                )

    assert tried(desk.app, [careless] * 2) == [None] * 2

    assert desk.card(batch_id).issued == 12


def test_a_line_that_was_ended_by_another_undoes_the_work(
    desk: make.Desk, five: UUID, begin: Begin
) -> None:
    with begin() as work:
        batches.take(work, five, job.me())
    held = _claimed(desk, five)
    job.Runner(desk.clock, HOUSE, people.PLAIN, five).some()

    with pytest.raises(Conflict), begin() as work:
        doing.fulfil(work, [held], people.PLAIN)
    with begin() as work:
        doing.refuse(work, held, ("certificate.test",))

    assert desk.counts(five) == (1, 0, 0)


def test_what_another_association_issued_meanwhile_is_not_taken_for_ones_own(
    desk: make.Desk, begin: Begin
) -> None:
    with begin() as work:
        (person,) = make.graduates(work, desk.association_id, 1)
        other = people.association(work, code="LGXH", name="邻省示例协会")
        people.credit(work, person, other)
        people.passed(work, person, other)
        asked = [(person, Specialty.BUILDING)]
        batch_id = batches.open_batch(work, other, Chosen(), asked)
        batches.check_next(work, batch_id)
        batches.start(work, other, batch_id)
    with begin() as work:
        issue(
            work, person, Specialty.BUILDING, printer=people.PLAIN,
            association_id=desk.association_id,
        )  # fmt: skip

    desk.run()

    card = queries.batch(db.session(), other, batch_id)
    assert (card.issued, card.reasons) == (0, (("certificate.exists", 1),))
    assert not list(queries.files(db.session(), batch_id, [FileKind.PDF]))


def _claimed(desk: make.Desk, batch_id: UUID) -> doing.Line:
    with unit_of_work(HOUSE, clock=desk.clock) as work:
        (line,) = doing.claim(work, batch_id)
    return line
