"""Certificates whose keys lie elsewhere: sealed before the work, all or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms.credentials import queries, services
from lms.credentials.models import (
    Certificate,
    CertificateCounter,
    CertificateFile,
    SealingQueue,
)
from lms.credentials.ports import FileReader, RegistrationPrinter
from lms.credentials.rules.files import ISSUED, FileKind
from lms.credentials.services.ahead import TRIES, carried
from lms.gateways.signing import outside
from lms.gateways.signing.remote import SCHEME
from lms.jobs import sealing
from lms.kernel.db import db
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.held import at_work
from lms.kernel.ids import CertificateId, new_id
from lms.notify import queries as notify
from lms.policy.model import Province, Specialty
from lms.signing import queries as keys
from lms.signing import services as signing
from lms.signing.rules import Owner, Purpose, office
from tests.conftest import HandClock
from tests.make import altered, registrations
from tests.make import credentials as make
from tests.make import signing_service as there
from tests.make.elsewhere import House
from tests.make.signing_service import Office
from tests.races import together

Begin = Callable[..., Any]
BUILDING = Specialty.BUILDING


@pytest.fixture
def service() -> Iterator[Office]:
    with there.office() as made:
        outside.install({SCHEME: made.signer()})
        yield made
    outside.install({})


@pytest.fixture
def house(app: Flask, clock: HandClock, service: Office) -> House:
    return House(app, clock, service)


# -- issued ---------------------------------------------------------------------------


def test_a_certificate_is_issued_with_keys_that_were_never_here(
    house: House, service: Office
) -> None:
    person = house.graduate()
    held = house.issue(person)

    card = house.card(person, held)
    assert card.facts.number.endswith("-0000001-2")
    files = altered.files(card)
    reader: FileReader = house.app.extensions["lms.ports"][FileReader]
    trust = keys.trust(db.session())
    for kind in ISSUED:
        told = reader.read(files[kind], trust, issued=True)
        assert told.sound, told.findings
        assert told.number == card.facts.number
        assert told.code == card.facts.token
    # The code in the QR, two forms of the credential, the PDF and the OFD: once each.
    assert sorted(service.asked) == sorted(
        ["ed25519"] * 3 + ["ecdsa-p256-sha256", "sm2-sm3"]
    )


def test_nobody_waits_for_the_network_while_a_number_is_held(
    house: House, service: Office
) -> None:
    """Another issuer's work begins and ends while the service thinks."""
    seen: list[bool] = []

    def look() -> None:
        with house.app.app_context(), house.begin() as work:
            counter = select(CertificateCounter).with_for_update()
            work.session.scalars(counter).all()
            seen.append(True)

    person = house.graduate()
    service.before = look

    house.issue(person)

    assert len(seen) == 5
    assert not at_work()


def test_numbers_stay_gapless_and_codes_differ(house: House) -> None:
    people = [house.graduate(serial) for serial in (1, 2, 3)]
    cards = [house.card(one, house.issue(one)) for one in people]

    serials = [int(card.facts.number[15:22]) for card in cards]
    assert serials == [1, 2, 3]
    assert len({card.facts.token for card in cards}) == 3


def test_asking_again_gives_the_certificate_that_is_there(
    house: House, service: Office
) -> None:
    person = house.graduate()
    first = house.issue(person)
    asked = len(service.asked)

    assert house.issue(person) == first
    assert len(service.asked) == asked


# -- away -----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["silent", "broken", "lies", "garbles"])
def test_while_the_service_is_away_nothing_is_done_at_all(
    house: House, service: Office, fault: str
) -> None:
    person = house.graduate()
    setattr(service, fault, True)

    with pytest.raises(Unavailable):
        house.issue(person)

    assert house.count(Certificate) == house.count(CertificateFile) == 0
    with house.begin() as work:
        assert work.session.scalars(select(CertificateCounter.last)).all() in ([], [0])


def test_a_service_that_falls_silent_between_two_forms_leaves_nothing(
    house: House, service: Office
) -> None:
    person = house.graduate()

    def falls() -> None:
        service.silent = len(service.asked) >= 3

    service.before = falls
    with pytest.raises(Unavailable):
        house.issue(person)

    assert len(service.asked) == 3
    assert house.count(Certificate) == house.count(CertificateFile) == 0


def test_what_waits_is_issued_when_the_service_answers_again(
    house: House, service: Office, clock: HandClock
) -> None:
    person = house.graduate()
    with house.begin() as work:
        services.wait_for_sealing(work, person, BUILDING)
        services.wait_for_sealing(work, person, BUILDING)
    assert house.count(SealingQueue) == 1
    service.broken = True
    ports = house.app.extensions["lms.ports"]
    sealing.run(clock, ports)
    assert house.count(Certificate) == 0

    service.broken = False
    outside.install({SCHEME: service.signer()})  # As after its rest.
    sealing.run(clock, ports)

    assert house.count(Certificate) == 1
    assert house.count(SealingQueue) == 0
    with house.begin() as work:
        sent = [one.template for one in notify.demo_outbox(work.session)]
    assert "certificate_issued" in sent


