"""Personal values leave no trace: not in files, logs, addresses or error pages."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert

from lms import tables
from lms.accounts.models import Account
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
pytestmark = pytest.mark.skipif(
    os.environ.get("LMS_TEST_ENGINE") == "postgresql", reason="reads the file itself"
)


@pytest.fixture
def house_of_files(tmp_path: Path) -> Iterator[Flask]:
    app = assemble(
        from_env({"LMS_DATA_DIR": str(tmp_path), "LMS_DEMO": "1"}), limits=False
    )
    with app.app_context():
        tables.METADATA.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


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


def shapes(value: str) -> Iterator[bytes]:
    raw = value.encode()
    yield raw
    yield value.encode("utf-16-le")
    yield raw.hex().encode()
    yield base64.b64encode(raw)[:-4]


def test_no_canary_is_found_anywhere(
    house_of_files: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    browser = story(house_of_files)
    with house_of_files.app_context():
        assert browser.get("/me").status_code == 200
    told = "".join(capfd.readouterr())
    places = {str(f): f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}
    places["logs"] = told.encode()
    places["addresses"] = "\n".join(browser.addresses).encode()
    places["error pages"] = "\n".join(browser.refusals).encode()

    assert "request" in told
    assert any(name.endswith("lms.sqlite3") for name in places)
    found = [
        (where, canary[:4])
        for where, content in places.items()
        for canary in CANARIES
        for shape in shapes(canary)
        if shape in content
    ]
    assert not found


def test_the_watch_sees_what_is_not_sealed(
    house_of_files: Flask, tmp_path: Path
) -> None:
    """The control: the same search finds a number that somebody wrote in the open."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE careless (number TEXT)")
        connection.exec_driver_sql("INSERT INTO careless VALUES (?)", (ID_NUMBER,))
    content = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())

    assert ID_NUMBER.encode() in content


def test_a_failing_statement_does_not_tell_its_values(house_of_files: Flask) -> None:
    with pytest.raises(Exception, match="hidden") as failed, db.engine.begin() as raw:
        raw.execute(insert(Account).values(id=uuid4(), name=PHONE))

    assert PHONE not in str(failed.value)
