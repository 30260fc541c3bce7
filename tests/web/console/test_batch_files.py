"""What a batch leaves to take away: packages, by name and shut, and paper."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, update

from lms.accounts.services import keys as accounts
from lms.credentials.models import (
    Certificate,
    CertificateFile,
    IssuePack,
    PaperCopy,
)
from lms.credentials.rules.batches import PackState
from lms.evidence import queries as evidence
from lms.jobs import batches as job
from lms.jobs import retention
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId
from lms.reports import erasure
from lms.reports.ports import BatchPacker
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.web.console.batching import chosen, graduates

Begin = Callable[..., Any]
BrowserOf = Callable[..., Browser]


# -- packages ------------------------------------------------------------------------


@pytest.fixture
def done(
    begin: Begin, association: AssociationId, clerk: Browser, run: Callable[[], None]
) -> str:
    """A batch of three that is issued: its page."""
    graduates(begin, association, 3)
    place = chosen(clerk)
    clerk.post(f"{place}/start")
    run()
    return place


def packed(clerk: Browser, place: str, run: Callable[[], None]) -> str:
    """Ask for a package, let it be made, give its address."""
    assert clerk.post(f"{place}/package", {"kinds": "pdf"}).status_code == 303
    run()
    page = clerk.get(place).text
    start = page.index("/console/certificates/packages/")
    return page[start : page.index(".zip", start) + 4]


def test_a_package_holds_every_file_as_issued_and_an_index(
    clerk: Browser, done: str, run: Callable[[], None]
) -> None:
    answer = clerk.get(packed(clerk, done, run))

    whole = zipfile.ZipFile(io.BytesIO(answer.data))
    assert whole.testzip() is None
    files = [name for name in whole.namelist() if name.endswith(".pdf")]
    assert len(files) == 3
    sheet = load_workbook(io.BytesIO(whole.read("索引.xlsx"))).active
    assert sheet is not None
    _head, *rows = sheet.iter_rows(values_only=True)
    assert [row[7] for row in rows] == files
    assert all("**********" in str(row[3]) for row in rows)
    for row in rows:
        data = whole.read(str(row[7]))
        assert hashlib.sha256(data).hexdigest() == row[8]
    kept = db.session.scalars(
        select(CertificateFile.sha256).where(CertificateFile.kind == "pdf")
    ).all()
    assert {one.hex() for one in kept} == {row[8] for row in rows}


def test_a_package_whose_days_are_over_is_not_given_though_it_still_lies_there(
    clerk: Browser, done: str, run: Callable[[], None], clock: HandClock
) -> None:
    place = packed(clerk, done, run)
    db.session.execute(update(IssuePack).values(expires_at=clock()))
    db.session.commit()

    assert clerk.get(place).status_code == 404


def test_a_package_is_never_readable_on_the_disk(
    app: Flask, clerk: Browser, done: str, run: Callable[[], None]
) -> None:
    packed(clerk, done, run)

    folder = app.extensions["lms.settings"].data_dir / "packages"
    for file in folder.iterdir():
        raw = file.read_bytes()
        assert b"%PDF" not in raw
        assert b"PK\x03\x04" not in raw
        assert "王".encode() not in raw


def test_a_package_comes_by_ranges_too(
    clerk: Browser, done: str, run: Callable[[], None]
) -> None:
    place = packed(clerk, done, run)
    whole = clerk.get(place)
    size = len(whole.data)

    part = clerk.get(place, headers={"Range": f"bytes={size - 700}-{size - 1}"})
    rest = clerk.get(place, headers={"Range": "bytes=100-"})

    assert whole.headers["Accept-Ranges"] == "bytes"
    assert "attachment" in whole.headers["Content-Disposition"]
    assert part.status_code == rest.status_code == 206
    assert part.data == whole.data[-700:]
    assert rest.data == whole.data[100:]


def test_that_people_are_taken_away_is_on_the_record(
    begin: Begin,
    association: AssociationId,
    clerk: Browser,
    done: str,
    run: Callable[[], None],
) -> None:
    packed(clerk, done, run)

    stream = f"association:{association}"
    with begin() as work:
        lines = evidence.lines(work.session, stream)
        (line,) = [one for one in lines if one.kind == "certificates.packed"]
        assert '"count":3' in line.facts.replace(" ", "")
        assert evidence.verify(work.session, stream).intact


def test_a_colleague_must_ask_in_their_own_name(
    begin: Begin,
    association: AssociationId,
    clerk: Browser,
    browser_of: BrowserOf,
    done: str,
    run: Callable[[], None],
) -> None:
    place = packed(clerk, done, run)
    with begin() as work:
        other = make_accounts.staff(
            work, "manager", association_id=association, email="m@demo.example"
        )
    manager = browser_of(other)

    assert manager.get(place).status_code == 409
    assert place not in manager.get(done).text


def test_after_a_week_a_package_is_gone_from_page_and_disk(
    app: Flask, clerk: Browser, done: str, run: Callable[[], None], clock: HandClock
) -> None:
    place = packed(clerk, done, run)
    folder = app.extensions["lms.settings"].data_dir / "packages"
    there = {file.name for file in folder.iterdir()}
    clock.pass_days(7.1)
    run()

    name = UUID(place.rsplit("/", 1)[1].removesuffix(".zip")).hex
    assert f"{name}.shut" in there
    assert not (folder / f"{name}.shut").exists()


def test_a_package_of_somebody_erased_names_them_in_no_file(
    begin: Begin, clerk: Browser, done: str, run: Callable[[], None]
) -> None:
    with begin() as work:
        gone = work.session.scalars(
            select(Certificate.person_id).order_by(Certificate.serial)
        ).first()
        assert gone is not None
        accounts.destroy_key(work, PersonId(gone))

    answer = clerk.get(packed(clerk, done, run))

    whole = zipfile.ZipFile(io.BytesIO(answer.data))
    assert sum(name.endswith(".pdf") for name in whole.namelist()) == 2
    sheet = load_workbook(io.BytesIO(whole.read("索引.xlsx"))).active
    assert sheet is not None
    _head, *rows = sheet.iter_rows(values_only=True)
    assert [bool(row[2]) for row in rows] == [False, True, True]
    assert [bool(row[3]) for row in rows] == [False, True, True]


def forgotten(app: Flask, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the years pass for the first of the batch, and the clock's work be done."""
    gone = db.session.scalars(
        select(Certificate.person_id).order_by(Certificate.serial)
    ).first()
    assert gone is not None
    db.session.remove()
    monkeypatch.setattr(erasure, "due", lambda *_any: (PersonId(gone),))
    retention.run(clock, app.extensions["lms.ports"])
    db.session.remove()


