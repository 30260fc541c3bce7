"""Films by parts through the door: what comes twice, breaks, or is not what it says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from lms.catalogue.models import Association, Film
from lms.catalogue.rules import FilmState
from lms.kernel.db import db
from tests.conftest import Browser, HandClock
from tests.make import films as make_films
from tests.make.editor import Desk, work_on_films

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
PART = 2**22


class Sender:
    """An author's browser with a film in hand."""

    def __init__(self, desk: Desk, body: bytes, lesson: str | None = None) -> None:
        self.desk, self.body = desk, body
        if lesson is None:
            fields = {"title": "现场", "kind": "film", "credit": "0.1"}
            lesson = desk.author.post(desk.new_lesson, fields).headers["Location"]
        self.lesson = lesson
        self.job: dict[str, Any] = {}

    def begin(self, name: str = "现场.mp4", **over: Any) -> TestResponse:
        digest = hashlib.sha256(self.body).hexdigest()
        told = {"name": name, "size": len(self.body), "fingerprint": digest}
        answer = self.desk.author.post_json(f"{self.lesson}/film/begin", told | over)
        if answer.status_code == 200:
            self.job = answer.get_json()
        return answer

    def put(
        self, n: int, body: bytes | None = None, digest: str | None = None
    ) -> TestResponse:
        piece = self.body[n * PART : (n + 1) * PART] if body is None else body
        told = hashlib.sha256(piece).hexdigest() if digest is None else digest
        headers = {
            "Accept": "application/json",
            "X-CSRFToken": self.desk.author.token(),
            "X-Part-SHA256": told,
        }
        place = f"{self.job['part_url']}{n}"
        return self.desk.author.client.put(place, data=piece, headers=headers)

    def whole(self) -> TestResponse:
        return self.desk.author.post_json(self.job["whole_url"], {})

    def send(self) -> None:
        self.begin()
        for n in range(self.job["parts"]):
            assert self.put(n).status_code == 200
        assert self.whole().get_json() == {"state": "checking"}


@pytest.fixture
def desk(begin: Begin, browser_of: Sign) -> Desk:
    return Desk(begin, browser_of)


@pytest.fixture
def big() -> bytes:
    """Three parts: the last one is what is left."""
    body = make_films.film(30, "1280x720")
    assert 2 * PART < len(body) < 3 * PART
    return body


def films() -> list[Film]:
    db.session.rollback()
    return list(db.session.query(Film).order_by(Film.made_at))


def test_an_upload_goes_on_where_it_was_under_any_name(desk: Desk, big: bytes) -> None:
    sender = Sender(desk, big)
    sender.begin()
    assert sender.job["parts"] == 3
    assert sender.put(0).status_code == sender.put(2).status_code == 200
    assert sender.put(2).status_code == 200, "what comes twice is one"
    page = desk.author.get(sender.lesson).text
    assert re.search(r"已传 \d\d%", page)
    assert sender.whole().status_code == 422, "a part is missing"

    again = sender.begin("改了名字.mp4").get_json()
    assert set(again["came"]) == {"0", "2"}
    assert again["came"]["0"] == hashlib.sha256(big[:PART]).hexdigest()
    assert sender.put(1).status_code == 200
    assert sender.whole().get_json() == {"state": "checking"}
    assert sender.put(1).status_code == 409
    assert sender.whole().get_json() == {"state": "checking"}, "asked twice"
    work_on_films(desk)
    (film,) = films()
    assert film.state is FilmState.READY
    assert film.sha256 == hashlib.sha256(big).hexdigest()


