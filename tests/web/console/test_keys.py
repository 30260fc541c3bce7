"""密钥与签章 at the desk: two managers, plain words, and no key on any page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509

from lms.accounts.rules import Role
from lms.kernel.ids import AccountId, AssociationId
from lms.kernel.work import Work
from lms.notify import queries as notify
from lms.policy.model import Province
from lms.signing import queries
from lms.signing.rules import Purpose, Standing
from tests.conftest import Browser
from tests.make import accounts as people
from tests.make import credentials as graduates
from tests.make import signing as make

Begin = Callable[..., Any]


class Desk:
    """An association with two managers, each in a browser."""

    def __init__(
        self, here: AssociationId, one: Browser, other: Browser, begin: Begin
    ) -> None:
        self.here, self.one, self.other, self.begin = here, one, other, begin
        self.owner = make.owner(here, demonstration=True)

    def held(self) -> tuple[queries.KeyCard, ...]:
        with self.begin() as work:
            return queries.keys_of(work.session, self.owner.key)

    def question(self) -> str:
        with self.begin() as work:
            (one,) = queries.questions(work.session, self.owner.key, open_only=True)
            return str(one.id)

    def answer(self, browser: Browser, answer: str, comment: str = "") -> int:
        address = f"/console/keys/own/questions/{self.question()}"
        sent = browser.post(address, {"answer": answer, "comment": comment})
        return sent.status_code


@pytest.fixture
def desk(begin: Begin, browser_of: Callable[..., Browser]) -> Desk:
    with begin() as work:
        here = graduates.association(work)
        one, other = (
            people.staff(
                work, Role.MANAGER, association_id=here, email=f"{name}@demo.example"
            )
            for name in ("one", "other")
        )
    return Desk(here, browser_of(one), browser_of(other), begin)


def test_a_desk_without_keys_learns_what_a_key_is(desk: Desk) -> None:
    page = desk.one.get("/console/keys").text

    assert "私钥像公章" in page
    assert page.count("未设置") == 3


def test_one_manager_asks_and_another_agrees(desk: Desk) -> None:
    for purpose in Purpose:
        sent = desk.one.post(
            f"/console/keys/own/generate/{purpose.value}",
            {"years": "3", "reason": "首次设置"},
        )
        assert sent.status_code == 303
        assert "须由另一位负责人登录后办理" in desk.one.get("/console/keys").text
        assert desk.answer(desk.one, "yes") == 422
        assert desk.answer(desk.other, "yes") == 303

    page = desk.one.get("/console/keys").text
    assert page.count("正在使用") == 3
    assert {card.published.standing for card in desk.held()} == {Standing.ACTIVE}


def test_the_home_of_the_other_manager_shows_what_waits(desk: Desk) -> None:
    desk.one.post(
        "/console/keys/own/generate/seal", {"years": "3", "reason": "首次设置"}
    )
    assert "待办密钥" in desk.other.get("/console").text
    due = re.search(r"等您办理（(\d+)）", desk.other.get("/console").text)
    assert due is not None
    assert due[1] == "1"
    due = re.search(r"等您办理（(\d+)）", desk.one.get("/console").text)
    assert due is not None
    assert due[1] == "0"


def test_a_refusal_without_words_is_not_taken(desk: Desk) -> None:
    desk.one.post(
        "/console/keys/own/generate/seal", {"years": "3", "reason": "首次设置"}
    )
    assert desk.answer(desk.other, "no") == 422
    assert desk.answer(desk.other, "no", "还没有必要") == 303
    assert desk.held() == ()


def test_a_brought_key_is_checked_and_never_shown_again(
    desk: Desk, begin: Begin
) -> None:
    with begin() as work:
        upload, made = make.brought(work, Purpose.DOCUMENT)
    good = {
        "key_text": upload.key.decode(),
        "certificates": (io.BytesIO(upload.certificates), "chain.pem"),
        "reason": "改用持牌机构的证书",
    }
    no_reason = {**good, "reason": ""}
    again = desk.one.post("/console/keys/own/import/document", no_reason)
    assert again.status_code == 422
    assert "PRIVATE KEY" not in again.text
    good["certificates"] = (io.BytesIO(upload.certificates), "chain.pem")
    sent = desk.one.post("/console/keys/own/import/document", good)
    assert sent.status_code == 303
    assert desk.answer(desk.other, "yes") == 303
    (card,) = desk.held()
    assert card.published.chain == made.chain


def test_what_is_wrong_with_a_brought_key_is_said_in_words(
    desk: Desk, begin: Begin
) -> None:
    with begin() as work:
        upload, _made = make.brought(work, Purpose.DOCUMENT)
        other, _also = make.brought(work, Purpose.DOCUMENT)
    page = desk.one.post(
        "/console/keys/own/import/document",
        {
            "key_file": (io.BytesIO(other.key), "key.pem"),
            "certificates": (io.BytesIO(upload.certificates), "chain.pem"),
            "reason": "改用持牌机构的证书",
        },
    )
    assert page.status_code == 422
    assert "私钥与证书不是一对" in page.text
    nothing = desk.one.post(
        "/console/keys/own/import/document", {"reason": "改用持牌机构的证书"}
    )
    assert "请选择私钥文件" in nothing.text


def ready(desk: Desk, begin: Begin, purpose: Purpose = Purpose.DOCUMENT) -> str:
    with begin() as work:
        ring = make.ring(work, desk.owner.key)
    return {Purpose.DOCUMENT: ring.document, Purpose.SEAL: ring.seal}[purpose].kid


def test_a_key_gives_the_request_for_an_authority(desk: Desk, begin: Begin) -> None:
    kid = ready(desk, begin)
    given = desk.one.post(f"/console/keys/own/key/{kid}/request")
    assert given.headers["Cache-Control"] == "no-store"
    request = x509.load_pem_x509_csr(given.data)
    assert request.is_signature_valid
    assert "PRIVATE" not in given.text


def test_certificates_of_an_authority_are_taken_by_two_persons(
    desk: Desk, begin: Begin
) -> None:
    kid = ready(desk, begin)
    with begin() as work:
        brought = make.certified(work, desk.owner, kid)
    sent = desk.one.post(
        f"/console/keys/own/key/{kid}/certify",
        {
            "certificates": (io.BytesIO(brought.upload.certificates), "a.pem"),
            "reason": "机构颁发了证书",
        },
    )
    assert sent.status_code == 303
    assert desk.answer(desk.other, "yes") == 303
    assert kid not in {
        card.published.kid
        for card in desk.held()
        if card.published.standing is Standing.ACTIVE
    }


def test_a_lifted_alarm_wants_its_reason_and_says_that_the_key_is_back(
    desk: Desk, begin: Begin
) -> None:
    kid = ready(desk, begin)
    sent = {"reason": "U盾丢失了", "sure": "y"}
    desk.one.post(f"/console/keys/own/key/{kid}/alarm", sent)
    page = desk.other.get("/console/keys/own").text
    assert "解除停用必须在上面写明" in page
    assert "选填" not in page
    assert desk.answer(desk.other, "no") == 422
    assert desk.answer(desk.other, "no", "当面问过，没有泄露") == 303
    page = desk.other.get("/console/keys/own").text
    assert "密钥继续使用" in page
    assert "已退回" not in page


def test_one_stops_a_key_at_once_and_another_is_told(desk: Desk, begin: Begin) -> None:
    kid = ready(desk, begin)
    address = f"/console/keys/own/key/{kid}/alarm"
    assert desk.one.post(address, {"reason": "U盾丢失了"}).status_code == 422

    sent = desk.one.post(address, {"reason": "U盾丢失了", "sure": "y"})

    assert sent.status_code == 303
    page = desk.other.get("/console/keys").text
    assert "已停用，等核实" in page
    assert "密钥已停用，现在不能签发证书" in page
    assert "/console/keys/own/new/document" in page
    with begin() as work:
        told = letters(work)
    assert told == ["key_alarmed"]
    assert "已停用（可能泄露）" in desk.one.get("/keys").text


def letters(work: Work) -> list[str]:
    return [one.template for one in notify.demo_outbox(work.session)]


def test_a_stranger_kid_is_not_found(desk: Desk) -> None:
    assert desk.one.get("/console/keys/own/key/4oymiquy7qobjgx3").status_code == 404
    assert desk.one.get("/console/keys/sichuan").status_code == 404
    assert desk.one.get("/console/keys/own/new/nothing").status_code == 404


def test_operators_look_after_the_keys_of_an_authority(
    begin: Begin, browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        one, other = (
            people.staff(work, Role.OPERATOR, email=f"{name}@demo.example")
            for name in ("one", "other")
        )
    first, second = browser_of(AccountId(one)), browser_of(AccountId(other))
    place = Province.SICHUAN.value
    assert "四川省住房和城乡建设厅" in first.get("/console/keys").text
    first.post(
        f"/console/keys/{place}/generate/seal", {"years": "5", "reason": "首次设置"}
    )
    with begin() as work:
        (asked,) = queries.questions(work.session, f"office:{place}", open_only=True)
    address = f"/console/keys/{place}/questions/{asked.id}"
    assert first.post(address, {"answer": "yes"}).status_code == 422
    assert second.post(address, {"answer": "yes"}).status_code == 303
    assert "1/3 可用" in first.get("/console/keys").text
