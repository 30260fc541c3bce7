"""The list of members tells nobody who has an account."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from lms.people import queries as people_queries
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce as shop
from tests.make import people
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
FREE = people.id_number(serial=811)
DAYS = {"from_on": "2026-11-01", "until_on": "2027-10-31"}
_MINE = re.compile(r'[0-9a-f]{8}-[0-9a-f-]{27}|name="csrf[-_]token"[^>]*|nonce="[^"]*"')


@pytest.fixture
def held(begin: Begin) -> str:
    """The ID number of somebody who has an account."""
    with begin() as work:
        person = people.person(work).person_id
        return people_queries.open_id_number(work.session, person)


@pytest.fixture
def clerk(begin: Begin, browser_of: Sign) -> Browser:
    with begin() as work:
        house: AssociationId = shop.association(work)
        account = make_accounts.staff(work, "clerk", association_id=house)
    return browser_of(account)


@contextmanager
def asked() -> Iterator[list[str]]:
    """Hear every statement that goes to the database."""
    heard: list[str] = []

    def listen(*told: Any) -> None:
        heard.append(re.sub(r"SAVEPOINT \S+", "SAVEPOINT", told[2]))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def put(page: Browser, number: str) -> tuple[int, str, str]:
    """Put a member on the list by the form: the status, and all that is shown."""
    answer = page.post("/console/members", {"number": number, "name": "", **DAYS})
    assert answer.status_code == 303, answer.text
    return answer.status_code, answer.text, shown(page, number)


def brought(page: Browser, number: str) -> tuple[int, str, str]:
    """Bring the same by a file."""
    rows = f"名称,代码或证件号,开始日期,结束日期\n,{number},2026-11-01,2027-10-31\n"
    sent = {"file": (io.BytesIO(rows.encode("utf-8-sig")), "list.csv")}
    answer = page.post("/console/members/file", sent)
    assert answer.status_code == 303, answer.text
    return answer.status_code, answer.text, shown(page, number)


def shown(page: Browser, number: str) -> str:
    """Show the list, without what is each page's own, and empty it again."""
    text = page.get("/console/members").text
    (found,) = re.findall(r"/console/members/([0-9a-f-]+)/remove", text)
    assert page.post(f"/console/members/{found}/remove").status_code == 303
    page.get("/console/members")
    return _MINE.sub("", text).replace(f"{number[:4]}**********{number[-4:]}", "#")


@pytest.mark.parametrize("way", [put, brought])
def test_the_answer_is_the_same_whether_or_not_somebody_has_the_number(
    way: Callable[[Browser, str], tuple[int, str, str]], clerk: Browser, held: str
) -> None:
    way(clerk, people.id_number(serial=812))  # What is asked once a process is warm.
    with asked() as of_held:
        known = way(clerk, held)
    with asked() as of_free:
        unknown = way(clerk, FREE)

    assert known == unknown
    assert known[0] == 303
    assert "#" in known[2]
    assert of_held == of_free
    assert not [one for one in of_held if "id_index" in one and "persons" in one]
