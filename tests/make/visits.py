"""What a visitor does at the doors, and reads there."""

import re
from collections.abc import Callable
from typing import Any

from tests.conftest import Browser
from tests.make import accounts as make

GOOD = "工地上最怕的是图纸没看懂就开工"
Begin = Callable[..., Any]
BrowserOf = Callable[..., Browser]


def newest(browser: Browser) -> dict[str, str]:
    found = browser.get("/demo/outbox.json").get_json()[0]
    return {key: str(value) for key, value in found.items()}


def sign_in(
    browser: Browser, password: str = make.PASSWORD, name: str = make.EMAIL
) -> Any:
    return browser.post("/account/sign-in", {"known_as": name, "password": password})


def token_of(browser: Browser) -> str:
    with browser.client.session_transaction() as kept:
        return str(kept.get("_user_id", ""))


def bare(page: str, number: str) -> str:
    """Leave out what differs between any two visits."""
    page = page.replace(number, "NUMBER").replace(
        f"{number[:3]}****{number[-4:]}", "MASKED"
    )
    page = re.sub(r'name="csrf_token"[^>]*', "", page)
    page = re.sub(r'name="csrf-token"\s+content="[^"]*"', "", page)
    return re.sub(r'value="Ij[^"]*"', "", page)
