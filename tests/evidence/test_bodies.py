"""What has an end is kept apart from what must stay."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms.evidence import queries, services
from lms.evidence.rules import canonical
from lms.kernel.clock import legal_day
from lms.kernel.work import Work
from tests.conftest import HandClock, work_at

LAST_DAY = date(2032, 11, 21)


def test_a_line_proves_its_body_and_shows_nothing_of_it(work: Work) -> None:
    body = {"answers": [1, 2], "题": "安全"}
    n = services.note(work, "person:1", "exam.graded", body, score=80)
    same = services.note(work, "person:1", "exam.graded", body, score=80)

    kept = queries.body(work.session, "person:1", n)
    (second, first) = queries.lines(work.session, "person:1")
    assert kept
    assert json.loads(kept.body) == body
    assert kept.keep_until == LAST_DAY
    told = json.loads(first.facts)
    assert told["score"] == 80
    assert told["body"] == {
        "sha256": hashlib.sha256(kept.salt + kept.body).hexdigest(),
        "until": "2032-11-21",
    }
    # The same body has another digest each time: one that is gone cannot be guessed.
    assert same == n + 1
    assert json.loads(second.facts)["body"] != told["body"]


def test_a_body_of_bytes_is_kept_as_it_is(work: Work) -> None:
    n = services.note(work, "person:1", "check.passed", b"\x00sealed\xff")

    kept = queries.body(work.session, "person:1", n)

    assert kept
    assert kept.body == b"\x00sealed\xff"
    assert queries.body(work.session, "person:1", n + 1) is None


def test_lines_without_a_body_say_nothing_of_one(work: Work) -> None:
    services.note(work, "person:1", "hours.posted", credit=1)

    (line,) = queries.lines(work.session, "person:1")
    assert line.facts == canonical({"credit": 1})


def test_a_body_can_go_and_never_change(work: Work) -> None:
    services.note(work, "person:1", "exam.graded", {"score": 1})

    with (
        pytest.raises(DBAPIError, match="never changed"),
        work.session.begin_nested(),
    ):
        work.session.execute(text("UPDATE evidence_bodies SET keep_until = keep_until"))


def test_bodies_go_after_their_last_day_and_the_chain_still_holds(
    work: Work, clock: HandClock
) -> None:
    for i in range(3):
        services.note(work, f"person:{i}", "exam.graded", {"score": i})
    assert services.drop_bodies(work, LAST_DAY) == 0
    clock.pass_days(365.5 * 6)
    later = work_at(work, clock)
    today = legal_day(later.now)

    assert services.drop_bodies(later, today, spare=["person:1"]) == 2
    assert queries.body(work.session, "person:0", 1) is None
    assert queries.body(work.session, "person:1", 1)
    (told,) = queries.lines(work.session, "house:retention")
    assert json.loads(told.facts) == {"count": 2, "due_before": today.isoformat()}
    assert all(verdict.intact for verdict in queries.verify_all(work.session))
    report = queries.check(work.session.connection(), today)
    assert report.intact
    assert (report.bodies, report.gone, report.gone_early) == (1, 2, 0)


def test_an_erasure_takes_a_persons_bodies_alone_and_says_so(work: Work) -> None:
    for i in range(3):
        services.note(work, f"person:{i % 2}", "exam.graded", {"score": i})

    assert services.drop_bodies_of(work, "person:0", "subject.erasure") == 2
    assert services.drop_bodies_of(work, "person:0", "subject.erasure") == 0
    assert queries.lines(work.session, "person:0")[0].kind == "bodies.erased"
    report = queries.check(work.session.connection(), date(2026, 11, 21))
    assert report.intact
    assert (report.bodies, report.gone, report.gone_early) == (1, 2, 2)


def test_a_body_of_the_29th_of_february_is_kept_to_the_first_of_march(
    work: Work, clock: HandClock
) -> None:
    clock.pass_days((date(2028, 2, 29) - date(2026, 11, 21)).days)
    n = services.note(work_at(work, clock), "person:1", "exam.graded", {"score": 1})

    kept = queries.body(work.session, "person:1", n)

    assert kept
    assert kept.keep_until == date(2034, 3, 1)
