"""Whoever meets an error is told what to do, and has a way on that is theirs."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.test import TestResponse

from lms.web.doors import public
from tests.conftest import Browser
from tests.make import accounts as make
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
HERE = "http://localhost"


def ways(page: TestResponse) -> dict[str, str]:
    """Read the ways on from an error page, by their words."""
    part = page.text.partition('class="actions"')[2].partition("</p>")[0]
    found = re.findall(r'href="([^"]*)"[^>]*>(?:<svg.*?</svg>)?([^<]+)</a>', part, re.S)
    return {words.strip(): html.unescape(href) for href, words in found}


def from_page(path: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Referer": path if "://" in path else f"{HERE}{path}"}}


@pytest.fixture
def broken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the page about the platform fail in one of HTTP's ways."""

    def _break(status: int) -> None:
        @public
        def fails() -> None:
            kind: type[HTTPException] = default_exceptions[status]
            raise kind

        monkeypatch.setitem(app.view_functions, "public.about", fails)

    return _break


@pytest.mark.parametrize("status", sorted(set(default_exceptions) - {401, 405}))
def test_every_error_says_what_to_do_and_leads_on(
    browser: Browser, broken: Callable[[int], None], status: int
) -> None:
    broken(status)

    page = browser.get("/about", **from_page("/courses"))

    assert page.status_code == status
    assert ways(page) == {
        "返回刚才的页面": "/courses",
        "回到首页": "/",
        "登录": "/account/sign-in?next=/about",
    }
    told = re.search(r'role="alert">([^<]+)</p>\s*<p>([^<]+)</p>', page.text)
    assert told
    assert told[1] != told[2]
    assert "请" in told[2]
    assert f"http.{status}" not in page.text


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (403, "没有权限"),
        (404, "没有找到"),
        (409, "情况有变化"),
        (410, "已不再提供"),
        (413, "内容过大"),
        (422, "操作未完成"),
        (429, "操作太频繁"),
        (500, "系统繁忙"),
        (503, "系统繁忙"),
    ],
)
def test_each_kind_is_called_what_it_is(
    browser: Browser, broken: Callable[[int], None], status: int, title: str
) -> None:
    broken(status)

    page = browser.get("/about").text

    assert f"<h1>{title}</h1>" in page
    assert "操作未完成（" not in page


def test_a_verb_that_is_not_taken_is_explained(browser: Browser) -> None:
    page = browser.client.delete("/courses")

    assert page.status_code == 405
    assert "<h1>不能这样打开</h1>" in page.text
    assert "回到首页" in ways(page)


@pytest.mark.parametrize(
    "referer",
    [
        "https://evil.example/courses",
        "http://localhost.evil.example/courses",
        "http://localhost//evil.example",
        "http://localhost/\\evil.example",
        "javascript:alert(1)",
        "http://[",
        "http://localhost/account/sign-up/finish",
        "http://localhost/no-such-page",
        "http://localhost/account/sign-in",
        "http://localhost/nothing",
    ],
)
def test_only_a_page_of_ours_that_opens_is_led_back_to(
    browser: Browser, referer: str
) -> None:
    page = browser.get("/nothing", **from_page(referer))

    assert page.status_code == 404
    assert "返回刚才的页面" not in ways(page)


def test_a_form_that_failed_leads_back_to_itself(browser: Browser) -> None:
    page = browser.client.post(
        "/verify", data={}, **from_page("/verify?number=%E8%92%99")
    )

    assert page.status_code == 400
    assert ways(page)["返回刚才的页面"] == "/verify?number=%E8%92%99"


def test_everybody_has_their_own_first_page(
    begin: Begin, browser_of: Callable[..., Browser]
) -> None:
    starts = {
        "inspector": ("回到监督检查", "/inspect"),
        "teller": ("回到注册窗口", "/office"),
        "approver": ("回到注册窗口", "/office"),
        "reviewer": ("回到申诉复核", "/console/claims"),
        "operator": ("回到工作台", "/console"),
    }
    for role, (words, href) in starts.items():
        with begin() as work:
            account = make.staff(work, role, email=f"{role}@demo.example")
        page = browser_of(account).get("/nothing")
        assert ways(page)[words].rstrip("/") == href, role
        assert "登录" not in ways(page)
    with begin() as work:
        learner = make.account(work)
    mine = ways(browser_of(learner).get("/nothing"))
    assert mine["回到学习中心"].startswith("/learn")
    half = browser_of(learner, state="half").get("/nothing")
    assert ways(half)["继续完成两步验证"] == "/account/factor"


def test_who_may_not_come_in_is_told_whose_door_it_is(
    begin: Begin, browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        learner = make.account(work)

    page = browser_of(learner).get("/office")

    assert page.status_code == 403
    assert "请看看登录的是不是办理这件事的账号" in page.text
    assert "回到学习中心" in ways(page)


LEAN = """
import json
from lms.assembly import build
from lms.kernel.db import db
from lms.tables import METADATA
app = build()
with app.app_context():
    METADATA.create_all(db.engine)
client = app.test_client()
last = [client.get("/v/x") for _ in range(31)][-1]
print(json.dumps([last.status_code, last.headers.get("Retry-After"), last.text]))
"""


def test_a_limit_says_how_long_it_binds(tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
    done = subprocess.run(
        (sys.executable, "-c", LEAN),
        cwd=Path(__file__).parents[2],
        env={**clean, "LMS_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    status, again, page = json.loads(done.stdout.splitlines()[-1])
    assert (status, again) == (429, "60")
    assert "请等 1 分钟再试" in page


def test_pages_tell_each_other_where_one_came_from_and_nobody_else(
    browser: Browser,
) -> None:
    assert browser.get("/courses").headers["Referrer-Policy"] == "same-origin"
    for secret in ("/v/0000000000000000000000000", "/s/abc"):
        assert browser.get(secret).headers["Referrer-Policy"] == "no-referrer"
