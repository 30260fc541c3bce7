"""Some lines in one work: as if each were alone, and nobody waits for a print."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, text, update

from lms.credentials import queries as certificates
from lms.credentials.models import Certificate, IssueLine
from lms.credentials.rules import Facts
from lms.credentials.rules.batches import BatchState, LineState
from lms.credentials.rules.designs import Design
from lms.credentials.rules.files import ISSUED, Printed, Seals
from lms.credentials.services import batches, issue
from lms.credentials.services import lines as doing
from lms.evidence import queries as evidence
from lms.jobs import batches as job
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, unit_of_work
from lms.people.models import Employment, PersonFile
from lms.people.rules import PaperKind, PhotoState
from lms.policy.model import Specialty
from lms.signing import rules as owners
from lms.signing import services as keys
from tests.conftest import HandClock
from tests.make import batches as make
from tests.make import credentials as people
from tests.make import signing
from tests.races import tried

Begin = Callable[..., Any]


class Counts(people.PlainPrinter):
    """A printer that remembers which numbers it printed, and may be interrupted."""

    def __init__(self, between: Callable[[], object] | None = None) -> None:
        self.numbers: list[str] = []
        self.between = between

    def print(
        self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
    ) -> Printed:
        seals.lend()
        if not facts.number.startswith("REHEARSAL"):
            self.numbers.append(facts.number)
            between, self.between = self.between, None
            if between:
                between()
        return super().print(facts, photo, design, seals)


@pytest.fixture
def keyed(desk: make.Desk, begin: Begin) -> Counts:
    """A desk with keys, and a printer that asks for them."""
    with begin() as work:
        signing.ring(work, owners.association(desk.association_id))
    desk.printer = printer = Counts()
    return printer


def elsewhere(desk: make.Desk, do: Callable[[Any], object]) -> Callable[[], None]:
    """Let something be done in another process's place, and wait for it."""
    failed: list[BaseException] = []

    def run() -> None:
        with desk.app.app_context():
            try:
                with unit_of_work(HOUSE, clock=desk.clock) as work:
                    do(work)
            except BaseException as error:
                failed.append(error)
            finally:
                db.session.remove()

    def wait() -> None:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert not failed

    return wait


def whole() -> list[str]:
    """Check that every certificate's files say its own number; give the numbers."""
    session, found = db.session(), []
    for row in session.scalars(select(Certificate).order_by(Certificate.serial)):
        for kind in ISSUED:
            assert row.number.encode() in certificates.open_file(session, row.id, kind)
        found.append(row.number)
    assert not [one for one in evidence.verify_all(session) if not one.intact]
    db.session.remove()
    return found


def test_each_is_printed_once_and_its_files_say_its_number(
    desk: make.Desk, five: UUID, keyed: Counts
) -> None:
    desk.run()

    assert keyed.numbers == whole()
    assert len(keyed.numbers) == desk.card(five).issued == 5


def test_who_lost_a_condition_in_the_middle_takes_no_number_and_stops_nobody(
    desk: make.Desk, five: UUID, keyed: Counts, begin: Begin
) -> None:
    with begin() as work:
        third = select(IssueLine.person_id).where(IssueLine.n == 3).scalar_subquery()
        work.session.execute(
            update(PersonFile)
            .where(PersonFile.person_id == third, PersonFile.kind == PaperKind.PHOTO)
            .values(state=PhotoState.TO_REVIEW)
        )

    desk.run()

    card = desk.card(five)
    assert (card.issued, card.refused) == (4, 1)
    assert dict(card.reasons) == {"certificate.photo": 1}
    assert make.numbers(db.session()) == [1, 2, 3, 4]
    assert keyed.numbers == whole()


@pytest.mark.usefixtures("keyed")
def test_eight_are_issued_in_as_many_trips_as_one(
    desk: make.Desk, begin: Begin
) -> None:
    said: list[str] = []

    def count(_c: object, _cursor: object, sql: str, *_rest: object) -> None:
        said.append(sql)

    trips = []
    for first, many in ((1, 2), (11, 1), (21, 8)):
        with begin() as work:
            make.graduates(work, desk.association_id, many, first=first)
        batch_id = desk.started()
        with begin() as work:
            batches.take(work, batch_id, job.me())
        said.clear()
        event.listen(db.engine, "before_cursor_execute", count)
        job.Runner(desk.clock, HOUSE, desk.printer, batch_id).some(0, 8)
        event.remove(db.engine, "before_cursor_execute", count)
        trips.append(len(said))
        assert make.states(db.session(), batch_id) == {LineState.ISSUED: many}

    assert trips[1] == trips[2], said


def test_where_another_was_faster_it_is_printed_again_with_the_right_number(
    desk: make.Desk, five: UUID, keyed: Counts, begin: Begin
) -> None:
    with begin() as work:
        (other,) = make.graduates(work, desk.association_id, 1, first=50)
    keyed.between = elsewhere(
        desk,
        lambda work: issue(work, other, Specialty.BUILDING, printer=people.PLAIN),
    )

    desk.run()

    assert desk.counts(five) == (5, 0, 0)
    assert make.numbers(db.session()) == [1, 2, 3, 4, 5, 6]
    issued = whole()
    assert keyed.numbers == issued[:5] + issued[1:]


