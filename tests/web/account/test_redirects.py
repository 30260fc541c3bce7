"""After signing in a visitor goes to a page of ours, whatever `next` says."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.web.account.redirects import own_path
from tests.conftest import Browser
from tests.make import accounts as make
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

_HOSTS = ("evil.example", "evil.example/", "evil.example%2f", "user@evil.example")
_HEADS = (
    "//", "///", "////", "/\\", "\\/", "\\\\", "\\", "/\\/", "//\\", "http://", "https://",
    "HTTPS://", "http:", "https:", "http:/", "https:\\\\", "ftp://", "javascript:",
    "JavaScript://", "data:text/html,", "vbscript:", "file:///", "/\t/", "/\n/", "/\r/",
    "\t//", "\n//", " //", "\u00a0//", "/ /", "/\u2028/", "\x00//", "\x1f//",
    "\u200b//",
    ".//", "../", "./", "@", "?next=//", "#//", "/\u3000/", "\ufeff//",
    "blob:https://", "mailto:", "ws://", "//[::1]", "x",
)  # fmt: skip
EVIL = [head + host for head, host in itertools.product(_HEADS, _HOSTS)]
EVIL += [
    "",
    " ",
    "evil",
    "https://127.0.0.1@evil.example",
    "/a b",
    "/a\r\nSet-Cookie: x=1",
]
KIND = [
    "/",
    "/courses",
    "/courses?track=required&q=%E5%AE%89",
    "/v/abc-DEF_1",
    "/a/b/c#x",
]


def test_the_corpus_is_large_enough() -> None:
    assert len(set(EVIL)) >= 180
    assert len(set(EVIL)) + len(KIND) >= 190


@pytest.mark.parametrize("wanted", EVIL)
def test_a_foreign_or_crooked_path_is_refused(wanted: str) -> None:
    assert own_path(wanted) is None


@pytest.mark.parametrize("wanted", KIND)
def test_a_path_of_ours_is_kept(wanted: str) -> None:
    assert own_path(wanted) == wanted


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/account/security", "/account/security"),
        ("/account/privacy?x=1", "/account/privacy?x=1"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("https://evil.example/account/security", None),
        ("/nowhere/at/all", None),
        ("/account/sign-out", None),
        ("/account/sign-in?next=/account/sign-in", None),
    ],
)
def test_signing_in_lands_on_a_page_that_exists_here(
    app: Flask,
    browser: Browser,
    begin: Callable[..., Any],
    wanted: str,
    lands: str | None,
) -> None:
    with begin() as work:
        make.account(work)

    answer = browser.post(
        "/account/sign-in",
        {"known_as": make.EMAIL, "password": make.PASSWORD, "next": wanted},
    )

    assert answer.status_code == 303
    if lands is not None:
        assert answer.location == lands
    else:
        assert answer.location.startswith("/")
        assert "evil" not in answer.location
        assert answer.location != wanted
