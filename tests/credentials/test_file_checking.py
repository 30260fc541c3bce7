"""No changed file is ever VALID, whatever its kind, and none of ours gets lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask

from lms.credentials import queries, services
from lms.credentials.ports import FileReader, Printer, RegistrationPrinter
from lms.credentials.queries import CertificateCard
from lms.credentials.rules import FileKind, Reading, Verdict, is_ours
from lms.credentials.rules.files import ISSUED
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.policy.model import Province, Specialty
from lms.signing import queries as signing
from lms.signing import rules as owners
from tests.conftest import START
from tests.make import altered, registrations
from tests.make import credentials as make
from tests.make import signing as keys

Begin = Callable[..., Any]
TODAY = legal_day(START)
FLIPS = {
    FileKind.PDF: 120,
    FileKind.OFD: 400,
    FileKind.CREDENTIAL: 1500,
    FileKind.JWT: 1500,
}
LONG = 10_000


@pytest.fixture
def issued(app: Flask, begin: Begin) -> CertificateCard:
    with begin() as work:
        person = make.graduate(work, make.association(work, keys=True))
        made = services.issue(
            work,
            person,
            Specialty.BUILDING,
            printer=app.extensions["lms.ports"][Printer],
        )
        card = queries.owned(work.session, person, made, legal_day(work.now))
    db.session.remove()
    return card


class Desk:
    """What the page does with a file, without the page."""

    def __init__(self, app: Flask) -> None:
        self._reader: FileReader = app.extensions["lms.ports"][FileReader]
        self._keys = signing.trust(db.session())

    def read(self, data: bytes) -> Reading:
        # Not behind the fence: these files are ours but for a byte, and there are many.
        return self._reader.read(data, self._keys, issued=True)

    def told(self, data: bytes) -> tuple[Verdict, Reading]:
        reading = self.read(data)
        found = queries.check_file(db.session(), data, TODAY, reading=reading)
        return found.verdict, reading


@pytest.mark.parametrize("kind", ISSUED)
def test_each_form_is_valid_and_proves_itself(
    app: Flask, issued: CertificateCard, kind: FileKind
) -> None:
    verdict, reading = Desk(app).told(altered.files(issued)[kind])

    assert verdict is Verdict.VALID
    assert reading.kind is kind
    assert is_ours(reading)
    assert reading.number == issued.facts.number
    assert reading.code == issued.facts.token


def wrongly_told(app: Flask, files: Iterable[bytes]) -> list[int]:
    """Find the changed files that were not told TAMPERED."""
    desk = Desk(app)
    wrong = []
    for nth, changed in enumerate(files):
        verdict, reading = desk.told(changed)
        if verdict is not Verdict.TAMPERED or is_ours(reading):
            wrong.append(nth)
    return wrong


@pytest.mark.parametrize("kind", ISSUED)
def test_one_changed_bit_is_always_tampered(
    app: Flask, issued: CertificateCard, kind: FileKind
) -> None:
    data = altered.files(issued)[kind]
    assert not wrongly_told(app, altered.flips(data, FLIPS[kind]))


@pytest.mark.long
@pytest.mark.parametrize("kind", ISSUED)
def test_of_ten_thousand_changed_bytes_none_passes(
    app: Flask, issued: CertificateCard, kind: FileKind
) -> None:
    data = altered.files(issued)[kind]
    assert not wrongly_told(app, altered.bytes_changed(data, LONG))


def test_every_place_of_a_token_can_break_and_it_is_still_recognised(
    app: Flask, issued: CertificateCard
) -> None:
    data, desk = altered.files(issued)[FileKind.JWT], Desk(app)
    for place in range(0, len(data), 7):
        broken = data[:place] + b"!" + data[place + 1 :]
        assert desk.told(broken)[0] is Verdict.TAMPERED, place


def test_what_is_packed_written_or_continued_anew_is_tampered(
    app: Flask, issued: CertificateCard
) -> None:
    files, desk = altered.files(issued), Desk(app)
    ofd, pdf = files[FileKind.OFD], files[FileKind.PDF]
    vc, jwt = files[FileKind.CREDENTIAL], files[FileKind.JWT]
    changed = {
        "packed anew": altered.repacked(ofd),
        "one entry more": altered.repacked(ofd, **{"Doc_0/More.xml": b"<x/>"}),
        "one entry renamed": altered.renamed(ofd, "Doc_0/Document.xml", "Doc_0/D.xml"),
        "a comment behind": ofd + b"x",
        "an update behind": altered.appended(pdf),
        "a line behind": pdf + b"\n",
        "cut short": pdf[:-100],
        "members turned": altered.reordered(vc),
        "members spaced": altered.spaced(vc),
        "another name": altered.said(vc, "张建国", "张伟国"),
        "a member twice": vc[:-1] + b',"name":"x"}',
        "a line behind the token": jwt + b"\n",
        "another signature": jwt[:-6] + b"AAAAAA",
    }
    told = {name: desk.told(data) for name, data in changed.items()}

    assert {name: verdict for name, (verdict, _) in told.items()} == dict.fromkeys(
        changed, Verdict.TAMPERED
    )
    # The proof is of statements, which have no order; the book's digest is of bytes.
    same = {name for name, (_, reading) in told.items() if is_ours(reading)}
    assert same <= {"members turned", "a line behind the token"}


def test_a_sound_file_that_the_book_does_not_know_is_said_to_be_that(
    app: Flask, begin: Begin, issued: CertificateCard
) -> None:
    """As when a database is restored from before the issue, with the keys kept."""
    data = altered.files(issued)[FileKind.CREDENTIAL]
    reading = Desk(app).read(data)
    elsewhere = Reading(
        reading.kind, reading.findings, "SLXH-JXJY-2026-0000009-1", "0" * 26
    )
    # One byte of white space: the book has no such file, and no such number.
    found = queries.check_file(db.session(), b"{}", TODAY, reading=elsewhere)

    assert found.verdict is Verdict.UNBOOKED
    assert not found.name


def test_a_file_that_names_nothing_of_ours_is_not_found(app: Flask) -> None:
    desk = Desk(app)

    for data in (b"", b"%PDF-1.7\n%%EOF", b"PK\3\4", b"{}", b"a.b.c", b"\0" * 99):
        verdict, reading = desk.told(data)
        assert verdict is Verdict.NOT_FOUND
        assert not is_ours(reading)


# -- certificates of registration ---------------------------------------------------


@pytest.fixture
def licence(app: Flask, begin: Begin) -> dict[FileKind, bytes]:
    with begin() as work:
        keys.ring(work, owners.office(Province.INNER_MONGOLIA), "示例自治区住建厅")
        made = services.issue_registration(
            work,
            registrations.facts(make.constructor(work)),
            printer=app.extensions["lms.ports"][RegistrationPrinter],
        )
        found = {
            kind: queries.open_registration_file(work.session, made, kind)
            for kind in ISSUED
        }
    db.session.remove()
    return found


def test_a_registration_is_valid_in_each_form_and_no_flip_of_it_is(
    app: Flask, licence: dict[FileKind, bytes]
) -> None:
    desk = Desk(app)
    for kind, data in licence.items():
        verdict, reading = desk.told(data)
        assert verdict is Verdict.VALID, kind
        assert is_ours(reading), kind
        count = 30 if kind is FileKind.PDF else 300
        wrong = wrongly_told(app, altered.flips(data, count))
        assert not wrong, kind


def test_a_registrations_number_is_read_where_its_code_is_broken(
    app: Flask, licence: dict[FileKind, bytes]
) -> None:
    desk = Desk(app)
    for kind in (FileKind.OFD, FileKind.CREDENTIAL):
        data = licence[kind]
        code = desk.read(data).code.encode()
        assert desk.told(data.replace(code, b"0" * 26))[0] is Verdict.TAMPERED, kind
