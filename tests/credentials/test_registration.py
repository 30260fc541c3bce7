"""Registration certificates: issued, replaced, voided, lent, and asked about."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import select

from lms.credentials import queries, services
from lms.credentials.models import RegistrationCertificate
from lms.credentials.rules import (
    PracticeAct,
    PracticeItem,
    RegistrationState,
    Verdict,
)
from lms.evidence import queries as chain
from lms.evidence.ports import Sealer
from lms.evidence.rules.notes import read_key
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people.models import PersonFile
from lms.people.rules import PaperKind
from lms.policy.model import Province, Specialty
from tests.make import credentials as make_people
from tests.make import registrations as make

TODAY = date(2026, 11, 21)
MUNICIPAL = make.term(Specialty.MUNICIPAL, until=date(2027, 2, 10))


@pytest.fixture
def person(work: Work) -> PersonId:
    return make_people.constructor(work, extra=Specialty.MUNICIPAL, born="19850704")


def code_of(work: Work, person_id: PersonId) -> str:
    held = queries.registered(work.session, person_id)
    assert held is not None
    return held.facts.token


def worth(work: Work, code: str, on: date = TODAY) -> Verdict:
    return queries.check_code(work.session, code, on).verdict


# -- issue ------------------------------------------------------------------------


def test_a_first_registration_gets_the_provinces_next_number(work: Work) -> None:
    numbers = []
    for serial in (1, 2, 3):
        each = make_people.constructor(work, serial=serial)
        make.granted(work, each)
        held = queries.registered(work.session, each)
        assert held is not None
        numbers.append(held.facts.registration_no)

    assert numbers == [f"蒙21520152026{n:05d}" for n in (1, 2, 3)]


def test_what_is_printed_names_all_that_the_annex_asks_for(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person, make.term(), MUNICIPAL)

    held = queries.registered(work.session, person)
    assert held is not None
    facts = held.facts
    assert (facts.name, facts.sex) == ("张建国", "male")
    assert facts.employer == "内蒙古示例建设集团有限责任公司"
    assert facts.issuer == "内蒙古自治区住房和城乡建设厅"
    assert [term.valid_until for term in facts.terms] == [
        make.UNTIL,
        date(2027, 2, 10),
    ]
    assert facts.signed
    assert facts.signed_on == TODAY
    assert facts.issued_on == TODAY
    assert facts.licence_id.startswith("1.2.156.3005.2.11100000000013338W001.")
    assert facts.token.encode() in queries.open_registration_file(work.session, held.id)


def test_the_book_keeps_no_birth_date(work: Work, person: PersonId) -> None:
    make.granted(work, person)

    kept = work.session.scalars(select(RegistrationCertificate.facts)).one()

    assert "1985" not in json.dumps(kept)


def test_asking_again_for_one_grant_gives_the_same_certificate(
    work: Work, person: PersonId
) -> None:
    asked = make.facts(person, source="application:1")

    first = services.issue_registration(work, asked, printer=make.PLAIN)
    again = services.issue_registration(work, asked, printer=make.PLAIN)

    assert first == again
    assert len(queries.registration_versions(work.session, person)) == 1


def test_81_a_new_certificate_supersedes_the_old_at_once(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person, province=Province.CHONGQING)
    old = code_of(work, person)
    make.granted(work, person, make.term(), MUNICIPAL, province=Province.CHONGQING)
    new = code_of(work, person)

    assert worth(work, old) is Verdict.SUPERSEDED
    assert worth(work, new) is Verdict.VALID
    latest, first = queries.registration_versions(work.session, person)
    assert (first.version, latest.version) == (1, 2)
    assert first.facts.registration_no == latest.facts.registration_no
    states = [c.state for c in queries.registration_history(work.session, first.id)]
    assert states == [RegistrationState.VALID, RegistrationState.SUPERSEDED]


def test_81_with_the_last_specialty_the_certificate_is_void(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person, province=Province.CHONGQING)
    code = code_of(work, person)

    left = services.keep_only(work, person, (), printer=make.PLAIN)

    assert left is None
    assert queries.registered(work.session, person) is None
    assert worth(work, code) is Verdict.VOIDED


def test_81_one_of_two_specialties_goes_and_the_other_keeps_its_days(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person, make.term(), MUNICIPAL, province=Province.CHONGQING)
    old = code_of(work, person)

    services.keep_only(work, person, {Specialty.BUILDING}, printer=make.PLAIN)

    held = queries.registered(work.session, person)
    assert held is not None
    assert held.facts.terms == (make.term(),)
    assert worth(work, old) is Verdict.SUPERSEDED


def test_65_what_stays_whole_is_not_printed_again(work: Work, person: PersonId) -> None:
    made = make.granted(work, person, make.term(), MUNICIPAL)
    both = {Specialty.BUILDING, Specialty.MUNICIPAL}

    assert services.keep_only(work, person, both, printer=make.PLAIN) == made


def test_a_revoked_registration_answers_so_and_its_bearer_is_told(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    code = code_of(work, person)

    services.void_registration(work, person, "以欺骗手段取得注册", revoked=True)

    assert worth(work, code) is Verdict.REVOKED
    assert services.void_registration(work, person, "再次") is None


def test_a_number_moves_province_with_its_first_character_alone(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person, province=Province.SICHUAN)
    make.granted(work, person, province=Province.INNER_MONGOLIA)

    newest, oldest = queries.registration_versions(work.session, person)
    assert oldest.facts.registration_no == "川2512015202600001"
    assert newest.facts.registration_no == "蒙2512015202600001"


def test_without_a_signature_inner_mongolia_issues_nothing(
    work: Work, person: PersonId
) -> None:
    unsign(work, person)

    with pytest.raises(Refused) as refused:
        make.granted(work, person)

    assert refused.value.reasons == ("registration_certificate.signature",)
    assert queries.registration_versions(work.session, person) == ()


def unsign(work: Work, person_id: PersonId) -> None:
    signature = work.session.get_one(PersonFile, (person_id, PaperKind.SIGNATURE))
    work.session.delete(signature)
    work.session.flush()


def test_a_name_that_no_font_draws_waits_for_a_hand(work: Work) -> None:
    person_id = make_people.constructor(work, name="欧阳𱁬", serial=9)

    with pytest.raises(Refused) as refused:
        make.granted(work, person_id)

    assert refused.value.code == "registration_certificate.needs_hand"


def test_each_deed_leaves_its_line_and_the_chain_holds(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    made = queries.registered(work.session, person)
    assert made is not None
    services.void_registration(work, person, "registration.cancelled")

    stream = f"registration:{made.id}"
    assert chain.verify(work.session, stream).intact
    kinds = [line.kind for line in reversed(chain.lines(work.session, stream))]
    assert kinds == [
        "registration_certificate.issued",
        "registration_certificate.voided",
    ]


# -- what a stranger is told ------------------------------------------------------


def before_2023(work: Work) -> Work:
    return replace(work, now=datetime(2022, 8, 1, 2, tzinfo=UTC))


def test_86_from_2023_no_certificate_is_good_without_a_signature(
    work: Work, person: PersonId
) -> None:
    unsign(work, person)
    old = make.term(since=date(2022, 8, 1), until=date(2025, 7, 31))
    make.granted(before_2023(work), person, old)
    code = code_of(work, person)

    assert worth(work, code, date(2022, 12, 31)) is Verdict.VALID
    assert worth(work, code, date(2023, 1, 1)) is Verdict.INVALID


def test_86_elsewhere_a_signature_is_no_condition(work: Work, person: PersonId) -> None:
    unsign(work, person)
    make.granted(work, person, province=Province.GUIZHOU)

    assert worth(work, code_of(work, person)) is Verdict.VALID


def test_a_certificate_runs_out_with_its_last_specialty(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person, make.term(), MUNICIPAL)
    code = code_of(work, person)

    assert worth(work, code, date(2027, 2, 11)) is Verdict.VALID
    assert worth(work, code, make.UNTIL) is Verdict.VALID
    assert worth(work, code, make.UNTIL + timedelta(days=1)) is Verdict.EXPIRED


def test_83_an_old_number_says_since_when_it_means_nothing(work: Work) -> None:
    def asked(number: str, on: date = TODAY) -> queries.Answer:
        return queries.check_number(work.session, number, "张建国", on)

    found = asked("京211081200123")
    assert isinstance(found, queries.RegistrationChecked)
    assert found.verdict is Verdict.NOT_FOUND
    assert found.void_since == date(2024, 1, 1)
    assert asked("京211081200123", date(2023, 12, 31)) is queries.NO_REGISTRATION
    assert asked("京2112008201200123") is queries.NO_REGISTRATION
    assert asked("蒙215081200123") is queries.NO_REGISTRATION


def test_83_beijing_writes_old_numbers_in_full(work: Work, person: PersonId) -> None:
    make.granted(work, person, province=Province.BEIJING, number="京211081200123")

    held = queries.registered(work.session, person)
    assert held is not None
    assert held.facts.registration_no == "京2112008201200123"


def test_a_number_answers_with_the_newest_certificate_and_only_to_the_name(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    make.granted(work, person, make.term(), MUNICIPAL)
    held = queries.registered(work.session, person)
    assert held is not None
    number = held.facts.registration_no

    found = queries.check_number(work.session, number, "张建国", TODAY)
    assert isinstance(found, queries.RegistrationChecked)
    assert (found.verdict, found.version) == (Verdict.VALID, 2)
    assert found.name == "张*"
    other = queries.check_number(work.session, number, "张建军", TODAY)
    assert other is queries.NO_REGISTRATION


def test_82_a_file_is_ours_to_the_last_byte_or_tampered(
    work: Work, person: PersonId
) -> None:
    made = make.granted(work, person)
    data = queries.open_registration_file(work.session, made)

    assert queries.check_file(work.session, data, TODAY).verdict is Verdict.VALID
    for other in (data + b" ", data[:-1], data.replace(b"2029", b"2039")):
        told = queries.check_file(work.session, other, TODAY)
        assert told.verdict is Verdict.TAMPERED
    unknown = queries.check_file(work.session, b"%PDF nothing of ours", TODAY)
    assert unknown is queries.NOTHING


def test_a_provinces_list_is_signed_as_a_whole(
    app: Flask, work: Work, person: PersonId, tmp_path: Path
) -> None:
    make.granted(work, person)
    other = make_people.constructor(work, serial=2)
    make.granted(work, other, province=Province.GUIZHOU)
    work.session.commit()
    file = tmp_path / "list.json"

    def export(*more: str) -> Result:
        line = ["licences", "export", "inner_mongolia", str(file), *more]
        return app.test_cli_runner().invoke(args=line)

    assert export().exit_code == 0
    whole = json.loads(file.read_text())
    (one,) = whole["data"]["licences"]
    assert one["holder"]["name"] == "张建国"
    key = read_key(whole["key"])
    assert key is not None
    Ed25519PublicKey.from_public_bytes(key.public).verify(
        base64.b64decode(whole["signature"]),
        queries.signed_bytes(whole["data"], whole["form"]),
    )
    assert export().exit_code != 0
    file.unlink()
    assert export("--since", "2026-11-22").exit_code == 0
    assert json.loads(file.read_text())["data"]["licences"] == []


def test_the_signed_export_verifies_with_the_public_key_alone(
    app: Flask, work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    held = queries.registered(work.session, person)
    assert held is not None
    sealer = app.extensions["lms.ports"][Sealer]

    whole = json.loads(queries.signed_export(held, sealer))

    key = read_key(whole["key"])
    assert key is not None
    Ed25519PublicKey.from_public_bytes(key.public).verify(
        base64.b64decode(whole["signature"]), queries.signed_bytes(whole["data"])
    )
    assert whole["data"]["licence_id"] == held.facts.licence_id
    assert "born" not in json.dumps(whole)


# -- seal and card ----------------------------------------------------------------


def test_a_seal_is_made_lost_and_made_again(work: Work, person: PersonId) -> None:
    def seal(act: PracticeAct, on: date = TODAY) -> None:
        event = services.PracticeEvent(PracticeItem.SEAL, act, on)
        services.record_practice(work, person, event)

    with pytest.raises(Refused, match="unregistered"):
        seal(PracticeAct.MADE)
    make.granted(work, person)
    seal(PracticeAct.MADE, date(2026, 11, 20))
    for wrong, on in (
        (PracticeAct.MADE, TODAY),
        (PracticeAct.LOST, date(2026, 11, 19)),
        (PracticeAct.LOST, date(2026, 11, 22)),
    ):
        with pytest.raises(Refused):
            seal(wrong, on)
    seal(PracticeAct.LOST)
    seal(PracticeAct.MADE)

    acts = [line.act for line in queries.practice(work.session, person)]
    assert acts == [PracticeAct.MADE, PracticeAct.LOST, PracticeAct.MADE]
