"""Two operators at once: a year has one version of each number, the other is told."""

from __future__ import annotations

from flask import Flask

from lms.calendar import queries, services
from lms.calendar.rules import Notice, read_notice
from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from tests.make.calendar import OF_2027
from tests.races import failures, race


def test_six_at_once_load_one_version(app: Flask) -> None:
    notice = read_notice(OF_2027, 2027)
    assert isinstance(notice, Notice)

    got = race(app, [lambda work: services.load(work, notice, "通知", seen=0)] * 6)

    late = failures(got)
    assert [one for one in got if one not in late] == [1]
    assert all(isinstance(one, Conflict) for one in late)
    assert [e.version for e in queries.notices(db.session())] == [1]
    verdict = evidence.verify(db.session(), services.STREAM)
    assert verdict.intact
    assert verdict.lines == 1