def test_a_part_that_is_not_what_it_says_is_not_taken(desk: Desk, big: bytes) -> None:
    sender = Sender(desk, big)
    sender.begin()
    sender.put(1)
    damaged = b"\0" + big[PART + 1 : 2 * PART]
    said = hashlib.sha256(big[PART : 2 * PART]).hexdigest()

    assert sender.put(1, damaged, said).get_json()["code"] == "film.part_broken"
    assert sender.put(1, big[:99]).get_json()["code"] == "film.part_broken"
    assert sender.put(1, big[PART : 2 * PART], "x").status_code == 422
    assert sender.put(3, big[:99]).status_code == 422
    assert sender.put(0, b"MZ\x90\x00" * (PART // 4)).get_json()["code"] == (
        "film.unreadable"
    )
    assert sender.put(0, big[: PART + 2]).status_code == 413
    db.session.rollback()
    assert set(sender.begin().get_json()["came"]) == {"1"}
    sender.send()
    work_on_films(desk)
    assert films()[0].state is FilmState.READY, "what had come was left alone"


def test_another_film_takes_the_place_of_one_under_way(desk: Desk, big: bytes) -> None:
    first = Sender(desk, big)
    first.begin()
    first.put(0)
    second = Sender(desk, make_films.film(), first.lesson)
    second.begin()

    assert first.put(1).get_json()["code"] == "film.gone"
    assert first.whole().get_json()["code"] == "film.gone"
    states = {film.state for film in films()}
    assert states == {FilmState.DROPPED, FilmState.UPLOADING}
    second.send()
    work_on_films(desk)
    assert desk.lessons()[0].duration_seconds == 8


@pytest.mark.parametrize(
    ("over", "status"),
    [
        ({"size": 0}, 422),
        ({"size": 2 * 2**30 + 1}, 422),
        ({"size": "9"}, 400),
        ({"size": True}, 400),
        ({"fingerprint": "x"}, 400),
        ({"name": "x\0"}, 400),
        ({"more": 1}, 400),
    ],
    ids=str,
)
def test_what_cannot_be_a_film_does_not_begin(
    desk: Desk, over: dict[str, Any], status: int
) -> None:
    sender = Sender(desk, b"x" * 99)
    assert sender.begin(**over).status_code == status
    assert not films()


def test_an_association_has_its_share_and_no_more(desk: Desk, begin: Begin) -> None:
    with begin() as work:
        work.session.execute(update(Association).values(film_bytes=2**20))
    sender = Sender(desk, b"x" * 99)
    refused = sender.begin(size=2**20 + 1)
    assert refused.status_code == 422
    assert "协会的视频空间不够" in refused.get_json()["detail"]
    assert sender.begin(size=2**20).status_code == 200
    other = Sender(desk, b"y" * 99)
    assert other.begin().status_code == 422, "what is under way counts whole"
    assert desk.author.post(f"{sender.lesson}/film/drop").status_code == 303
    assert other.begin().status_code == 200


def test_twenty_films_may_be_under_way(desk: Desk) -> None:
    senders = [Sender(desk, bytes([n]) * 99) for n in range(21)]
    answers = [each.begin() for each in senders]
    assert [each.status_code for each in answers] == [200] * 20 + [422]
    assert answers[-1].get_json()["code"] == "film.busy"


def test_a_failed_film_says_why_and_may_be_tried_again(desk: Desk) -> None:
    sender = Sender(desk, b"\x00\x00\x00\x18ftypmp42" + bytes(5000))
    sender.send()
    work_on_films(desk)

    page = desk.author.get(sender.lesson).text
    assert "没有处理成功" in page
    assert "这不是可以读取的视频文件" in page
    assert "视频没有处理成功" in desk.author.get(desk.page).text
    assert desk.author.post(f"{sender.lesson}/film/retry").status_code == 303
    assert "正在检查" in desk.author.get(f"{sender.lesson}/film").text
    assert desk.author.post(f"{sender.lesson}/film/retry").status_code == 409


# -- addresses ---------------------------------------------------------------------


def ready(desk: Desk) -> str:
    sender = Sender(desk, make_films.film())
    sender.send()
    work_on_films(desk)
    return sender.lesson


def pieces_of(listed: str) -> list[str]:
    return [line for line in listed.splitlines() if line.startswith("/media/")]


def test_a_playlist_leads_to_signed_pieces_by_ranges(desk: Desk) -> None:
    lesson = ready(desk)
    master = desk.manager.get(f"{lesson}/film/stream.m3u8")
    assert master.mimetype == "application/vnd.apple.mpegurl"
    assert "RESOLUTION=640x480" in master.text
    assert "stream/360.m3u8" in master.text
    one = desk.manager.get(f"{lesson}/film/stream.m3u8?lines=360").text
    assert "640x480" not in one
    listed = desk.manager.get(f"{lesson}/film/stream/360.m3u8").text
    head = re.search(r'MAP:URI="(.*?)",BYTERANGE="(\d+)@0"', listed)
    assert head
    (size, at), *_more = re.findall(r"BYTERANGE:(\d+)@(\d+)", listed)
    assert (at, listed.count("#EXTINF")) == (head[2], 2)
    ask = {"Range": f"bytes={at}-{int(at) + int(size) - 1}"}
    with desk.manager.get(pieces_of(listed)[0], headers=ask) as piece:
        assert (piece.status_code, len(piece.data)) == (206, int(size))
    assert desk.manager.get(f"{lesson}/film/stream/999.m3u8").status_code == 404
    sheet = desk.manager.get(f"{lesson}/film/thumbnails.vtt")
    assert sheet.text.count("#xywh=") == 2
    with desk.manager.get(sheet.text.splitlines()[3].partition("#")[0]) as picture:
        assert picture.mimetype == "image/jpeg"


def test_an_address_is_one_sessions_for_one_file_and_ends(
    desk: Desk, clock: HandClock
) -> None:
    lesson = ready(desk)
    listed = desk.author.get(f"{lesson}/film/stream/480.m3u8").text
    address = pieces_of(listed)[0]
    other = pieces_of(desk.author.get(f"{lesson}/film/stream/360.m3u8").text)[0]
    with desk.author.get(address) as mine:
        assert mine.status_code == 200
        assert mine.headers["Cache-Control"].startswith("private")

    assert desk.manager.get(address).status_code == 404, "another session's"
    assert Browser(desk.author.app).get(address).status_code == 303, "nobody's"
    asked = parse_qs(urlsplit(address).query)
    until, mark = asked["until"][0], asked["mark"][0]
    for wrong in (
        address.replace(until, str(int(until) + 1)),
        address.replace(mark, mark[::-1]),
        urlsplit(address).path,
        f"{urlsplit(other).path}?{urlsplit(address).query}",
        address.replace(f"until={until}", "until=soon"),
    ):
        assert desk.author.get(wrong).status_code == 404
    for _visit in range(12):
        clock.pass_seconds(1200)
        with desk.author.get(address) as still:
            assert still.status_code == 200
    clock.pass_seconds(1)
    assert desk.author.get(address).status_code == 403


def test_the_vendored_player_is_what_its_maker_published(app: Flask) -> None:
    folder = Path(app.static_folder or "") / "js" / "vendor"
    told = (folder / "hls-light.LICENSE.txt").read_text("utf-8")
    digest = hashlib.sha256((folder / "hls-light.js").read_bytes()).hexdigest()
    assert f"sha256 {digest}" in told


def test_a_large_script_is_packed_for_who_can_unpack_it(browser: Browser) -> None:
    place = "/static/js/vendor/hls-light.js"
    with browser.get(place) as plain:
        assert "Content-Encoding" not in plain.headers
        whole = len(plain.data)
    with browser.get(place, headers={"Accept-Encoding": "gzip, br"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.data) < whole // 3
        assert packed.mimetype == "text/javascript"
    with browser.get("/static/../app.py", headers={"Accept-Encoding": "gzip"}) as no:
        assert no.status_code == 404
