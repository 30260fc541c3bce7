"""A constructor, a company and an office, as the person's own pages meet them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from lms.kernel.db import db
from lms.policy.flow import Party
from lms.policy.model import Application, Province
from lms.registration.queries import applications
from lms.web import scanning
from tests.conftest import Browser
from tests.make import credentials as make_credentials
from tests.make import dossier as make_dossier
from tests.make import people as make_people
from tests.make.visits import newest
from tests.registration import walk
from tests.registration.ground import learn
from tests.registration.walk import Cast, Way

MINE = "/me/applications"


class World:
    """A constructor, the company and an office; and the pages they see."""

    def __init__(self, begin: Callable[..., Any], browser_of: Any) -> None:
        self.begin, self.browser_of = begin, browser_of

    def cast(self, province: Province, *, studied: bool = True, **over: Any) -> Cast:
        with self.begin() as work:
            who = walk.cast(work, province=province, **over)
            if studied:
                learn(work, who.person.person_id)
                make_credentials.certified(work, who.person.person_id)
        return who

    def browser(self, who: Cast) -> Browser:
        found: Browser = self.browser_of(who.person.account_id)
        return found

    def start(self, who: Cast, kind: str = "renewal", **more: Any) -> str:
        data = {"specialties": "building", **more}
        sent = self.browser(who).post(f"{MINE}/new/{kind}/ordinary", data)
        assert sent.status_code == 303, sent.text
        return sent.location

    def card(self, address: str) -> Any:
        db.session.rollback()
        return applications.application(db.session(), UUID(address.rpartition("/")[2]))

    def fill(self, who: Cast, address: str) -> None:
        with self.begin() as work:
            make_dossier.fill(walk.as_(work, who.person), self.card(address).id)

    def step(self, who: Cast, address: str) -> None:
        with self.begin() as work:
            walk.step(work, who, self.card(address))


def seen(world: World, address: str, **more: str) -> dict[str, str]:
    return {"seen": str(world.card(address).version), **more}


def identified(world: World, who: Cast, here: str, **over: str) -> Any:
    browser = world.browser(who)
    assert browser.post(f"{here}/identity/code").status_code == 303
    code = newest(browser)["code"]
    told = {"password": make_people.PASSWORD, "code": code, **over}
    return browser.post(f"{here}/identity", seen(world, here, **told))


def filed_by_company(world: World, who: Cast, kind: Application) -> str:
    with world.begin() as work:
        way = Way(Province.GUIZHOU, kind, starter=Party.EMPLOYER)
        card = walk.step(work, who, walk.begin(work, who, way))
    return f"{MINE}/{card.id}"


def ticket(world: World, app: Any, here: str) -> str:
    card = world.card(here)
    with app.test_request_context():
        return scanning.link(card).partition(MINE)[2]
