"""A batch runs to its end whatever happens to who runs it, and nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from lms.credentials.models import IssueLine, PrintQueue
from lms.credentials.queries import batches as queries
from lms.credentials.rules import Facts
from lms.credentials.rules.batches import BatchState, Chosen, LineState
from lms.credentials.rules.designs import Design
from lms.credentials.rules.files import Printed, Seals
from lms.credentials.services import batches
from lms.jobs import batches as job
from lms.kernel.db import db
from lms.kernel.errors import Refused, Unavailable
from lms.policy.model import Specialty
from tests.conftest import HandClock
from tests.make import batches as make
from tests.make import credentials as people
from tests.make.batches import Desk

Begin = Callable[..., Any]


def test_a_batch_issues_to_all_who_qualified_and_ends(desk: Desk, five: UUID) -> None:
    desk.run()

    card = desk.card(five)
    assert card.state is BatchState.DONE
    assert (card.issued, card.refused, card.by_hand) == (5, 0, 0)
    assert make.numbers(db.session()) == [1, 2, 3, 4, 5]
    assert make.states(db.session(), five) == {LineState.ISSUED: 5}


def test_who_qualifies_after_the_check_is_not_added(
    desk: Desk, five: UUID, begin: Begin
) -> None:
    with begin() as work:
        make.graduates(work, desk.association_id, 1, first=9)

    desk.run()

    assert len(make.numbers(db.session())) == 5


def test_who_lacks_something_is_told_of_with_every_reason(
    desk: Desk, begin: Begin
) -> None:
    with begin() as work:
        make.graduates(work, desk.association_id, 1)
        late = people.constructor(work, serial=7)
        people.credit(work, late, desk.association_id, elective=0)
    batch_id = desk.started()

    desk.run()

    card = desk.card(batch_id)
    assert (card.total, card.able, card.issued) == (2, 1, 1)
    assert dict(card.reasons) == {"certificate.elective": 1, "certificate.test": 1}


def test_who_lost_a_condition_after_the_start_is_refused_by_the_rule(
    desk: Desk, five: UUID, clock: HandClock
) -> None:
    clock.pass_days(60)  # Past the end of everybody's registration.

    desk.run()

    card = desk.card(five)
    assert (card.state, card.issued, card.refused) == (BatchState.DONE, 0, 5)
    assert dict(card.reasons) == {"certificate.period": 5}
    assert not make.numbers(db.session())


def test_a_name_without_a_glyph_waits_for_a_hand_and_takes_no_number(
    desk: Desk, begin: Begin
) -> None:
    with begin() as work:
        people.graduate(work, desk.association_id, name="王𱁬", serial=1)
        people.graduate(work, desk.association_id, name="张三", serial=2)
    batch_id = desk.started()

    desk.run()

    assert desk.counts(batch_id) == (1, 0, 1)
    assert make.numbers(db.session()) == [1]
    queued = db.session.scalars(select(PrintQueue.characters)).all()
    assert queued == ["𱁬"]


class Breaks(people.PlainPrinter):
    """A printer that fails for one name, as nothing ever should."""

    def print(
        self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
    ) -> Printed:
        if facts.name == make.called(2):
            raise ZeroDivisionError
        return super().print(facts, photo, design, seals)


def test_one_person_whose_facts_break_keeps_nobody_else(desk: Desk, five: UUID) -> None:
    desk.printer = Breaks()

    desk.run()

    card = desk.card(five)
    assert (card.state, card.issued, card.refused) == (BatchState.DONE, 4, 1)
    assert dict(card.reasons) == {"batch.broken": 1}
    assert make.numbers(db.session()) == [1, 2, 3, 4]


class Keyless(people.PlainPrinter):
    """A printer whose keys went away after some certificates."""

    def __init__(self, good: int) -> None:
        self.good = good

    def print(
        self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
    ) -> Printed:
        self.good -= 1
        if self.good < 0:
            raise Refused("signing.no_keys", reasons=("signing.no_seal",))
        return super().print(facts, photo, design, seals)


@pytest.mark.parametrize("good", [0, 1, 3])
def test_without_keys_a_batch_stops_and_refuses_nobody(
    desk: Desk, five: UUID, good: int
) -> None:
    desk.printer = Keyless(good)

    desk.run()

    card = desk.card(five)
    assert card.state is BatchState.STOPPED
    assert (card.issued, card.refused, card.todo) == (0, 0, 5)
    assert not make.numbers(db.session())


def test_a_signer_that_does_not_answer_refuses_nobody(desk: Desk, five: UUID) -> None:
    class Away(people.PlainPrinter):
        def print(
            self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
        ) -> Printed:
            raise Unavailable("signing.away")

    desk.printer = Away()
    with pytest.raises(Unavailable):
        desk.run()

    desk.printer = people.PLAIN
    desk.clock.pass_seconds(31)
    desk.run()

    assert desk.counts(five) == (5, 0, 0)


@pytest.mark.usefixtures("app")
def test_a_lock_that_is_held_too_long_is_met_with_patience() -> None:
    met: list[int] = []

    def busy() -> None:
        met.append(1)
        if len(met) < 3:
            raise OperationalError("select", {}, RuntimeError("lock timeout"))

    job.patiently(busy)

    assert len(met) == 3


def test_a_stop_holds_before_the_next_line_and_what_is_issued_stays(
    desk: Desk, five: UUID, begin: Begin
) -> None:
    batch = desk.card(five)
    with begin() as work:
        assert batches.take(work, five, job.me())
    assert job.run_lines(desk.clock, desk.ports, batch, lines=2)

    with begin() as work:
        batches.stop(work, desk.association_id, five)
    assert not job.run_lines(desk.clock, desk.ports, batch)

    card = desk.card(five)
    assert (card.state, card.issued, card.todo) == (BatchState.STOPPED, 2, 3)
    desk.run()
    assert desk.card(five).issued == 2


def test_a_stopped_batch_goes_on_with_the_next_person(
    desk: Desk, five: UUID, begin: Begin
) -> None:
    batch = desk.card(five)
    with begin() as work:
        batches.take(work, five, job.me())
    job.run_lines(desk.clock, desk.ports, batch, lines=2)
    with begin() as work:
        batches.stop(work, desk.association_id, five)
    with begin() as work:
        batches.start(work, desk.association_id, five)

    desk.run()

    assert desk.card(five).state is BatchState.DONE
    assert make.numbers(db.session()) == [1, 2, 3, 4, 5]


def test_a_batch_whose_runner_lives_is_nobody_elses(
    desk: Desk, five: UUID, begin: Begin
) -> None:
    with begin() as work:
        assert batches.take(work, five, "another house")

    desk.run()
    assert desk.card(five).issued == 0

    desk.clock.pass_seconds(31)
    desk.run()
    assert desk.card(five).issued == 5


def test_the_speed_is_of_this_run_and_says_how_long_it_takes(
    desk: Desk, five: UUID, begin: Begin
) -> None:
    batch = desk.card(five)
    with begin() as work:
        batches.take(work, five, job.me())
    job.run_lines(desk.clock, desk.ports, batch, lines=2)
    desk.clock.pass_seconds(10)

    card = desk.card(five)
    pace = card.pace(desk.clock())
    assert pace.per_minute == 12
    assert pace.left(card.todo) == 15


def test_a_small_batch_does_not_wait_behind_a_large_one(
    desk: Desk, five: UUID, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "FEW", 3)
    monkeypatch.setattr(job, "SLICE", 2)
    with begin() as work:
        other = people.association(work, code="GZJX", name="贵州示例协会")
        make.graduates(work, other, 1, first=20)
        small = make.started(work, other)
    batch = desk.card(five)
    done: list[int] = []

    class Watches(people.PlainPrinter):
        def print(
            self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
        ) -> Printed:
            if not facts.number.startswith("REHEARSAL"):
                done.append(facts.issuer == "贵州示例协会")
            return super().print(facts, photo, design, seals)

    desk.printer = Watches()
    job.issue(desk.clock, desk.ports, batch)

    assert done.index(True) == 2
    assert queries.batch(db.session(), other, small).state is BatchState.DONE


# -- what the desk may do --------------------------------------------------------------


def test_what_was_started_is_never_dropped(
    desk: Desk, five: UUID, begin: Begin
) -> None:
    with pytest.raises(Refused), begin() as work:
        batches.drop(work, desk.association_id, five)

    desk.run()

    with pytest.raises(Refused), begin() as work:
        batches.start(work, desk.association_id, five)


def test_a_batch_of_nobody_able_cannot_be_started(desk: Desk, begin: Begin) -> None:
    with begin() as work:
        late = people.constructor(work, serial=7)
        people.credit(work, late, desk.association_id, elective=0)
        batch_id = make.checked(work, desk.association_id)

    with pytest.raises(Refused, match="nobody_able"), begin() as work:
        batches.start(work, desk.association_id, batch_id)


def test_what_nobody_starts_is_forgotten_after_a_week(
    desk: Desk, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        make.graduates(work, desk.association_id, 2)
        make.checked(work, desk.association_id)
    clock.pass_days(8)

    desk.run()

    assert db.session.scalar(select(func.count()).select_from(IssueLine)) == 0


def test_a_large_list_is_looked_at_piece_by_piece(
    desk: Desk, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CHECKED_AT_ONCE", 2)
    with begin() as work:
        pairs = [
            (who, Specialty.BUILDING)
            for who in make.graduates(work, desk.association_id, 5)
        ]
        batch_id = batches.open_batch(work, desk.association_id, Chosen(), pairs)

    desk.run()

    card = desk.card(batch_id)
    assert (card.state, card.seen, card.able) == (BatchState.CHECKED, 5, 5)
