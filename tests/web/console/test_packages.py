"""Managers make packages; authors give courses a cover; each sees why."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from lms.accounts.rules import Role
from lms.catalogue import queries, services
from lms.commerce import queries as shop
from lms.commerce import services as commerce
from lms.commerce.rules import OfferKind
from lms.kernel.db import db
from lms.kernel.settings import Settings
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import catalogue as make
from tests.make import people as make_people
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


class Office:
    """An association with an author, a manager, two courses on sale and a draft."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        with begin() as work:
            self.here = make.association(work)
            staff = [
                make_accounts.staff(
                    work, role, association_id=self.here, email=f"{role}@demo.example"
                )
                for role in (Role.AUTHOR, Role.MANAGER)
            ]
            self.courses = [
                make.course(work, self.here, title=title)[0]
                for title in ("深基坑支护", "模板与脚手架")
            ]
            self.version = make.course(work, self.here, publish=False)[1]
        self.author, self.manager = (sign(each) for each in staff)
        self.page = f"/console/courses/{self.version}"

    def made(self) -> UUID:
        db.session.rollback()
        (one,) = queries.package_drafts(db.session(), self.here)
        return one.id

    def fields(self, **over: object) -> dict[str, Any]:
        known = {
            "title": "安全两门",
            "specialty": "building",
            "price": "199.50",
            "courses": [str(one) for one in self.courses],
        }
        return {**known, **over}


@pytest.fixture
def office(begin: Begin, browser_of: Sign) -> Office:
    return Office(begin, browser_of)


def picture(size: tuple[int, int] = (1200, 900), kind: str = "PNG") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, "#2a6").save(out, kind)
    out.seek(0)
    return out


def test_a_manager_makes_a_package_and_visitors_see_it(
    office: Office, browser: Browser
) -> None:
    assert (
        office.manager.post("/console/packages/new", office.fields()).status_code == 303
    )

    shown = browser.get("/courses?specialty=building").text
    assert "安全两门" in shown
    assert "¥199.50" in shown
    assert "安全两门" in office.manager.get("/console/packages").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"price": "-1"},
        {"price": "NaN"},
        {"courses": []},
        {"courses": ["x"]},
        {"specialty": "magic"},
    ],
)
def test_what_makes_no_package_is_shown_again(
    office: Office, wrong: dict[str, object]
) -> None:
    answer = office.manager.post("/console/packages/new", office.fields(**wrong))

    assert answer.status_code == 422
    assert queries.package_drafts(db.session(), office.here) == ()


def test_one_course_alone_is_no_package(office: Office) -> None:
    fields = office.fields(courses=[str(office.courses[0])])

    assert (
        "请至少选两门课程" in office.manager.post("/console/packages/new", fields).text
    )


def test_a_package_in_an_order_stays_as_it_was_bought(
    office: Office, begin: Begin
) -> None:
    office.manager.post("/console/packages/new", office.fields())
    package = office.made()
    with begin() as work:
        me = make_people.person(work)
        commerce.add(work, me.person_id, OfferKind.PACKAGE, package)
        cart = shop.cart(work.session, me.person_id)
        (order,) = commerce.place_order(
            work, me.person_id, revision=cart.revision, total_fen=cart.total_fen
        )

    with begin() as work:
        third = make.course(work, office.here, title="冬期施工")[0]
    changed = office.fields(
        title="三门", price="1", courses=[str(third), str(office.courses[0])]
    )
    office.manager.post(f"/console/packages/{package}", changed)
    office.manager.post(f"/console/packages/{package}/withdraw")

    (line,) = shop.order(db.session(), me.person_id, order).lines
    assert (line.title, line.price_fen, len(line.version_ids)) == (
        "安全两门",
        19_950,
        2,
    )


def test_the_author_reads_why_a_draft_came_back(office: Office) -> None:
    office.author.post(f"{office.page}/submit")
    nothing = office.manager.post(f"{office.page}/send-back", {"reason": " "})
    assert nothing.status_code == 422

    office.manager.post(f"{office.page}/send-back", {"reason": "第三课缺字幕"})

    assert "第三课缺字幕" in office.author.get(office.page).text


def test_a_cover_is_redrawn_and_shown_to_visitors(
    office: Office, browser: Browser, begin: Begin
) -> None:
    sent = {"picture": (picture(), "x.png")}
    assert office.author.post(f"{office.page}/cover", sent).status_code == 303
    with begin() as work:
        services.publish(work, office.here, office.version)
    found = queries.version(db.session(), office.version)
    assert found.cover_key

    page = browser.get(f"/courses/{found.course_id}").text
    assert f"/courses/covers/{found.cover_key}" in page
    answer = browser.get(f"/courses/covers/{found.cover_key}")
    drawn = Image.open(io.BytesIO(answer.data))
    assert (drawn.format, drawn.size) == ("JPEG", (960, 400))
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()
    assert found.cover_key in browser.get("/courses").text


@pytest.mark.parametrize(
    "bad", [io.BytesIO(b"GIF89a"), picture((200, 100)), io.BytesIO(b"")]
)
def test_what_is_no_fit_picture_changes_nothing(
    office: Office, bad: io.BytesIO, settings: Settings
) -> None:
    before = set((settings.data_dir / "media").glob("*"))

    answer = office.author.post(
        f"{office.page}/cover", {"picture": (io.BytesIO(bad.getvalue()), "x.png")}
    )

    assert answer.status_code == 422
    assert queries.version(db.session(), office.version).cover_key is None
    assert set((settings.data_dir / "media").glob("*")) == before


def test_only_a_draft_gets_a_cover_and_loses_it(office: Office, begin: Begin) -> None:
    office.author.post(f"{office.page}/cover", {"picture": (picture(), "x.png")})
    office.author.post(f"{office.page}/cover/remove")
    assert queries.version(db.session(), office.version).cover_key is None
    with begin() as work:
        services.publish(work, office.here, office.version)

    late = office.author.post(f"{office.page}/cover", {"picture": (picture(), "x.png")})

    assert late.status_code == 409


def test_a_film_is_no_cover(browser: Browser) -> None:
    assert browser.get(f"/courses/covers/{'0' * 32}.mp4").status_code == 404
    assert browser.get("/courses/covers/..%2f..%2fkeys.jpg").status_code == 404
