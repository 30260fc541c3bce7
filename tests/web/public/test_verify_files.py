"""A clerk drops a file: the verdict, what it proves, and the book's facts beside it."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.credentials import queries, services
from lms.credentials.ports import Printer
from lms.credentials.queries import CertificateCard
from lms.credentials.rules import FileKind
from lms.credentials.rules.files import ISSUED
from lms.gateways.reader import LocalReader, read
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.policy.model import Specialty
from tests.conftest import Browser, HandClock
from tests.make import altered
from tests.make import credentials as make
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
FLIPS = {FileKind.PDF: 4, FileKind.OFD: 60, FileKind.CREDENTIAL: 120, FileKind.JWT: 120}
"""A strange PDF is read behind a fence, each in a process of its own."""

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


def send(browser: Browser, data: bytes, **more: str) -> TestResponse:
    # Neither name nor type of a file is believed.
    form = {"file": (io.BytesIO(data), "x.txt", "text/plain"), **more}
    return browser.post("/verify/file", form, content_type="multipart/form-data")


def verdict_of(page: TestResponse) -> str:
    found = re.search(r'data-verdict="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def part(page: TestResponse, tone: str) -> str:
    """Read what stands in one part of the checklist; "" when there is none."""
    found = re.search(rf'data-proof="{tone}">(.*?)</section>', page.text, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("kind", ISSUED)
def test_each_form_of_a_certificate_says_what_it_proves(
    browser: Browser, issued: CertificateCard, kind: FileKind
) -> None:
    page = send(browser, altered.files(issued)[kind])

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert verdict_of(page) == "valid"
    assert not part(page, "bad")
    assert "与签发时的原件逐字节一致" in part(page, "ok")
    assert "由示例自治区建筑业协会签署" in part(page, "ok")
    assert "签署的密钥没有被停用" in part(page, "ok")
    assert "请核对照片和身份证件" in part(page, "open")
    assert "文件所写一致" in page.text
    assert "文件里写的是" not in page.text
    assert "张建国" not in page.text.replace('alt="张建国"', "")


def test_an_ofd_is_shown_as_it_is_and_only_while_it_is_sound(
    browser: Browser, issued: CertificateCard
) -> None:
    data = altered.files(issued)[FileKind.OFD]

    sound = send(browser, data)
    broken = send(browser, altered.repacked(data, **{"Doc_0/More.xml": b"<x/>"}))

    found = re.search(r'src="(/verify/picture[?][^"]+)"', sound.text)
    assert found
    drawn = browser.get(found[1].replace("&amp;", "&"))
    assert drawn.mimetype == "image/svg+xml"
    assert drawn.headers["Cache-Control"] == "no-store"
    assert drawn.text.startswith("<svg")
    assert "<script" not in drawn.text
    assert verdict_of(broken) == "tampered"
    assert "/verify/picture" not in broken.text


def test_the_picture_is_for_who_had_the_file_and_for_half_an_hour(
    browser: Browser, clock: HandClock, issued: CertificateCard
) -> None:
    page = send(browser, altered.files(issued)[FileKind.OFD]).text
    (address,) = re.findall(r'src="(/verify/picture[?][^"]+)"', page)
    good = address.replace("&amp;", "&")
    digest, _, by = good.partition("of=")[2].partition("&by=")

    assert browser.get(good).status_code == 200
    assert (
        browser.get(f"/verify/picture?of={digest}&by=1-{'0' * 24}").status_code == 404
    )
    assert browser.get(f"/verify/picture?of={'0' * 64}&by={by}").status_code == 404
    assert browser.get("/verify/picture").status_code == 404
    clock.pass_seconds(32 * 60)
    assert browser.get(good).status_code == 404


def test_another_name_in_the_file_stands_beside_the_books(
    browser: Browser, issued: CertificateCard
) -> None:
    data = altered.files(issued)[FileKind.CREDENTIAL]

    page = send(browser, altered.said(data, "张建国", "张伟国"))

    assert verdict_of(page) == "tampered"
    assert "文件里写的是：张伟国" in page.text
    assert "张*" in page.text
    assert "张建国" not in page.text
    assert "凭证的数字签名不成立" in part(page, "bad")
    assert "签署" not in part(page, "ok")


def test_a_revoked_certificate_is_told_so_though_its_file_is_whole(
    browser: Browser, begin: Begin, issued: CertificateCard
) -> None:
    data = altered.files(issued)[FileKind.JWT]
    with begin() as work:
        services.revoke(work, issued.id, reason="x", approvals=(new_id(),))

    page = send(browser, data)

    assert verdict_of(page) == "revoked"
    assert "登记簿中的现状：已撤销" in part(page, "bad")
    assert "逐字节一致" in part(page, "ok")


def test_a_file_without_its_code_shows_nobody(
    browser: Browser, issued: CertificateCard
) -> None:
    number = issued.facts.number
    data = b'{"type":["VerifiableCredential"],"n":"' + number.encode() + b'"}'

    page = send(browser, data)

    assert verdict_of(page) == "tampered"
    assert "张*" not in page.text
    assert "内蒙古示例建设集团" not in page.text
    assert number in page.text


def test_a_typed_number_helps_where_the_file_hides_it(
    browser: Browser, issued: CertificateCard
) -> None:
    page = send(browser, b"a photograph", number=issued.facts.number)

    assert verdict_of(page) == "tampered"
    assert "张*" not in page.text
    assert "编号是您填写的" in page.text
    assert "文件里写着本平台的证书编号" not in page.text


def test_a_number_that_the_file_bears_is_said_to_be_in_it(
    browser: Browser, issued: CertificateCard
) -> None:
    number = issued.facts.number

    page = send(browser, b'{"n":"' + number.encode() + b'"}', number=number)

    assert verdict_of(page) == "tampered"
    assert "文件里写着本平台的证书编号" in page.text


def test_a_strange_file_is_said_to_be_strange(browser: Browser) -> None:
    page = send(browser, b"\xff\xd8\xff a photograph")

    assert verdict_of(page) == "not_found"
    assert "照片、扫描件和截图无法核对" in page.text
    assert "登记簿里没有这份文件" in part(page, "open")
    assert not part(page, "ok")


@pytest.mark.parametrize("kind", ISSUED)
def test_no_changed_file_passes_the_page(
    browser: Browser, issued: CertificateCard, kind: FileKind
) -> None:
    data = altered.files(issued)[kind]
    for changed in altered.flips(data, FLIPS[kind], seed=8):
        page = send(browser, changed)

        assert page.status_code == 200
        assert verdict_of(page) == "tampered"
        assert 'data-proof="bad"' in page.text


@pytest.mark.long
@pytest.mark.parametrize("kind", ISSUED)
def test_of_ten_thousand_changed_files_none_passes_the_page(
    browser: Browser,
    issued: CertificateCard,
    kind: FileKind,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The whole page, but for the fence: the same reader reads, in this process."""
    monkeypatch.setattr(
        LocalReader, "_fenced", lambda _self, data, trust: read(kind, data, trust)
    )
    data = altered.files(issued)[kind]
    assert verdict_of(send(browser, data)) == "valid"
    told = Counter(
        verdict_of(send(browser, changed))
        for changed in altered.bytes_changed(data, LONG)
    )

    assert told == {"tampered": LONG}


def test_an_update_behind_a_pdf_is_tampered(
    browser: Browser, issued: CertificateCard
) -> None:
    page = send(browser, altered.appended(altered.files(issued)[FileKind.PDF]))

    assert verdict_of(page) == "tampered"
    assert "文件里有签名没有覆盖的内容" in part(page, "bad")


def test_the_page_speaks_english(browser: Browser, issued: CertificateCard) -> None:
    browser.post("/language", {"lang": "en", "next": "/"})

    page = send(browser, altered.files(issued)[FileKind.CREDENTIAL])

    assert '<html lang="en"' in page.text
    assert verdict_of(page) == "valid"
