"""Certificates are stamped after they were issued, and nobody waits for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select

from lms import assembly
from lms.accounts import queries as accounts
from lms.credentials import queries, services
from lms.credentials.models import CertificateFile, CertificateStanding
from lms.credentials.ports import LongTerm, Printer
from lms.credentials.queries.held import file_place
from lms.credentials.queries.lasting import Book, Signed
from lms.credentials.rules import FileKind, Likeness, PrintedRegistration, State
from lms.credentials.rules.files import Printed, Seals, Trust
from lms.credentials.services.longterm import keep_long_term
from lms.evidence import queries as evidence
from lms.gateways.reader import read
from lms.gateways.stamping import TimeAuthority
from lms.jobs import stamping
from lms.jobs.stamping import Pace
from lms.kernel import pii
from lms.kernel.db import db
from lms.kernel.ids import CertificateId, new_id
from lms.kernel.settings import Settings
from lms.kernel.work import Work
from lms.policy.model import Specialty
from lms.signing import queries as keys
from tests.conftest import HandClock
from tests.make import credentials as make
from tests.make import registrations, stamps
from tests.make.documents import Documents
from tests.make.stamps import Office

Begin = Callable[..., Any]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    return Documents(tmp_path_factory.mktemp("fonts"))


@pytest.fixture
def office(clock: HandClock) -> Iterator[Office]:
    with stamps.office() as made:
        made.tells = clock.now
        yield made


@pytest.fixture
def authority(office: Office) -> TimeAuthority:
    return TimeAuthority(office.url, (stamps.root().der,))


@pytest.fixture
def pace() -> Pace:
    return Pace()


def issued(
    work: Work, data: bytes, serial: int = 1, *, credential: bool = True
) -> CertificateId:
    """A certificate in the book with its sealed files."""
    person = make.constructor(work, serial=serial)
    made = make.certified(work, person)
    key = accounts.data_key(work.session, person)
    files = {FileKind.PDF: data}
    if credential:
        files[FileKind.CREDENTIAL] = b"{}" + bytes([serial])
    for kind, body in files.items():
        file_id = new_id()
        work.session.add(
            CertificateFile(
                id=file_id,
                certificate_id=made,
                kind=kind.value,
                sha256=hashlib.sha256(body).digest(),
                size=len(body),
                body=pii.seal(key, body, file_place(file_id)),
                made_at=work.now,
            )
        )
    work.session.flush()
    return made


class Signing(registrations.PlainRegistrationPrinter):
    """A printer whose PDF is signed."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def print(
        self, facts: PrintedRegistration, likeness: Likeness, seals: Seals
    ) -> Printed:
        return replace(super().print(facts, likeness, seals), pdf=self._data)


def lasting(certificate_id: UUID) -> bytes | None:
    """The form that lasts, if there is one."""
    db.session.rollback()
    kinds = db.session.scalars(
        select(CertificateFile.kind).where(
            CertificateFile.certificate_id == certificate_id
        )
    ).all()
    if FileKind.LONG_TERM.value not in kinds:
        return None
    return queries.open_file(db.session(), certificate_id, FileKind.LONG_TERM)


def test_a_further_form_lies_beside_what_was_issued(
    begin: Begin,
    clock: HandClock,
    papers: Documents,
    authority: TimeAuthority,
    pace: Pace,
) -> None:
    data = papers.signed()
    with begin() as work:
        one = issued(work, data)

    assert stamping.stamp(clock, authority, pace) == 1

    made = lasting(one)
    assert made is not None
    assert made.startswith(data)
    assert queries.open_file(db.session(), one) == data


def test_the_ofd_has_its_lasting_form_too(
    app: Flask, begin: Begin, clock: HandClock, authority: TimeAuthority, pace: Pace
) -> None:
    with begin() as work:
        person = make.graduate(work, make.association(work, keys=True))
        printer = app.extensions["lms.ports"][Printer]
        one = services.issue(work, person, Specialty.BUILDING, printer=printer)

    assert stamping.stamp(clock, authority, pace) == 2
    assert stamping.stamp(clock, authority, pace) == 0

    data = queries.open_file(db.session(), one, FileKind.STAMPED_OFD)
    trust = Trust(keys.trust(db.session()), (stamps.root().der,))
    told = {
        found.code: found.holds for found in read(FileKind.OFD, data, trust).findings
    }
    assert told["time.stamp"]
    assert told["ofd.seal"]
    assert queries.is_issued(db.session(), data)
    kinds = {card.kind for card in queries.files(db.session(), one)}
    assert kinds == set(FileKind)


def test_it_is_found_by_its_hash_and_noted_in_the_book(
    begin: Begin,
    clock: HandClock,
    papers: Documents,
    authority: TimeAuthority,
    pace: Pace,
) -> None:
    with begin() as work:
        one = issued(work, papers.signed())
    stamping.stamp(clock, authority, pace)

    made = lasting(one) or b""
    digest = hashlib.sha256(made)
    kept = db.session.scalars(
        select(CertificateFile).where(CertificateFile.sha256 == digest.digest())
    ).one()
    assert (kept.certificate_id, kept.size) == (one, len(made))
    assert made[:200] not in kept.body  # sealed
    (line,) = evidence.lines(db.session(), f"certificate:{one}")
    assert line.kind == "certificate.stamped"
    assert digest.hexdigest() in line.facts


