"""What an operator looks at before a key of another name is used, and the roots."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from lms.accounts.rules import Role
from lms.gateways.signing import seals
from lms.gateways.signing.believing import Roots
from lms.gateways.signing.keys import HouseKeyMaker
from lms.gateways.signing.names import Name
from lms.gateways.signing.sm2_certificates import maker as seal_maker
from lms.jobs import revocation_lists
from lms.kernel.db import db
from lms.kernel.ids import AccountId
from lms.signing import queries, services
from lms.signing.ports import KeyMaker
from lms.signing.rules import HOUSE, Purpose
from lms.signing.services import Brought
from tests.conftest import Browser, HandClock
from tests.make import accounts as people
from tests.make import credentials as graduates
from tests.make import signing as make

Begin = Callable[..., Any]
OTHER = "改名以前的协会"
REASON = "已核对民政部门的更名批复"


@pytest.fixture
def operators(begin: Begin, browser_of: Callable[..., Browser]) -> list[Browser]:
    with begin() as work:
        accounts = [
            people.staff(work, Role.OPERATOR, email=f"{name}@demo.example")
            for name in ("one", "other")
        ]
    return [browser_of(AccountId(one)) for one in accounts]


@pytest.fixture
def asked(begin: Begin) -> UUID:
    """A key that a known authority certified in the former name of an association."""
    with begin() as work:
        here = graduates.association(work)
        mine = make.owner(here, demonstration=True)
        upload, made = make.brought(work, Purpose.DOCUMENT)
        maker = HouseKeyMaker(make.FONTS, roots=Roots(made.chain[1:]))
        named = replace(mine, name=OTHER)
        wanted = Brought(Purpose.DOCUMENT, upload, "单位改过名称")
        asked = services.bring(make.manager(work, here), maker, named, wanted)
        services.decide(make.manager(work, here), maker, named, asked, make.YES)
        return asked


def test_an_operator_sees_both_names_and_answers_with_a_reason(
    operators: list[Browser], asked: UUID, begin: Begin
) -> None:
    one = operators[0]
    listed = one.get("/console/keys").text
    assert f"/console/keys/vouch/{asked}" in listed

    page = one.get(f"/console/keys/vouch/{asked}").text
    assert OTHER in page
    assert "示例自治区建筑业协会" in page
    empty = one.post(f"/console/keys/vouch/{asked}", {"answer": "yes", "comment": ""})
    assert empty.status_code == 422
    sent = one.post(
        f"/console/keys/vouch/{asked}", {"answer": "yes", "comment": REASON}
    )

    assert sent.status_code == 303
    public = one.get("/keys").text
    assert "名称与登记名称不同" in public
    assert REASON in public
    (key,) = one.get("/keys.json").get_json()["keys"]
    assert key["other_name"] == "示例自治区建筑业协会"
    assert one.get(f"/console/keys/vouch/{asked}").status_code == 404


def test_an_operators_no_sends_it_back(operators: list[Browser], asked: UUID) -> None:
    one = operators[0]
    said = {"answer": "no", "comment": "不是同一个单位"}

    assert one.post(f"/console/keys/vouch/{asked}", said).status_code == 303

    assert one.get("/keys.json").get_json()["keys"] == []
    assert f"/console/keys/vouch/{asked}" not in one.get("/console/keys").text


def test_a_manager_finds_no_such_page(
    begin: Begin, browser_of: Callable[..., Browser], asked: UUID
) -> None:
    with begin() as work:
        here = graduates.association(work, code="GZJX", name="另一个协会")
        account = people.staff(work, Role.MANAGER, association_id=here)
    manager = browser_of(account)

    assert manager.get(f"/console/keys/vouch/{asked}").status_code in {403, 404}


def test_a_seal_that_others_made_is_shown_to_be_compared(
    begin: Begin, browser_of: Callable[..., Browser], operators: list[Browser]
) -> None:
    with begin() as work:
        here = graduates.association(work)
        accounts = [
            people.staff(
                work, Role.MANAGER, association_id=here, email=f"{name}@demo.example"
            )
            for name in ("asker", "second")
        ]
        mine = make.owner(here, demonstration=True)
        upload, made = make.brought(work, Purpose.SEAL)
        other = make.maker().found(work.now, demonstration=True)
        own = seal_maker(other.seal, made.valid_from, Name("制章", "SM2", "制章单位"))
        since, until = made.valid_from, made.valid_until
        facts = seals.SealFacts("S", mine.name, (made.chain[0],), since, since, until)
        picture = seals.Picture(seals.read(made.material).picture)
        brought = replace(upload, seal=seals.make(facts, picture, own))
        wanted = Brought(Purpose.SEAL, brought, "改用制章单位的印章")
        one = make.manager(work, here)
        asked = services.bring(one, make.maker(), mine, wanted)
    second = browser_of(AccountId(accounts[1]))

    page = second.get("/console/keys").text
    assert "data:image/png;base64," in page
    sent = second.post(f"/console/keys/own/questions/{asked}", {"answer": "yes"})

    assert sent.status_code == 303
    after = second.get("/console/keys").text
    assert "等平台运维人员核实" in after
    assert 'value="yes"' not in after
    looked = operators[0].get(f"/console/keys/vouch/{asked}").text
    assert "data:image/png;base64," in looked
    assert "请逐字看清印章上的单位名称" in looked


# -- the house's roots ----------------------------------------------------------------


@pytest.fixture
def roots(begin: Begin) -> None:
    with begin() as work:
        make.ring(work, "association:7d4e7f0e-0000-4000-8000-000000000001")


def test_two_operators_renew_a_root(
    operators: list[Browser], roots: None, begin: Begin
) -> None:
    one, other = operators
    assert one.get("/console/keys/house").text.count("正在使用") == 2
    assert one.post("/console/keys/house/renew/credential", {"reason": "将到期了"}
                    ).status_code == 404  # fmt: skip
    assert one.post("/console/keys/house/renew/seal", {"reason": ""}).status_code == 422
    assert (
        one.post(
            "/console/keys/house/renew/seal", {"reason": "根证书将到期"}
        ).status_code
        == 303
    )
    with begin() as work:
        (asked,) = queries.questions(work.session, HOUSE, open_only=True)
    address = f"/console/keys/house/questions/{asked.id}"
    assert "1 项待办" in other.get("/console/keys").text
    assert one.post(address, {"answer": "yes"}).status_code == 422

    assert other.post(address, {"answer": "yes"}).status_code == 303

    page = one.get("/console/keys/house").text
    assert page.count("已更换") == 1
    public = one.get("/keys").text
    assert public.count("下载根证书（PEM）") == 3


def test_who_asked_takes_a_renewal_back(
    operators: list[Browser], roots: None, begin: Begin
) -> None:
    one, other = operators
    one.post("/console/keys/house/renew/document", {"reason": "根证书将到期"})
    with begin() as work:
        (asked,) = queries.questions(work.session, HOUSE, open_only=True)
    address = f"/console/keys/house/questions/{asked.id}/withdraw"

    assert other.post(address, {}).status_code == 404
    assert one.post(address, {}).status_code == 303

    with begin() as work:
        assert queries.questions(work.session, HOUSE, open_only=True) == ()


def test_anybody_fetches_roots_and_what_they_revoked(
    app: Flask, browser: Browser, roots: None, clock: HandClock
) -> None:
    cards = queries.roots(db.session())
    db.session.remove()
    for card in cards:
        assert browser.get(f"/crl/{card.kid}.crl").status_code == 404
        assert b"BEGIN CERTIFICATE" in browser.get(f"/roots/{card.kid}.pem").data

    revocation_lists.run(clock, app.extensions["lms.ports"])
    db.session.remove()

    for card in cards:
        page = browser.get(f"/crl/{card.kid}.crl")
        assert page.status_code == 200
        assert page.mimetype == "application/pkix-crl"
        assert "Set-Cookie" not in page.headers
        mark = {"If-None-Match": page.headers["ETag"]}
        assert browser.get(f"/crl/{card.kid}.crl", headers=mark).status_code == 304
    assert re.search(r"作废名单更新于", browser.get("/keys").text)
    assert browser.get("/roots/4oymiquy7qobjgx3.pem").status_code == 404


def test_a_new_certificate_names_the_address_of_its_list(
    app: Flask, begin: Begin
) -> None:
    maker = app.extensions["lms.ports"][KeyMaker]
    with begin() as work:
        ring = services.equip(
            work, maker, "office:sichuan", "某厅", make.SINCE, demonstration=True
        )
    base = app.extensions["lms.settings"].base_url.encode()
    assert base + b"/crl/" in ring.document.chain[0]
    assert base + b"/crl/" in ring.seal.chain[0]
