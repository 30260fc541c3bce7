"""The operator's commands, the minute's sealing and the day's mails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text

from lms.evidence import queries, services
from lms.evidence.models import EvidenceWitness
from lms.evidence.rules.notes import notes_in
from lms.jobs import evidence as job
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.notify import queries as notify
from lms.notify.models import OutboxMessage
from tests.conftest import HandClock
from tests.evidence.tampering import disarm
from tests.make import catalogue as make

Begin = Callable[..., Any]


def run(app: Flask, *words: str) -> Result:
    # A context of its own: the command's session is not the test's.
    db.session.remove()
    return app.test_cli_runner().invoke(args=["evidence", *words])


def write(begin: Begin, count: int = 5) -> None:
    with begin() as work:
        for i in range(count):
            services.note(work, "person:1", "hours.posted", {"i": i}, credit=i)


def mails() -> list[OutboxMessage]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "checkpoint")
        )
    )


def minute(app: Flask) -> None:
    clock: Clock = app.extensions["lms.clock"]
    job.run(clock, app.extensions["lms.ports"])


def test_the_operator_seals_keeps_a_checkpoint_and_verifies(
    app: Flask, begin: Begin, tmp_path: Path
) -> None:
    assert run(app, "checkpoint").exit_code == 1
    write(begin)
    sealed = run(app, "seal")
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(f"From: 学时\n\n> {run(app, 'checkpoint').output}", "utf-8")

    assert sealed.exit_code == 0
    assert len(notes_in(sealed.output)) == 1
    told = run(app, "verify", "--checkpoint", str(kept))
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "INTACT")
    assert "lines/s" in told.output
    assert "6 lines are fixed by 1 checkpoint(s)" in told.output
    assert run(app, "seal").output == "Nothing is new.\n"
    assert "No checkpoint from outside" in run(app, "verify").output


def test_the_operator_is_told_the_first_bad_record(app: Flask, begin: Begin) -> None:
    write(begin)
    run(app, "seal")
    with db.engine.begin() as connection:
        disarm(connection)
        connection.execute(text("UPDATE evidence_lines SET kind = 'x' WHERE n = 3"))

    told = run(app, "verify")

    assert told.exit_code == 1
    assert "BAD: person:1 line 3: its content is not what was hashed" in told.output


def test_a_file_without_a_checkpoint_is_refused(
    app: Flask, begin: Begin, tmp_path: Path
) -> None:
    write(begin)
    empty = tmp_path / "mail.txt"
    empty.write_text("Good morning", "utf-8")

    assert run(app, "verify", "--checkpoint", str(empty)).exit_code == 1


def test_a_witness_gets_one_mail_a_day_however_many_send(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        association = make.association(work)
        services.add_witness(work, association, "住建厅", "witness@example.cn")
    write(begin)
    for _ in range(3):
        minute(app)
        clock.pass_seconds(60)

    (first,) = mails()
    address, _secrets = notify.opened(first.id, first.wrapped, first.sealed)
    assert address == "witness@example.cn"
    words = notify.wording("checkpoint", first.facts, "zh")
    (note,) = notes_in(words.text)
    newest = queries.checkpoint(db.session())
    assert newest
    assert note.checkpoint.size == newest.size

    clock.pass_days(1)
    minute(app)
    assert len(mails()) == 2
    assert "no mail" not in notify.wording("checkpoint", first.facts, "en").text


def test_a_witness_that_was_dropped_gets_no_more_and_is_forgotten(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        association = make.association(work)
        witness = services.add_witness(work, association, "协会", "a@example.cn")
    with begin() as work:
        services.drop_witness(work, witness)
    write(begin)
    minute(app)

    assert mails() == []
    row = db.session.get_one(EvidenceWitness, witness)
    assert row.address == row.wrapped == b""
    with begin() as work, pytest.raises(NotFound):
        services.drop_witness(work, witness)


def test_a_witness_needs_an_address_that_mail_reaches(begin: Begin) -> None:
    for address in ("nobody", "a@b@c", " a@b.cn", "用户@例子.cn"):
        with begin() as work, pytest.raises(Refused):
            services.add_witness(work, AssociationId(new_id()), "x", address)


def test_the_operator_names_and_drops_witnesses(app: Flask, begin: Begin) -> None:
    with begin() as work:
        code = work.session.scalar(
            text("SELECT code FROM associations WHERE id = :id").bindparams(
                id=make.association(work).hex
                if db.engine.dialect.name == "sqlite"
                else make.association(work)
            )
        )
    added = run(app, "witness-add", str(code), "住建厅", "office@example.cn")
    listed = run(app, "witnesses").output

    assert added.exit_code == 0
    assert "o***@example.cn" in listed
    assert "office@" not in listed
    assert run(app, "witness-remove", added.output.strip()).exit_code == 0
    assert run(app, "witnesses").output == ""
    assert run(app, "witness-remove", added.output.strip()).exit_code == 1
    assert run(app, "witness-add", "NONE", "x", "a@b.cn").exit_code == 1
    assert run(app, "witness-add", str(code), "x", "no address").exit_code == 1


def test_nothing_is_sealed_twice_by_two_leaders(app: Flask, begin: Begin) -> None:
    write(begin)
    minute(app)
    minute(app)
    minute(app)

    with db.engine.connect() as connection:
        leaves, lines = (
            connection.scalar(select(func.count()).select_from(text(table)))
            for table in ("evidence_leaves", "evidence_lines")
        )
    assert leaves == lines