def test_who_is_erased_is_gone_from_every_package_at_once(
    app: Flask,
    clerk: Browser,
    done: str,
    run: Callable[[], None],
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = packed(clerk, done, run)
    folder = app.extensions["lms.settings"].data_dir / "packages"
    name = UUID(place.rsplit("/", 1)[1].removesuffix(".zip")).hex
    assert (folder / f"{name}.shut").exists()

    forgotten(app, clock, monkeypatch)

    assert not (folder / f"{name}.shut").exists()
    assert clerk.get(place).status_code == 404
    row = db.session.scalars(select(IssuePack)).one()
    assert (row.state, row.wrapped) == (PackState.GONE, None)
    anew = zipfile.ZipFile(io.BytesIO(clerk.get(packed(clerk, done, run)).data))
    assert sum(name.endswith(".pdf") for name in anew.namelist()) == 2


def test_who_is_erased_while_a_package_is_made_is_not_in_it(
    app: Flask,
    clerk: Browser,
    done: str,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clerk.post(f"{done}/package", {"kinds": "pdf"})
    ports = app.extensions["lms.ports"]
    inner = ports[BatchPacker]
    slow = Slow(inner, lambda: forgotten(app, clock, monkeypatch))
    job.pack(clock, {**ports, BatchPacker: slow})
    db.session.remove()

    assert slow.made == 2
    page = clerk.get(done).text
    start = page.index("/console/certificates/packages/")
    whole = clerk.get(page[start : page.index(".zip", start) + 4])
    files = zipfile.ZipFile(io.BytesIO(whole.data)).namelist()
    assert sum(name.endswith(".pdf") for name in files) == 2


class Slow:
    """A packer in whose first package somebody is forgotten just before its end."""

    def __init__(self, inner: BatchPacker, meanwhile: Callable[[], None]) -> None:
        self.inner, self.meanwhile, self.made = inner, meanwhile, 0

    def make(self, task: Any, files: Any, told: Any) -> int | None:
        size = self.inner.make(task, files, told)
        self.made += 1
        if self.made == 1:
            self.meanwhile()
        return size

    def remove(self, pack_id: UUID) -> None:
        self.inner.remove(pack_id)


# -- paper ---------------------------------------------------------------------------


def test_a_certificate_is_put_on_the_paper_list_and_marked_as_printed(
    clerk: Browser, done: str
) -> None:
    number = db.session.scalars(select(Certificate.number)).first()
    db.session.remove()
    fields = {"number": str(number).lower(), "why": "damaged"}

    clerk.post("/console/certificates/paper", fields)
    clerk.post("/console/certificates/paper", fields)
    listed = clerk.get("/console/certificates/paper").text
    copy = db.session.scalars(select(PaperCopy.id)).one()
    db.session.remove()
    clerk.post("/console/certificates/paper/printed", {"copy": str(copy)})
    left = clerk.get("/console/certificates/paper").text
    printed = clerk.get("/console/certificates/paper?list=printed").text

    assert "污损" in listed
    assert listed.count(str(copy)) == 1
    assert str(copy) not in left
    assert str(number) in printed


def test_the_paper_list_can_be_of_one_batch(clerk: Browser, done: str) -> None:
    number = db.session.scalars(select(Certificate.number)).first()
    db.session.remove()
    clerk.post("/console/certificates/paper", {"number": number, "why": "lost"})

    mine = clerk.get(f"/console/certificates/paper?batch={done.rsplit('/', 1)[1]}").text
    other = clerk.get(f"/console/certificates/paper?batch={UUID(int=3)}").text

    assert str(number) in mine
    assert str(number) not in other.replace("BTJX-JXJY", "")


def test_a_foreign_number_is_not_there(clerk: Browser) -> None:
    answer = clerk.post(
        "/console/certificates/paper",
        {"number": "BTJX-JXJY-2026-0000149-7", "why": "lost"},
    )

    assert answer.status_code == 404