def test_nothing_is_stamped_twice(
    begin: Begin,
    clock: HandClock,
    papers: Documents,
    authority: TimeAuthority,
    office: Office,
) -> None:
    with begin() as work:
        one = issued(work, papers.signed())
    stamping.stamp(clock, authority, Pace())
    asked = office.asked

    assert stamping.stamp(clock, authority, Pace()) == 0
    assert office.asked == asked
    with begin() as work:
        assert not keep_long_term(work, Signed(Book.COMPLETION, one), b"another")


def test_only_a_few_are_stamped_at_a_time(
    begin: Begin,
    clock: HandClock,
    papers: Documents,
    authority: TimeAuthority,
    pace: Pace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stamping, "_MANY", 2)
    with begin() as work:
        for serial in range(3):
            issued(work, papers.signed(), serial + 1)

    assert stamping.stamp(clock, authority, pace) == 2
    assert stamping.stamp(clock, authority, pace) == 1
    assert stamping.stamp(clock, authority, pace) == 0


def test_what_is_void_or_was_never_signed_is_left_alone(
    begin: Begin,
    clock: HandClock,
    papers: Documents,
    authority: TimeAuthority,
    office: Office,
    pace: Pace,
) -> None:
    with begin() as work:
        void = issued(work, papers.signed())
        standing = work.session.get_one(CertificateStanding, void)
        standing.state = State.REVOKED
        issued(work, papers.drawn().finish(), 2, credential=False)

    assert stamping.stamp(clock, authority, pace) == 0
    assert office.asked == 0


def test_a_silent_authority_is_asked_ever_more_rarely(
    begin: Begin,
    clock: HandClock,
    papers: Documents,
    authority: TimeAuthority,
    office: Office,
    pace: Pace,
) -> None:
    with begin() as work:
        one = issued(work, papers.signed())
    office.broken = True

    assert stamping.stamp(clock, authority, pace) == 0
    asked = office.asked
    clock.pass_seconds(60)
    stamping.stamp(clock, authority, pace)
    assert office.asked == asked  # it rests
    clock.pass_seconds(61)
    stamping.stamp(clock, authority, pace)
    assert office.asked == asked + 1
    clock.pass_seconds(121)
    stamping.stamp(clock, authority, pace)
    assert office.asked == asked + 1  # longer now
    assert lasting(one) is None

    office.broken, office.tells = False, clock.now
    clock.pass_seconds(130)
    assert stamping.stamp(clock, authority, pace) == 1
    assert pace.wait == timedelta(minutes=2)


def test_one_bad_file_does_not_hold_up_the_others(
    begin: Begin,
    clock: HandClock,
    papers: Documents,
    authority: TimeAuthority,
    pace: Pace,
) -> None:
    with begin() as work:
        bad = issued(work, b"%PDF-1.7 no more than this")
    clock.pass_seconds(5)
    with begin() as work:
        good = issued(work, papers.signed(), 2)

    assert stamping.stamp(clock, authority, pace) == 1
    assert lasting(good)
    assert lasting(bad) is None
    assert stamping.stamp(clock, authority, pace) == 0


def test_a_file_that_no_authority_stamps_is_given_up(
    begin: Begin,
    clock: HandClock,
    papers: Documents,
    authority: TimeAuthority,
    office: Office,
    pace: Pace,
) -> None:
    with begin() as work:
        issued(work, papers.signed())
    office.broken = True
    for _ in range(3):
        stamping.stamp(clock, authority, pace)
        clock.pass_days(1)
    asked = office.asked

    stamping.stamp(clock, authority, pace)

    assert office.asked == asked


def test_who_named_no_authority_is_left_in_peace(
    begin: Begin, clock: HandClock, papers: Documents
) -> None:
    with begin() as work:
        one = issued(work, papers.signed())

    stamping.run(clock, {})

    assert lasting(one) is None


def test_the_house_asks_the_authority_that_the_settings_name(
    settings: Settings,
    clock: HandClock,
    papers: Documents,
    office: Office,
    tmp_path: Path,
) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(stamps.root().own.public_bytes(Encoding.PEM))
    named = replace(settings, tsa_url=office.url, tsa_roots=roots)

    assert LongTerm not in assembly.ports(settings)
    joined: LongTerm = assembly.ports(named)[LongTerm]

    data = papers.signed()
    assert joined.extend(data, clock.now).startswith(data)


def test_a_registration_certificate_is_stamped_alike(
    begin: Begin,
    clock: HandClock,
    papers: Documents,
    authority: TimeAuthority,
    pace: Pace,
) -> None:
    data = papers.signed()
    with begin() as work:
        person = make.constructor(work)
        one = services.issue_registration(
            work, registrations.facts(person), printer=Signing(data)
        )

    assert stamping.stamp(clock, authority, pace) == 1
    assert stamping.stamp(clock, authority, pace) == 0

    made = queries.open_registration_file(db.session(), one, FileKind.LONG_TERM)
    assert made.startswith(data)
    kinds = {line.kind for line in evidence.lines(db.session(), f"registration:{one}")}
    assert "certificate.stamped" in kinds
