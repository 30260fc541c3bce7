"""Two operators at once: a year has one version of each number, the other is told."""

from __future__ import annotations

import threading

from flask import Flask

from lms.calendar import queries, services
from lms.calendar.rules import Notice, read_notice
from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.work import HOUSE, unit_of_work
from tests.make.calendar import OF_2027


def test_six_at_once_load_one_version(app: Flask) -> None:
    notice = read_notice(OF_2027, 2027)
    assert isinstance(notice, Notice)
    got: list[object] = []
    ready = threading.Barrier(6)

    def run() -> None:
        with app.app_context():
            ready.wait(timeout=30)
            try:
                with unit_of_work(HOUSE, clock=app.extensions["lms.clock"]) as work:
                    got.append(services.load(work, notice, "通知", seen=0))
            except Conflict as told:
                got.append(told.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(map(str, got)) == ["1"] + ["calendar.moved"] * 5
    assert [e.version for e in queries.notices(db.session())] == [1]
    verdict = evidence.verify(db.session(), services.STREAM)
    assert verdict.intact
    assert verdict.lines == 1