def test_who_does_not_qualify_any_more_waits_no_longer(
    house: House, clock: HandClock
) -> None:
    person = house.graduate()
    with house.begin() as work:
        services.wait_for_sealing(work, person, BUILDING)
    clock.pass_days(60)  # Past the end of the registration.

    sealing.run(clock, house.app.extensions["lms.ports"])

    assert house.count(SealingQueue) == house.count(Certificate) == 0


def test_who_never_qualified_does_not_wait(house: House) -> None:
    with house.begin() as work:
        person = make.constructor(work, serial=9)
        services.wait_for_sealing(work, person, BUILDING)

    assert house.count(SealingQueue) == 0


# -- what changed meanwhile -----------------------------------------------------------


def test_a_number_that_another_took_meanwhile_is_printed_anew(
    house: House, service: Office
) -> None:
    one, other = house.graduate(1), house.graduate(2)
    done: list[UUID] = []

    def meanwhile() -> None:
        service.before = lambda: None
        with house.app.app_context():
            done.append(house.issue(other))

    service.before = lambda: _in_a_thread(meanwhile)
    held = house.issue(one)

    assert house.card(other, CertificateId(done[0])).facts.number[15:22] == "0000001"
    card = house.card(one, held)
    assert card.facts.number[15:22] == "0000002"
    reader: FileReader = house.app.extensions["lms.ports"][FileReader]
    told = reader.read(
        altered.files(card)[FileKind.PDF], keys.trust(db.session()), issued=True
    )
    assert told.number == card.facts.number


def _in_a_thread(do: Callable[[], None]) -> None:
    thread = threading.Thread(target=do)
    thread.start()
    thread.join()


def test_a_key_that_was_called_broken_meanwhile_seals_nothing(
    house: House, service: Office
) -> None:
    person = house.graduate()

    def stopped() -> None:
        service.before = lambda: None
        with house.app.app_context(), house.begin() as work:
            found = keys.keys_of(work.session, house.owner.key)
            kid = next(
                one.published.kid
                for one in found
                if one.published.purpose is Purpose.SEAL
            )
            ask, _agree = house.two(work, house.owner)
            signing.alarm(ask, house.owner, kid, work.now, "U盾丢失了")

    service.before = lambda: _in_a_thread(stopped)

    with pytest.raises(Refused, match="no_keys"):
        house.issue(person)
    assert house.count(Certificate) == 0


def test_two_at_once_issue_two_and_one_asked_twice_at_once_issues_one(
    house: House,
) -> None:
    people = [house.graduate(serial) for serial in (1, 2, 3)]
    got = together(house.app, [partial(house.issue, one) for one in [*people, *people]])

    assert len(got) == 6
    assert len(set(map(str, got))) == 3
    with house.begin() as work:
        serials = sorted(work.session.scalars(select(Certificate.serial)).all())
    assert serials == [1, 2, 3]


def test_a_deed_that_never_settles_ends(house: House, service: Office) -> None:
    """Each try finds another day: nobody prints for ever."""
    person = house.graduate()
    service.before = lambda: house.clock.pass_seconds(700)

    with pytest.raises(Unavailable, match="busy"):
        house.issue(person)

    assert len(service.asked) >= TRIES
    assert house.count(Certificate) == 0


def test_without_anybody_to_carry_it_a_deed_is_refused_and_nothing_is_asked(
    house: House, service: Office
) -> None:
    person = house.graduate()

    with pytest.raises(Unavailable, match="outside_here"), house.begin() as work:
        services.issue(work, person, BUILDING, printer=house.printer)

    assert service.asked == []


# -- other papers ---------------------------------------------------------------------


def test_a_correction_is_sealed_elsewhere_and_the_old_one_says_which(
    house: House, service: Office
) -> None:
    person = house.graduate()
    old = house.issue(person)

    made = carried(
        house.begin,
        lambda work: services.supersede(
            work, old, printer=house.printer, reason="x", approvals=(new_id(),)
        ),
    )

    assert house.card(person, old).successor == made
    service.broken = True
    with pytest.raises(Unavailable):
        carried(
            house.begin,
            lambda work: services.supersede(
                work, made, printer=house.printer, reason="x", approvals=(new_id(),)
            ),
        )
    assert house.card(person, made).successor is None


def test_an_authoritys_certificate_is_sealed_elsewhere(house: House) -> None:
    ours = Owner(office(Province.INNER_MONGOLIA), _AUTHORITY, role="operator")
    for purpose in Purpose:
        house.equip(ours, purpose, f"o-{purpose.value}")
    printer = house.app.extensions["lms.ports"][RegistrationPrinter]
    with house.begin() as work:
        person = make.constructor(work)
        facts = registrations.facts(person)

    held = carried(
        house.begin,
        lambda work: services.issue_registration(work, facts, printer=printer),
    )

    card = queries.registered(db.session(), person)
    assert card is not None
    assert card.id == held
    data = queries.open_registration_file(db.session(), held, FileKind.OFD)
    reader: FileReader = house.app.extensions["lms.ports"][FileReader]
    told = reader.read(data, keys.trust(db.session()), issued=True)
    assert told.sound, told.findings
    assert told.code == card.facts.token
    # The licence's own number is of the certificate that is in the book.
    assert held.hex.upper() in card.facts.licence_id


_AUTHORITY = "内蒙古自治区住房和城乡建设厅"
