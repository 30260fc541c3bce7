"""A pack for an inspector holds what the associations assigned have, and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask

from lms.credentials import services as credentials
from lms.evidence import services as book
from lms.evidence.ports import Sealer
from lms.exams.models import Attempt
from lms.kernel.db import db
from lms.policy.model import Specialty
from lms.reports import packs
from lms.reports.packs import Pack
from tests.make import credentials as make

SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)


def bodies(pack: Pack) -> list[bytes]:
    return [body for name, body in pack.files.items() if name.startswith("bodies/")]


def test_papers_and_certificates_of_others_stay_out_and_the_chain_stays_whole(
    begin: Callable[..., Any], app: Flask
) -> None:
    with begin() as work:
        here = make.association(work)
        there = make.association(work, code="BTJX", name="包头市建筑业协会")
        person = make.graduate(work, here)
        make.passed(work, person, there)
        attempts = {
            row.association_id: row.id for row in work.session.query(Attempt).all()
        }
        for house, words in ((here, "自己的试卷"), (there, "别家的试卷")):
            stream = f"person:{person}"
            body = {"paper": words}
            book.note(work, stream, "exam.started", body, attempt=attempts[house])
    with begin() as work:
        credentials.issue(work, person, Specialty.BUILDING, printer=make.PLAIN)
    with begin() as work:
        book.seal(work, app.extensions["lms.ports"][Sealer])

    session = db.session()
    whole = packs.pack(session, person, SINCE, UNTIL)
    mine = packs.pack(session, person, SINCE, UNTIL, within=[here])
    theirs = packs.pack(session, person, SINCE, UNTIL, within=[there])

    told = [b"".join(bodies(one)).decode() for one in (whole, mine, theirs)]
    assert ["自己" in one for one in told] == [True, True, False]
    assert ["别家" in one for one in told] == [True, False, True]
    assert len(mine.certificates) == 1
    assert theirs.certificates == ()
    stream = f"person:{person}"
    lines = [
        [line for line in one.lines if line.stream == stream] for one in (whole, theirs)
    ]
    assert lines[0] == lines[1]
