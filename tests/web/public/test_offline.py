"""A phone without a network checks a certificate's code, and says what that proves."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageOps
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import (
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

from lms.credentials import queries, services
from lms.credentials.rules import Facts
from lms.gateways.credential import qr_code
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.policy.model import Specialty
from lms.signing import rules as signing
from lms.signing.models import SigningKey
from lms.signing.rules import Key, Standing
from tests.browser import DESK, PHONE, Screen, Tour, launched, opened
from tests.conftest import Browser
from tests.make import credential_facts
from tests.make import credentials as make
from tests.make import signing as make_keys

Begin = Callable[..., Any]
SHELL = re.compile(r"const SHELL = (\{.*\});")


# -- what the house gives ------------------------------------------------------------


def shell(browser: Browser) -> dict[str, Any]:
    found = SHELL.match(browser.get("/offline-worker.js").text)
    assert found
    kept: dict[str, Any] = json.loads(found[1])
    return kept


def test_everything_that_is_to_be_kept_is_there(browser: Browser) -> None:
    kept = shell(browser)

    for address in (*kept["files"], *kept["pages"].values()):
        with browser.get(address) as answered:
            assert answered.status_code == 200, address


def test_nothing_that_the_page_needs_is_left_out(browser: Browser, app: Flask) -> None:
    kept = {address.partition("?")[0] for address in shell(browser)["files"]}
    page = browser.get("/offline").text
    named = set(re.findall(r'(?:src|href)="(/static/[^"?#]+)', page))
    imported = set()
    for script in Path(str(app.static_folder), "js").glob("offline*.js"):
        words = script.read_text("utf-8")
        imported |= set(re.findall(r'(?:from|import\() ?"\./([^"]+)"', words))

    assert named - {"/static/img/app-192.png"} <= kept
    assert {f"/static/js/{name}" for name in imported} <= kept


def test_the_page_alone_may_ask_for_the_camera_and_keeps_the_strict_policy(
    browser: Browser,
) -> None:
    page = browser.get("/offline?lang=en")

    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert "camera=()" in browser.get("/verify").headers["Permissions-Policy"]
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert '<html lang="en"' in page.text
    assert "Set-Cookie" not in page.headers


def test_a_phone_is_told_how_to_keep_it_as_an_application(browser: Browser) -> None:
    said = json.loads(browser.get("/offline.webmanifest").data)

    assert said["start_url"].startswith("/offline")
    for icon in said["icons"]:
        with browser.get(icon["src"]) as answered:
            picture = Image.open(io.BytesIO(answered.data))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_the_worker_is_not_sent_twice(browser: Browser) -> None:
    first = browser.get("/offline-worker.js")
    mark = {"If-None-Match": first.headers["ETag"]}

    assert first.mimetype == "text/javascript"
    assert browser.get("/offline-worker.js", headers=mark).status_code == 304


# -- what a phone does ---------------------------------------------------------------


@dataclass
class Street:
    """The house on a port of its own, and a certificate with its code."""

    url: str
    facts: Facts
    key: Key

    def address(self, payload: str = "", token: str = "") -> str:
        code = payload or qr_code(self.facts, self.key)
        return f"{self.url}/v/{token or self.facts.token}#{code}"


@pytest.fixture
def street(app: Flask, begin: Begin) -> Iterator[Street]:
    with begin() as work:
        association = make.association(work)
        ring = make_keys.ring(work, signing.association(association))
        person = make.graduate(work, association)
        made = services.issue(work, person, Specialty.BUILDING, printer=make.PLAIN)
        card = queries.owned(work.session, person, made, legal_day(work.now))
    db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    yield Street(url, card.facts, ring.credential)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def theatre() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(theatre: Playwright) -> Iterator[Chromium]:
    browser = launched(theatre)
    yield browser
    browser.close()


@pytest.fixture
def phone(chromium: Chromium, street: Street) -> Iterator[BrowserContext]:
    """A phone that kept the page once, and complains of nothing."""
    context = opened(chromium, street.url, PHONE)
    page = context.new_page()
    page.goto("/offline")
    page.locator("[data-ready]").wait_for()
    page.close()
    yield context
    context.close()


def look(phone: BrowserContext, address: str) -> Page:
    page = phone.new_page()
    page.goto(address)
    page.locator("[data-result]").wait_for()
    return page


def answer(page: Page) -> str:
    shown = page.locator("[data-answer]:visible")
    expect(shown).to_have_count(1)
    return shown.get_attribute("data-answer") or ""


@pytest.mark.browser
def test_without_a_network_a_certificates_address_is_checked_by_the_phone(
    phone: BrowserContext, street: Street
) -> None:
    phone.set_offline(True)

    page = look(phone, street.address())

    assert answer(page) == "good"
    said = page.locator("[data-facts]").inner_text()
    for words in (street.facts.number, "张*", "建筑工程", "60", "2026-12-31", "示例"):
        assert words in said
    assert "张建国" not in page.content()
    expect(page.locator("[data-online]")).to_contain_text("是否被撤销")
    expect(page.locator("[data-led]")).to_be_visible()


@pytest.mark.browser
def test_a_browser_that_does_not_know_the_signature_is_helped(
    phone: BrowserContext, street: Street
) -> None:
    phone.add_init_script(
        "crypto.subtle.importKey ="
        " () => Promise.reject(new DOMException('', 'NotSupportedError'));"
    )
    phone.set_offline(True)
    payload = qr_code(street.facts, street.key)
    other = payload[:30] + ("A" if payload[30] != "A" else "B") + payload[31:]

    assert answer(look(phone, street.address())) == "good"
    assert answer(look(phone, street.address(other))) == "spoiled"


@pytest.mark.browser
def test_what_was_changed_or_moved_is_refused_and_not_shown(
    phone: BrowserContext, street: Street
) -> None:
    payload = qr_code(street.facts, street.key)
    stranger = qr_code(street.facts, credential_facts.key(seed=b"z"))
    another = credential_facts.REGISTRATION  # of which an association has no say
    phone.set_offline(True)

    for spoiled, token, said in (
        (payload[:-1] + ("A" if payload[-1] != "A" else "Q"), "", "spoiled"),
        (
            payload[:40] + ("A" if payload[40] != "A" else "B") + payload[41:],
            "",
            "spoiled",
        ),
        (payload, "8F3KQ7ZD2M6X00000000000001", "spoiled"),
        (payload[:60], "", "spoiled"),
        (stranger, "", "unknown"),
        (qr_code(another, street.key), another.token, "spoiled"),
    ):
        page = look(phone, street.address(spoiled, token))
        assert answer(page) == said
        assert not page.locator("[data-facts]").is_visible()
        page.close()


@pytest.mark.browser
def test_a_broken_key_is_warned_of(
    phone: BrowserContext, street: Street, begin: Begin
) -> None:
    with begin() as work:
        row = work.session.query(SigningKey).filter_by(kid=street.key.kid).one()
        row.standing = Standing.COMPROMISED
    page = phone.new_page()
    page.goto("/offline")
    page.locator("[data-keys-there]").wait_for()
    phone.set_offline(True)

    assert answer(look(phone, street.address())) == "broken"


@pytest.mark.browser
def test_who_kept_a_retired_key_signs_no_code_of_a_later_day(
    phone: BrowserContext, street: Street, begin: Begin
) -> None:
    later = replace(street.facts, issued_on=street.facts.issued_on + timedelta(days=2))
    with begin() as work:
        row = work.session.query(SigningKey).filter_by(kid=street.key.kid).one()
        row.standing, row.changed_at = Standing.RETIRED, work.now
    page = phone.new_page()
    page.goto("/offline")
    page.locator("[data-keys-there]").wait_for()
    phone.set_offline(True)

    assert answer(look(phone, street.address())) == "good"
    forged = qr_code(later, street.key)
    assert answer(look(phone, street.address(forged))) == "spoiled"


@pytest.mark.browser
@pytest.mark.parametrize("turn", [0, 7])
def test_a_photo_of_the_code_is_enough(
    phone: BrowserContext, street: Street, tmp_path: Path, turn: int
) -> None:
    code = zxingcpp.create_barcode(
        street.address(), zxingcpp.BarcodeFormat.QRCode, ec_level="M"
    )
    drawn = Image.fromarray(code.to_image(scale=6, add_quiet_zones=True)).convert("L")
    paper = ImageOps.expand(drawn, 300, 235).rotate(turn, fillcolor=235)
    paper.convert("RGB").save(tmp_path / "photo.jpg", quality=70)
    page = phone.new_page()
    page.goto("/offline")
    phone.set_offline(True)

    page.locator("[data-photo]").set_input_files(tmp_path / "photo.jpg")

    page.locator("[data-result]").wait_for()
    assert answer(page) == "good"


@pytest.mark.browser
def test_the_camera_finds_the_code(
    theatre: Playwright, street: Street, tmp_path: Path
) -> None:
    code = zxingcpp.create_barcode(
        street.address(), zxingcpp.BarcodeFormat.QRCode, ec_level="M"
    )
    drawn = Image.fromarray(code.to_image(scale=6, add_quiet_zones=True)).convert("L")
    sheet = Image.new("L", (640, 480), 225)
    sheet.paste(drawn, ((640 - drawn.width) // 2, (480 - drawn.height) // 2))
    film = tmp_path / "camera.y4m"
    grey = bytes([128]) * (640 * 480 // 2)
    frame = b"FRAME\n" + sheet.tobytes() + grey
    film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A0:0 C420mpeg2\n" + 3 * frame)
    browser = launched(
        theatre,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    page = opened(browser, street.url, PHONE).new_page()
    page.goto("/offline")
    page.locator("[data-keys-there]").wait_for()

    page.locator("[data-scan]").tap()

    page.locator("[data-result]").wait_for()
    assert answer(page) == "good"
    expect(page.locator("[data-live]")).to_be_hidden()
    browser.close()


@pytest.mark.browser
def test_a_code_of_another_house_is_warned_of(
    phone: BrowserContext, street: Street, tmp_path: Path
) -> None:
    away = street.address().replace("127.0.0.1", "127.0.0.2")
    code = zxingcpp.create_barcode(away, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    Image.fromarray(code.to_image(scale=5, add_quiet_zones=True)).save(
        tmp_path / "photo.png"
    )
    page = phone.new_page()
    page.goto("/offline")

    page.locator("[data-photo]").set_input_files(tmp_path / "photo.png")

    page.locator("[data-result]").wait_for()
    assert answer(page) == "foreign"


@pytest.mark.browser
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_fit_the_screen_and_shut_nobody_out(
    chromium: Chromium, street: Street, tmp_path: Path, screen: Screen
) -> None:
    context = opened(chromium, street.url, screen)
    tour = Tour(context.new_page(), screen, tmp_path)

    tour.go("/offline")
    tour.page.locator("[data-ready]").wait_for()
    tour.look("offline")
    tour.go(street.address())
    tour.page.locator('[data-code="agrees"]').wait_for()
    tour.look("online")
    context.set_offline(True)
    tour.go("about:blank")
    tour.go(street.address())
    tour.page.locator("[data-result]").wait_for()
    tour.look("answered")

    context.close()
    # The browser complains of the list of keys, which cannot come anew.
    faults = [one for one in tour.faults if "ERR_INTERNET_DISCONNECTED" not in one]
    assert not faults, tour.report()


@pytest.mark.browser
def test_with_a_network_the_book_answers_and_the_code_is_compared(
    phone: BrowserContext, street: Street, begin: Begin
) -> None:
    page = phone.new_page()
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text))
    payload = qr_code(street.facts, street.key)
    other = payload[:40] + ("A" if payload[40] != "A" else "B") + payload[41:]

    page.goto(street.address())
    expect(page.locator("[data-verdict]")).to_be_visible()
    expect(page.locator('[data-code="agrees"]')).to_be_visible()

    page.goto("about:blank")
    page.goto(street.address(other))
    expect(page.locator('[data-code="differs"]')).to_be_visible()

    page.goto("about:blank")
    page.goto(f"/v/{street.facts.token}")
    expect(page.locator("[data-verdict]")).to_be_visible()
    expect(page.locator("[data-code]:visible")).to_have_count(0)
    assert not heard
