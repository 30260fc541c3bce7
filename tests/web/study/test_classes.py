"""A class from the shop window over the room's screen to the ledger, page by page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask import Flask

from lms.classes import queries, services
from lms.classes.rules import Mode, PlaceState, screen_code
from lms.hours.models import HoursEntry
from lms.kernel.clock import SHANGHAI
from lms.kernel.db import db
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import people

Begin = Callable[..., Any]
BrowserOf = Callable[..., Browser]


class Hall:
    """A class with one session, a learner with a place, and the desk."""

    def __init__(
        self, app: Flask, begin: Begin, clock: HandClock, browser_of: BrowserOf
    ) -> None:
        self.app, self.begin, self.clock = app, begin, clock
        with begin() as work:
            self.taught = make.course(work)
            self.session = make.session(work, self.taught)
            made = people.person(work)
            self.me = make.seated(work, self.taught, self.session, made.person_id)
            desks = [
                make_accounts.staff(
                    work,
                    "clerk",
                    association_id=self.taught.association_id,
                    email=f"clerk{n}@demo.example",
                )
                for n in range(2)
            ]
            self.card = queries.session_card(work.session, self.session)
        self._accounts = (made.account_id, *desks)
        self._browser_of = browser_of
        self.enter()
        self.page = f"/console/classes/{self.session}"
        self.own = f"/classes/{self.taught.lesson_id}"

    def enter(self) -> None:
        """Let everybody sign in."""
        self.mine, self.clerk, self.second = map(self._browser_of, self._accounts)

    def at(self, now: datetime) -> None:
        """Let it be another day, on which everybody signs in anew."""
        self.clock.now = now
        self.enter()

    def code(self, mode: Mode) -> str:
        """What a telephone reads from the screen now."""
        secret = self.app.extensions["lms.settings"].secrets.cookie
        return (
            f"/classes/in/{screen_code(secret, self.session.hex, mode, self.clock())}"
        )

    def scan(self, mode: Mode, who: Browser | None = None) -> Any:
        browser = who or self.mine
        sent_on = browser.get(self.code(mode))
        assert sent_on.status_code == 303, sent_on.text
        return browser.get(sent_on.headers["Location"]), sent_on.headers["Location"]

    def confirm(self, address: str) -> Any:
        return self.mine.post(
            address.split("?", maxsplit=1)[0], {"t": address.split("t=")[1]}
        )

    def place(self) -> queries.PlaceCard:
        found = queries.in_session(db.session(), self.me, self.session)
        db.session.remove()
        assert found is not None
        return found


@pytest.fixture
def hall(app: Flask, begin: Begin, clock: HandClock, browser_of: BrowserOf) -> Hall:
    return Hall(app, begin, clock, browser_of)


def test_two_scans_and_two_taps_earn_the_lesson(hall: Hall) -> None:
    hall.at(hall.card.starts_at)
    page, address = hall.scan(Mode.IN)
    assert page.status_code == 200
    assert "我是本人，签到" in page.text
    assert hall.place().in_at is None, "looking is not checking in"
    assert hall.confirm(address).status_code == 303
    assert "签到成功" in hall.mine.get(hall.own).text

    hall.at(hall.card.ends_at)
    page, address = hall.scan(Mode.OUT)
    assert "不能再改" not in page.text
    hall.confirm(address)
    assert hall.place().state is PlaceState.CREDITED
    assert db.session.query(HoursEntry).filter_by(person_id=hall.me).count() == 1
    db.session.remove()
    assert "本课已完成" in hall.mine.get(hall.own).text


def test_leaving_early_is_warned_of_before_it_is_done(hall: Hall) -> None:
    hall.at(hall.card.starts_at)
    hall.confirm(hall.scan(Mode.IN)[1])
    hall.clock.pass_seconds(3600)
    hall.enter()
    page, _address = hall.scan(Mode.OUT)
    assert "离下课还有 140 分钟" in page.text


def test_a_photo_of_the_screen_is_too_old_a_minute_later(hall: Hall) -> None:
    hall.at(hall.card.starts_at)
    photo = hall.code(Mode.IN)
    hall.clock.pass_seconds(60)
    late = hall.mine.get(photo)
    assert late.status_code == 422
    assert "二维码已过期" in late.text


def test_the_address_that_a_scan_leads_to_is_no_use_to_a_friend(
    hall: Hall, browser_of: BrowserOf
) -> None:
    with hall.begin() as work:
        friend = people.person(work)
        make.seated(work, hall.taught, hall.session, friend.person_id)
    hall.at(hall.card.starts_at)
    _page, address = hall.scan(Mode.IN)
    theirs = browser_of(friend.account_id)
    assert theirs.get(address).status_code == 422
    sent = theirs.post(address.split("?")[0], {"t": address.split("t=")[1]})
    assert sent.status_code == 422


def test_who_is_not_signed_in_signs_in_and_goes_on(hall: Hall) -> None:
    hall.at(hall.card.starts_at)
    stranger = Browser(hall.app)
    sent_on = stranger.get(hall.code(Mode.IN))
    assert sent_on.status_code == 303
    asked = stranger.get(sent_on.headers["Location"])
    assert asked.status_code == 303
    assert "/account/sign-in?next=" in asked.headers["Location"]


def test_the_screen_shows_another_code_after_some_seconds(hall: Hall) -> None:
    shown = [hall.clerk.get(f"{hall.page}/screen/in").text for _ in range(2)]
    hall.clock.pass_seconds(20)
    shown.append(hall.clerk.get(f"{hall.page}/screen/in").text)
    codes = [re.findall(r'<path d="(M[^"]+)"', one)[-1] for one in shown]
    assert codes[0] == codes[1] != codes[2]


def test_a_word_by_hand_needs_a_colleague(hall: Hall) -> None:
    hall.at(hall.card.ends_at + timedelta(minutes=5))
    wall = [
        f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
        for at in (hall.card.starts_at, hall.card.ends_at)
    ]
    place = f"{hall.page}/places/{hall.place().id}/mark"
    said = {"came": wall[0], "went": wall[1], "reason": "手机没电"}
    assert hall.clerk.post(place, {**said, "reason": ""}).status_code == 422
    assert hall.clerk.post(place, said).status_code == 303
    own = hall.clerk.get(hall.page).text
    assert "须另一人复核" in own
    mark = re.search(r"/marks/([0-9a-f-]{36})", hall.second.get(hall.page).text)
    assert mark
    hall.clerk.post(f"{hall.page}/marks/{mark[1]}", {"answer": "yes"})
    assert hall.place().state is PlaceState.TAKEN
    hall.second.post(f"{hall.page}/marks/{mark[1]}", {"answer": "yes"})
    assert hall.place().state is PlaceState.CREDITED


def test_the_roster_leaves_as_a_table_with_its_filter(hall: Hall) -> None:
    sent = hall.clerk.post(f"{hall.page}/export", {"state": "absent"})
    book = openpyxl.load_workbook(io.BytesIO(sent.data))
    rows = list(book.worksheets[0].values)
    assert [row[0] for row in rows] == ["姓名", "张建国"]
    assert ("名单", "未签到") in set(book.worksheets[1].values)


def test_a_session_is_planned_changed_and_cancelled_at_the_desk(hall: Hall) -> None:
    form = {
        "lesson": str(hall.taught.lesson_id),
        "starts_at": "2026-12-10T09:00",
        "ends_at": "2026-12-10T10:00",
        "opens_at": "2026-11-22T09:00",
        "closes_at": "2026-12-09T09:00",
        "places": "30",
        "address": "钢铁大街 20 号",
    }
    short = hall.clerk.post("/console/classes/new", form)
    assert short.status_code == 422
    assert "时长不足以支撑" in short.text
    made = hall.clerk.post(
        "/console/classes/new", form | {"ends_at": "2026-12-10T12:20"}
    )
    page = made.headers["Location"]
    assert "2026-12-10 09:00" in hall.clerk.get(page).text
    hall.clerk.post(f"{page}/cancel", {"reason": "教室漏水"})
    assert "教室漏水" in hall.clerk.get(page).text


def test_the_last_place_is_gone_and_the_cart_says_where_to_go_on(
    hall: Hall, browser_of: BrowserOf
) -> None:
    with hall.begin() as work:
        few = make.session(work, hall.taught, places=1)
        buyer = people.person(work)
        make.seated(work, hall.taught, None, (late := people.person(work)).person_id)
    shop = browser_of(buyer.account_id)
    assert "选择上课场次" in shop.get(f"/courses/{hall.taught.sold.course_id}").text
    chosen = shop.post(f"/classes/sessions/{few}/choose", {})
    assert chosen.headers["Location"].endswith("/shop/cart")
    with hall.begin() as work:
        services.take(work, late.person_id, few)
    sent = shop.post("/shop/checkout", {"revision": "1", "total_fen": "12800"})
    assert sent.headers["Location"].endswith("/shop/cart")
    cart = shop.get("/shop/cart").text
    assert "刚刚满员" in cart
    assert "改选场次" in cart


def test_my_class_tells_when_and_where_and_gives_it_to_the_calendar(
    hall: Hall,
) -> None:
    page = hall.mine.get(hall.own).text
    assert "还有 3 天开课" in page
    assert "钢铁大街" in page
    file = hall.mine.get(f"/classes/sessions/{hall.session}/class.ics").data.decode()
    assert "DTSTART:20261124T020000Z" in file
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))


def test_a_link_is_shown_near_the_time_to_who_has_a_place(hall: Hall) -> None:
    with hall.begin() as work:
        live = make.session(
            work, hall.taught, address="", link="https://live.example/room/7"
        )
        services.take(work, hall.me, live)
        starts = queries.session_card(work.session, live).starts_at
    assert "live.example" not in hall.mine.get(hall.own).text
    hall.at(starts - timedelta(minutes=20))
    assert "https://live.example/room/7" in hall.mine.get(hall.own).text
    assert isinstance(live, UUID)


def test_a_full_session_is_waited_for_and_taken_when_it_is_ones_turn(
    hall: Hall, browser_of: BrowserOf
) -> None:
    with hall.begin() as work:
        full = make.session(work, hall.taught, places=1)
        owner, waiting = people.person(work), people.person(work)
        make.seated(work, hall.taught, full, owner.person_id)
        make.seated(work, hall.taught, None, waiting.person_id)
        place = queries.in_session(work.session, owner.person_id, full)
        assert place is not None
    theirs, own = browser_of(waiting.account_id), browser_of(owner.account_id)
    page = theirs.get(hall.own).text
    assert "已满" in page
    assert theirs.post(f"/classes/sessions/{full}/wait").status_code == 303
    page = theirs.get(hall.own).text
    assert "已排上候补" in page
    assert "候补第 1 位" in page
    desk = hall.clerk.get(f"/console/classes/{full}").text
    assert "候补名单" in desk
    assert "第 1 位" in desk

    assert own.post(f"/classes/places/{place.id}/leave").status_code == 303
    assert "名额为您保留到" in theirs.get(hall.own).text
    assert "名额保留到" in hall.clerk.get(f"/console/classes/{full}").text
    refused = own.post(f"/classes/sessions/{full}/choose")
    assert refused.status_code == 303
    assert "这个场次刚刚满员" in own.get(hall.own).text
    theirs.post(f"/classes/sessions/{full}/choose")
    assert "名额已占好" in theirs.get(hall.own).text
    assert theirs.post(f"/classes/sessions/{full}/wait/leave").status_code == 303


def test_who_is_in_line_may_put_the_place_that_is_kept_into_the_cart(
    hall: Hall, browser_of: BrowserOf
) -> None:
    with hall.begin() as work:
        full = make.session(work, hall.taught, places=1)
        owner, buyer = people.person(work), people.person(work)
        make.seated(work, hall.taught, full, owner.person_id)
        services.line_up(work, buyer.person_id, full)
        place = queries.in_session(work.session, owner.person_id, full)
        assert place is not None
        services.leave(work, owner.person_id, place.id)
    theirs = browser_of(buyer.account_id)
    chosen = theirs.post(f"/classes/sessions/{full}/choose")
    assert chosen.headers["Location"].endswith("/shop/cart")
    assert "满员" not in theirs.get("/shop/cart").text
