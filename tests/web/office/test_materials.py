"""Papers that come to the counter: scanned in by a teller, as the teller's hand-in."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from lms.accounts import services as accounts
from lms.accounts.rules import Role
from lms.accounts.services.life import Scope
from lms.kernel.db import db
from lms.policy.flow import MaterialKind, Party
from lms.policy.model import Province
from lms.registration.models import ApplicationRow
from lms.registration.queries import applications, offices
from lms.registration.queries import dossier as queries
from lms.registration.services import dossier as services
from lms.registration.services import offices as halls
from tests.conftest import START, Browser
from tests.make import accounts as staff_make
from tests.make import dossier as make
from tests.make import people
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)


class World:
    """A teller of Jinan's hall, and an application that was begun at its counter."""

    def __init__(self, begin: Callable[..., Any], browser_of: Any) -> None:
        self.begin = begin
        with begin() as work:
            halls.open_directory(work)
            hall = offices.office_coded(work.session, "SD-JN")
            teller = staff_make.account(work, name="窗口人员")
            scope = Scope(office_id=hall.id)
            accounts.grant_in(work, teller, Role.TELLER, scope)
            accounts.enrol_totp(work, teller, confirmed=True)
            made = people.person(work, province=Province.SHANDONG)
            self.one = make.application(work, made.person_id, by=Party.TELLER)
            self.person_id = made.person_id
        self.browser: Browser = browser_of(teller)
        self.browser_of: Callable[..., Browser] = browser_of

    def url(self, tail: str = "", one: UUID | None = None) -> str:
        return f"/office/counter/applications/{one or self.one}/materials{tail}"

    def dossier(self) -> queries.DossierCard:
        db.session.remove()
        card = applications.application(db.session(), self.one)
        return queries.dossier(db.session(), card, START.date())


@pytest.fixture
def world(begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def scan() -> bytes:
    out = io.BytesIO()
    Image.new("L", (600, 850), 240).save(out, "JPEG")
    return out.getvalue()


def send(world: World, kind: str, raw: bytes, **said: str) -> Any:
    data: dict[str, Any] = {f"{kind}-{name}": value for name, value in said.items()}
    data[f"{kind}-files"] = [(io.BytesIO(raw), "scan.jpg")]
    return world.browser.post(
        world.url(f"/{kind}"), data, content_type="multipart/form-data"
    )


def test_a_teller_scans_in_what_was_brought_and_the_book_says_who_did(
    world: World,
) -> None:
    assert "劳动合同" in world.browser.get(world.url()).text
    sent = send(world, "contract", scan(), contract_until="2029-01-01")
    assert sent.status_code == 303
    held = world.dossier().current[MaterialKind.CONTRACT]
    assert (held.party, held.pages) == (Party.TELLER, 1)


def test_what_the_person_gave_is_not_handed_in_again_unseen(world: World) -> None:
    with world.begin() as work:
        ready = make.ready(MaterialKind.CONTRACT)
        services.hand_in(work, world.one, ready, Party.TELLER)
    sent = world.browser.post(
        world.url("/contract"), {"contract-contract_until": "2029-01-01"}
    )
    assert sent.status_code == 422
    assert "请先选择文件或拍照" in sent.text


def test_what_is_hostile_is_refused_in_words(world: World) -> None:
    sent = send(world, "contract", b"MZ\x90\0" + b"\0" * 99)
    assert sent.status_code == 422
    assert "JPG" in sent.text
    assert not world.dossier().history


def test_what_lies_elsewhere_is_not_there(world: World) -> None:
    with world.begin() as work:
        other = people.person(work, province=Province.SICHUAN, name="王外人")
        far = make.application(work, other.person_id, province=Province.SICHUAN)
    assert world.browser.get(world.url(one=far)).status_code == 404
    with world.begin() as work:
        row = work.session.get_one(ApplicationRow, world.one)
        row.step = "review"
    assert world.browser.get(world.url()).status_code == 422


def test_papers_come_in_only_where_the_step_is_done_and_never_ones_own(
    world: World,
) -> None:
    with world.begin() as work:
        centre = offices.office_coded(work.session, "SD-ZX")
        other = staff_make.account(work, name="中心人员", email="zx@demo.example")
        accounts.grant_in(work, other, Role.TELLER, Scope(office_id=centre.id))
        own = people.person(work, province=Province.SHANDONG, name="窗口本人")
        hall = offices.office_coded(work.session, "SD-JN")
        accounts.grant_in(work, own.account_id, Role.TELLER, Scope(office_id=hall.id))
        mine = make.application(work, own.person_id, by=Party.TELLER)

    elsewhere = world.browser_of(other).get(world.url())
    assert elsewhere.status_code == 422
    assert "这一步不由本窗口办理" in elsewhere.text
    refused = world.browser_of(own.account_id).get(world.url(one=mine))
    assert refused.status_code == 422
    assert "不能办理本人的申请" in refused.text
