"""The codes on one's own pages say what the printed one says, and want no network."""

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
from lms.credentials.ports import Printer
from lms.credentials.queries import CertificateCard
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.policy.model import Specialty
from lms.signing import queries as signing
from tests.conftest import Browser
from tests.make import credentials as make
from tests.make.qr_reading import read_qr
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]


class Holder:
    """Somebody with a certificate as the house really prints it."""

    def __init__(self, app: Flask, begin: Begin, browser_of: Any) -> None:
        press = app.extensions["lms.ports"][Printer]
        with begin() as work:
            person = make.graduate(work, make.association(work, keys=True))
            held = services.issue(work, person, Specialty.BUILDING, printer=press)
            self.card: CertificateCard = queries.owned(
                work.session, person, held, legal_day(work.now)
            )
            account = accounts.account_of(work.session, person)
        self.browser: Browser = browser_of(account.id)

    def scanned(self, page: str) -> str:
        """Read a page's code as a camera does: from the modules that are drawn."""
        text = self.browser.get(f"/certificates/{self.card.id}{page}").text
        drawn = re.search(r'<path d="((?:M\d+ \d+h1v1h-1z)+)" fill="#111">', text)
        assert drawn
        return _read(re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn[1]))


def _read(dots: list[tuple[str, str]]) -> str:
    side = max(int(x) for x, _ in dots) + 9
    picture = Image.new("L", (side, side), 255)
    for x, y in dots:
        picture.putpixel((int(x) + 4, int(y) + 4), 0)
    shot = picture.resize((4 * side, 4 * side))
    (found,) = zxingcpp.read_barcodes(shot)
    return str(found.text)


@pytest.fixture
def holder(app: Flask, begin: Begin, browser_of: Any) -> Holder:
    return Holder(app, begin, browser_of)


@pytest.mark.parametrize("page", ["", "/present"], ids=["own page", "held up"])
def test_a_phone_without_a_network_can_check_what_the_screen_shows(
    holder: Holder, page: str
) -> None:
    address, _, payload = holder.scanned(page).partition("#")

    facts = holder.card.facts
    assert f"/v/{facts.token}" in address
    found = read_qr(payload, facts.token, signing.trust(db.session()))
    assert found.key is not None
    assert found.number == facts.number
    assert (found.name, found.valid_until) == ("张*", facts.period_until)


def test_screen_and_paper_carry_the_same_signature(holder: Holder) -> None:
    own, held_up = holder.scanned(""), holder.scanned("/present")

    assert own.partition("#")[2] == held_up.partition("#")[2] != ""
    assert re.search(r"\?at=[^#]+#", held_up), "the minute's code stays before it"


def test_a_certificate_without_a_sealed_drawing_shows_its_address_alone(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> bytes:
        raise NotFound("certificate.unknown")

    monkeypatch.setattr(queries, "open_form", lost)

    assert "#" not in holder.scanned("")
    assert holder.scanned("").endswith(f"/v/{holder.card.facts.token}")
