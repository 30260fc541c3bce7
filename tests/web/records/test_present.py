"""亮证: a code of this minute, with script and without, and what a scan of it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image

from lms.accounts import queries as accounts
from lms.credentials import queries, services
from lms.kernel.clock import legal_day
from lms.kernel.ids import new_id
from lms.policy.model import Specialty
from tests.conftest import Browser, HandClock
from tests.make import credentials as make
from tests.make import registrations
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]


class Site:
    """Somebody on site with a phone, and somebody who scans it."""

    def __init__(self, app: Flask, begin: Begin, browser_of: Any) -> None:
        with begin() as work:
            self.person = make.graduate(work, make.association(work, keys=True))
            self.held = services.issue(
                work, self.person, Specialty.BUILDING, printer=make.PLAIN
            )
            self.licence = registrations.granted(work, self.person)
            account = accounts.account_of(work.session, self.person)
        self.browser: Browser = browser_of(account.id)
        self.guard = Browser(app)

    def page(self, held: Any = None) -> Any:
        return self.browser.get(f"/certificates/{held or self.held}/present")

    def scan(self, page: Any) -> str:
        """Read the code as a camera does: from the modules that are drawn."""
        side = int(re.findall(r'viewBox="-2 -2 (\d+) ', page.text)[0]) - 4
        picture = Image.new("L", (side + 8, side + 8), 255)
        for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", page.text):
            picture.putpixel((int(x) + 4, int(y) + 4), 0)
        shot = picture.resize((4 * picture.width, 4 * picture.height))
        (found,) = zxingcpp.read_barcodes(shot)
        return str(found.text)


@pytest.fixture
def site(app: Flask, begin: Begin, browser_of: Any) -> Site:
    return Site(app, begin, browser_of)


def test_it_shows_who_what_and_until_when(site: Site) -> None:
    page = site.page()

    for words in ("张建国", "建筑工程", "有效", "SLXH-JXJY-2026-0000001-2", "合格证"):
        assert words in page.text
    assert "/me/photo.jpg" in page.text
    assert "2026-11-21 10:00:00" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_it_renews_itself_at_the_minute_without_script(
    site: Site, clock: HandClock
) -> None:
    clock.pass_seconds(42)

    assert re.search(
        r'<noscript>\s*<meta http-equiv="refresh" content="18">', site.page().text
    )


def test_a_scan_on_site_says_that_the_code_is_of_this_moment(site: Site) -> None:
    link = site.scan(site.page())

    answer = site.guard.get(_path(link))
    assert "现场亮证：代码在有效时间内" in answer.text
    assert "证书真实有效" in answer.text
    english = site.guard.get(f"{_path(link)}&lang=en")
    assert 'data-moment="live"' in english.text
    assert "Set-Cookie" not in answer.headers


def test_a_picture_of_the_screen_is_found_out(site: Site, clock: HandClock) -> None:
    link = site.scan(site.page())
    clock.pass_seconds(150)

    answer = site.guard.get(_path(link))

    assert "代码已过期，可能是截图" in answer.text
    assert "现场亮证" not in answer.text
    assert "证书真实有效" in answer.text


def test_each_minute_has_its_own_code(site: Site, clock: HandClock) -> None:
    first = site.scan(site.page())
    clock.pass_seconds(59)
    same = site.scan(site.page())
    clock.pass_seconds(1)

    assert first == same != site.scan(site.page())


def test_a_code_of_one_certificate_says_nothing_of_another(site: Site) -> None:
    code = site.scan(site.page()).partition("?")[2]
    other = site.scan(site.page(site.licence)).partition("?")[0]

    answer = site.guard.get(_path(f"{other}?{code}"))

    assert "不是本平台生成的现场代码" in answer.text


def test_a_link_from_paper_says_nothing_of_the_moment(site: Site) -> None:
    link = site.scan(site.page()).partition("?")[0]

    assert "data-moment" not in site.guard.get(_path(link)).text


@pytest.mark.parametrize("token", ["0" * 26, "x"])
def test_an_unknown_certificate_says_nothing_of_the_moment(
    site: Site, token: str
) -> None:
    code = site.scan(site.page()).partition("?")[2]

    assert "data-moment" not in site.guard.get(f"/v/{token}?{code}").text


def test_a_code_typed_in_by_hand_never_reaches_the_page(site: Site) -> None:
    link = _path(site.scan(site.page()).partition("?")[0])

    answer = site.guard.get(f"{link}?at=%22%3E%3Cscript%3E")

    assert "<script>" not in answer.text
    assert 'data-moment="forged"' in answer.text


def test_what_is_revoked_is_shown_as_revoked(site: Site, begin: Begin) -> None:
    with begin() as work:
        services.revoke(work, site.held, reason="x", approvals=(new_id(),))

    page = site.page()

    assert "已失效" in page.text
    assert 'class="present bad"' in page.text


def test_a_registration_certificate_is_shown_alike(site: Site, begin: Begin) -> None:
    page = site.page(site.licence)

    assert "注册证书" in page.text
    link = site.scan(page)
    assert "注册证书真实有效" in site.guard.get(_path(link)).text
    with begin() as work:
        held = queries.holding(
            work.session, site.person, site.licence, legal_day(work.now)
        )
    assert held.number in page.text


def _path(link: str) -> str:
    return "/" + link.partition("//")[2].partition("/")[2]
