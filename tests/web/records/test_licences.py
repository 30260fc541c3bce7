"""The registration certificate on its bearer's pages: own things only, own word."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.credentials import queries, services
from lms.credentials.models import UseCopy
from lms.credentials.rules import CopyState
from lms.kernel.db import db
from lms.kernel.ids import PersonId, UseCopyId
from lms.policy.model import Province, Specialty
from lms.signing import rules as owners
from tests.conftest import Browser
from tests.make import credentials as make_people
from tests.make import registrations as make
from tests.make import signing

Begin = Callable[..., Any]
BrowserOf = Callable[..., Browser]


@pytest.fixture
def person(begin: Begin) -> PersonId:
    with begin() as work:
        made = make_people.constructor(work, born="19850704")
        make.granted(work, made)
        signing.ring(work, owners.office(Province.INNER_MONGOLIA))
    db.session.remove()
    return made


@pytest.fixture
def own(begin: Begin, person: PersonId, browser_of: BrowserOf) -> Browser:
    with begin() as work:
        account = accounts.account_of(work.session, person).id
    return browser_of(account)


def held(person: PersonId, session: Session) -> queries.RegistrationCertificateCard:
    found = queries.registered(session, person)
    assert found is not None
    return found


def asked(begin: Begin, person: PersonId) -> UseCopyId:
    with begin() as work:
        ask = services.CopyAsk(person, make.bound(work, person), "某工程投标")
        return services.ask_use_copy(work, ask)


def state(copy_id: UseCopyId) -> CopyState:
    found = db.session.scalars(select(UseCopy.state).where(UseCopy.id == copy_id)).one()
    db.session.remove()
    return found


def test_my_certificates_lead_with_the_registration(
    own: Browser, person: PersonId, session: Session
) -> None:
    page = own.get("/certificates").text

    assert "注册证书" in page
    assert "蒙2152015202600001" in page
    one = own.get(f"/certificates/registration/{held(person, session).id}").text
    assert "手写本人签名" in one
    assert "执业印章" in one
    assert "1.2.156.3005.2." in one


def test_the_file_is_the_one_issued_and_nobody_elses(
    own: Browser, person: PersonId, session: Session, browser: Browser
) -> None:
    card = held(person, session)
    where = f"/certificates/registration/{card.id}/file"

    got = own.get(where)

    assert got.data == queries.open_registration_file(session, card.id)
    assert got.headers["Cache-Control"] == "no-store"
    assert browser.get(where).status_code != 200


def test_anothers_certificate_is_not_there(begin: Begin, own: Browser) -> None:
    with begin() as work:
        other = make_people.constructor(work, serial=2)
        made = make.granted(work, other)
    db.session.remove()
    for tail in ("", "/file", "/data"):
        got = own.get(f"/certificates/registration/{made}{tail}")
        assert got.status_code == 404


def test_the_data_are_signed(own: Browser, person: PersonId, session: Session) -> None:
    got = own.get(f"/certificates/registration/{held(person, session).id}/data")

    whole = json.loads(got.data)
    assert whole["form"] == "registration-certificate/1"
    assert whole["data"]["registration_no"] == "蒙2152015202600001"
    assert whole["signature"]


def test_a_company_uses_nothing_before_the_yes(
    begin: Begin, own: Browser, person: PersonId
) -> None:
    copy_id = asked(begin, person)
    where = f"/certificates/registration/copies/{copy_id}"

    assert "申请使用您的注册证书" in own.get("/certificates").text
    assert "同意使用" in own.get(where).text
    assert own.post(f"{where}/confirm").status_code == 303
    assert state(copy_id) is CopyState.CONFIRMED
    assert own.get(f"{where}/file").data.startswith(b"%PDF")
    assert own.post(f"{where}/withdraw").status_code == 303
    assert state(copy_id) is CopyState.VOIDED
    assert own.post(f"{where}/confirm").status_code == 422


def test_a_no_is_a_no(begin: Begin, own: Browser, person: PersonId) -> None:
    copy_id = asked(begin, person)
    where = f"/certificates/registration/copies/{copy_id}"

    own.post(f"{where}/refuse")

    assert state(copy_id) is CopyState.REFUSED
    assert "同意使用" not in own.get(where).text
    assert own.post(f"{where}/burn").status_code == 404


def test_a_seal_is_written_down(own: Browser, person: PersonId) -> None:
    form = {"item": "seal", "act": "made", "on": "2026-11-20", "note": "自行制作"}

    assert own.post("/certificates/registration/practice", form).status_code == 303
    again = own.post("/certificates/registration/practice", form)
    odd = own.post("/certificates/registration/practice", {"item": "seal"})

    assert again.status_code == 422
    assert odd.status_code == 404


def test_an_old_certificate_says_where_the_new_one_is(
    begin: Begin, own: Browser, person: PersonId, session: Session
) -> None:
    old = held(person, session)
    db.session.remove()
    with begin() as work:
        more = make.term(Specialty.MUNICIPAL)
        make.granted(work, person, make.term(), more, province=Province.CHONGQING)

    page = own.get(f"/certificates/registration/{old.id}").text

    assert "这是旧证书" in page
    assert "历次证书" in page
