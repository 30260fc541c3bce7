"""A person's story, told to the house in a process of its own."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from lms import tables
from lms.assembly import assemble
from lms.kernel.db import db
from lms.kernel.settings import from_env
from lms.people.rules import id_check
from tests.conftest import Browser
from tests.make import pictures
from tests.make.visits import GOOD, newest

FIRST = "15020319771123" + "731"
ID_NUMBER = FIRST + id_check(FIRST)
PHONE = "13971234567"
EMAIL = "canary.kanarienvogel@demo.example"
CANARIES = (ID_NUMBER, PHONE, EMAIL)


class Watched(Browser):
    """A browser that remembers every address and every refusal that it saw."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.addresses: list[str] = []
        self.refusals: list[str] = []

    def get(self, url: str, **more: Any) -> Any:
        return self._seen(url, super().get(url, **more))

    def post(self, url: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        return self._seen(url, super().post(url, data, **more))

    def _seen(self, url: str, answer: Any) -> Any:
        self.addresses += [url, answer.headers.get("Location", "")]
        if answer.status_code >= 500 or answer.status_code in {404, 409}:
            self.refusals.append(answer.get_data(as_text=True))
        return answer


def story(app: Flask) -> Watched:
    """Sign up, fill the profile, mistype, change the address, fail, and look around."""
    browser = Watched(app)

    def go(url: str, **fields: Any) -> None:
        with app.app_context():
            browser.post(url, fields)

    go("/account/sign-up", known_as=PHONE)
    with app.app_context():
        code = newest(browser)["code"]
    go("/account/sign-up/finish", known_as=PHONE, code=code, name="赵某", password=GOOD,
       agreed="y")  # fmt: skip
    go("/me/identity", name="赵某", id_number=ID_NUMBER[:-1] + "?")
    go("/me/identity", name="赵某", id_number=ID_NUMBER)
    go("/me/photo", photo=(io.BytesIO(pictures.face_jpeg()), "a.jpg"))
    go("/account/security/contact", known_as=EMAIL, password=GOOD)
    go("/verify", number=ID_NUMBER, name="赵某")
    go("/account/sign-in", known_as=PHONE, password="wrong-wrong-wrong")
    go("/account/forgot", known_as=EMAIL)
    for page in ("/me", "/me/identity", "/account/security", "/learn", "/nowhere"):
        with app.app_context():
            browser.get(page)
    return browser


def main() -> None:
    """Tell the story; leave the addresses and refusals in the file that is named."""
    app = assemble(from_env(), limits=False)
    with app.app_context():
        tables.METADATA.create_all(db.engine)
        browser = story(app)
        with app.app_context():
            whole = browser.get("/me").status_code
        db.session.remove()
    seen = {
        "me": whole,
        "addresses": browser.addresses,
        "refusals": browser.refusals,
    }
    Path(sys.argv[1]).write_text(json.dumps(seen), "utf-8")


if __name__ == "__main__":
    main()
