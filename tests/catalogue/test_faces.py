"""An association shows itself under its own address, in a colour that can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lms.catalogue.queries import faces as queries
from lms.catalogue.rules.faces import Face, face_problems, sheet
from lms.catalogue.services import faces
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.reports import setup
from lms.reports.setup import Step
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce as shop
from tests.make import people as make

FACE = Face("btjx", "包头建协", "#24564a", "欢迎", (("发票", "财务室"),), shown=True)
Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"slug": "a"}, "face.slug"),
        ({"slug": "BTJX"}, "face.slug"),
        ({"slug": "a--b"}, "face.slug"),
        ({"slug": "../etc"}, "face.slug"),
        ({"short_name": "包"}, "face.short_name"),
        ({"colour": "red"}, "face.colour"),
        ({"colour": "#ffff00"}, "face.contrast"),
        ({"welcome": "长" * 301}, "face.welcome"),
        ({"topics": (("发票", ""),)}, "face.topics"),
        ({"topics": (("发票", "财务室"),) * 9}, "face.topics"),
    ],
)
def test_each_fault_of_a_front_page_is_named(over: dict[str, Any], code: str) -> None:
    assert face_problems(replace(FACE, **over)) == (code,)


def test_nothing_but_a_colour_gets_into_the_style_sheet() -> None:
    evil = "#000000;} body{background:url(//x)}"

    assert evil not in sheet(evil)
    assert "#24564a" in sheet("#24564a")


def test_two_associations_never_share_an_address(work: Work) -> None:
    here, there = make.association(work), make.association(work)
    faces.save_face(work, here, FACE)

    with pytest.raises(Refused) as told:
        faces.save_face(work, there, FACE)
    assert told.value.reasons == ("face.slug_taken",)
    assert queries.face_at(work.session, "btjx").association_id == here


def test_a_page_that_is_not_shown_is_not_there(work: Work) -> None:
    here = make.association(work)
    faces.save_face(work, here, replace(FACE, shown=False))

    with pytest.raises(NotFound):
        queries.face_at(work.session, "btjx")
    assert queries.shown_faces(work.session) == {}


def test_what_is_missing_is_named_until_it_is_there(work: Work) -> None:
    here = make.association(work)

    def left() -> tuple[Step, ...]:
        return setup.progress(work.session, here, work.now, work.now.date()).left

    assert left() == tuple(Step)
    faces.save_face(work, here, FACE)
    assert Step.FACE not in left()
    for n, role in enumerate(("manager", "clerk")):
        make_accounts.staff(work, role, association_id=here, email=f"a{n}@demo.example")
    # One manager can decide nothing alone.
    assert Step.STAFF in left()
    make_accounts.staff(work, "manager", association_id=here, email="b@demo.example")
    assert Step.STAFF not in left()
    shop.course(work, here)
    assert Step.COURSE not in left()


class Two:
    """Two associations, each with a course and a front page, and a manager of one."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        with begin() as work:
            self.here: AssociationId = shop.association(work)
            self.there: AssociationId = shop.association(work)
            shop.course(work, self.here, title="甲课程")
            shop.course(work, self.there, title="乙课程")
            faces.save_face(work, self.here, FACE)
            faces.save_face(work, self.there, replace(FACE, slug="other"))
            account = make_accounts.staff(work, "manager", association_id=self.here)
        self.manager = sign(account)


@pytest.fixture
def two(begin: Begin, browser_of: Sign) -> Two:
    return Two(begin, browser_of)


def test_a_front_page_shows_its_own_courses_and_nothing_of_another(
    two: Two, browser: Browser
) -> None:
    shown = browser.get("/a/btjx")

    assert "甲课程" in shown.text
    assert "乙课程" not in shown.text
    assert "财务室" in shown.text
    assert "style=" not in shown.text.split("<main")[1]
    assert browser.get("/a/nobody").status_code == 404


def test_the_colour_comes_as_a_sheet_named_by_what_is_in_it(
    two: Two, browser: Browser
) -> None:
    page = browser.get("/a/btjx").text
    address = next(part for part in page.split('"') if part.startswith("/a/btjx/"))
    told = browser.get(address)

    assert told.content_type == "text/css; charset=utf-8"
    assert "#24564a" in told.text
    assert "immutable" in told.headers["Cache-Control"]
    assert browser.get("/a/btjx/0123.css").status_code == 404


def test_a_manager_changes_the_own_front_page_alone(two: Two, browser: Browser) -> None:
    told = {
        "slug": "btjx", "short_name": "包头协会", "colour": "#17406d", "welcome": "",
        "topic": ["考试", ""], "told": ["培训部", ""], "shown": "y",
    }  # fmt: skip
    assert two.manager.post("/console/setup/face", told).status_code == 303
    assert "包头协会" in browser.get("/a/btjx").text
    assert "包头协会" not in browser.get("/a/other").text

    taken = two.manager.post("/console/setup/face", told | {"slug": "other"})
    assert taken.status_code == 422
    assert "已有别的协会使用" in taken.text
    assert "开通设置" in two.manager.get("/console/setup").text