def test_whom_another_issued_to_meanwhile_keeps_that_certificate(
    desk: make.Desk, five: UUID, keyed: Counts
) -> None:
    second = PersonId(
        db.session.scalars(select(IssueLine.person_id).where(IssueLine.n == 2)).one()
    )
    db.session.remove()
    keyed.between = elsewhere(
        desk,
        lambda work: issue(work, second, Specialty.BUILDING, printer=people.PLAIN),
    )

    desk.run()

    assert desk.counts(five) == (5, 0, 0)
    assert make.numbers(db.session()) == [1, 2, 3, 4, 5]
    whole()


@pytest.mark.parametrize("replaced", [True, False], ids=["replaced", "broken"])
def test_what_was_sealed_with_a_key_that_may_sign_no_more_is_not_issued(
    desk: make.Desk, five: UUID, keyed: Counts, replaced: bool
) -> None:
    mine = signing.owner(desk.association_id)

    def alarm(work: Any) -> None:
        kid = signing.in_use(work, mine)
        clerk = signing.manager(work, desk.association_id)
        keys.alarm(clerk, mine, kid, work.now, "U盾丢失了")
        if replaced:
            signing.settled(work, mine)

    keyed.between = elsewhere(desk, alarm)

    desk.run()

    if replaced:
        # Printed again with the new keys, with the same numbers.
        assert keyed.numbers == whole() * 2
        assert desk.card(five).state is BatchState.DONE
    else:
        assert desk.card(five).state is BatchState.STOPPED
        assert desk.counts(five) == (0, 0, 0)
        assert not whole()


def test_while_a_batch_prints_on_sqlite_others_write(
    desk: make.Desk, five: UUID, keyed: Counts
) -> None:
    url = db.engine.url
    if url.get_backend_name() != "sqlite":
        pytest.skip("PostgreSQL's writers wait for rows alone")

    wrote = []

    def write() -> None:
        other = sqlite3.connect(str(url.database), timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # It is an error where somebody writes.
        other.execute("ROLLBACK")
        other.close()
        wrote.append(True)

    keyed.between = write

    desk.run()

    assert wrote
    assert desk.counts(five) == (5, 0, 0)


def test_what_is_issued_says_what_held_when_it_was_issued_not_when_it_was_printed(
    desk: make.Desk, five: UUID, keyed: Counts
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("elsewhere it is read and printed in the work that issues it")

    def rename(work: Any) -> None:
        first = select(IssueLine.person_id).where(IssueLine.n == 1).scalar_subquery()
        moved = update(Employment).where(Employment.person_id == first)
        work.session.execute(moved.values(name="呼和浩特新建筑有限公司"))

    keyed.between = elsewhere(desk, rename)

    desk.run()

    assert desk.counts(five) == (5, 0, 0)
    facts = db.session.scalars(select(Certificate.facts).order_by("serial")).all()
    assert facts[0]["employer"] == "呼和浩特新建筑有限公司"
    assert keyed.numbers == [*whole(), whole()[0]]


def test_what_was_printed_long_before_its_work_is_printed_again(
    desk: make.Desk, five: UUID, keyed: Counts, clock: HandClock
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("elsewhere it is printed in the work that issues it")
    keyed.between = lambda: clock.pass_seconds(700)

    desk.run()

    assert desk.counts(five) == (5, 0, 0)
    assert keyed.numbers == whole() * 2


def test_who_waits_for_lines_that_somebody_else_waits_for_too_waits_in_no_circle(
    desk: make.Desk, begin: Begin
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one runner")
    with begin() as work:
        signing.ring(work, owners.association(desk.association_id))
        make.graduates(work, desk.association_id, 6)
    batch_id = desk.started()
    with begin() as work:
        batches.take(work, batch_id, job.me())
    taken, turns = threading.Barrier(2), iter((4, 2))

    def run() -> None:
        # One has the lines 5 and 6, one 3 and 4; the first two are nobody's any more.
        after = next(turns)
        with unit_of_work(HOUSE, clock=desk.clock) as work:
            held = doing.claim(work, batch_id, after, 2)
            taken.wait(30)
            if after == 2:
                until_one_waits()
            doing.fulfil(work, held, people.PLAIN)

    assert tried(desk.app, [run] * 2) == [None] * 2

    assert desk.counts(batch_id) == (4, 0, 0)


def until_one_waits() -> None:
    """Sleep until somebody waits for a row that another holds."""
    with db.engine.connect() as eyes:
        look = eyes.execution_options(isolation_level="AUTOCOMMIT")
        for _ in range(300):
            if look.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
            time.sleep(0.1)
    raise AssertionError("nobody waits")


def test_two_runners_take_turns_and_print_each_once(
    desk: make.Desk, begin: Begin, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one runner")
    monkeypatch.setattr(job, "AT_ONCE", 2)
    with begin() as work:
        signing.ring(work, owners.association(desk.association_id))
        make.graduates(work, desk.association_id, 16)
    desk.printer = printer = Counts()
    batch_id = desk.started()
    with begin() as work:
        batches.take(work, batch_id, job.me())
    batch = desk.card(batch_id)

    def run() -> None:
        while job.run_lines(clock, desk.ports, batch):
            pass

    assert tried(desk.app, [run] * 2) == [None] * 2

    assert desk.counts(batch_id) == (16, 0, 0)
    assert sorted(printer.numbers) == whole()
