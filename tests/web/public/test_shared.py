"""What a stranger meets at the end of a shared link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.credentials import queries, services
from lms.credentials.ports import Printer
from lms.credentials.services import ShareAsk
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.policy.model import Specialty
from tests.conftest import Browser, HandClock
from tests.make import credentials as make

Begin = Callable[..., Any]


class Link:
    """A certificate, and links to it."""

    def __init__(self, app: Flask, begin: Begin, printer: Printer | None) -> None:
        self.app, self.begin = app, begin
        self.reader = Browser(app)
        with begin() as work:
            where = make.association(work, keys=printer is not None)
            self.person = make.graduate(work, where)
            self.held = services.issue(
                work, self.person, Specialty.BUILDING, printer=printer or make.PLAIN
            )

    def make(self, **over: Any) -> str:
        with self.begin() as work:
            facts: dict[str, Any] = {"days": 7, "note": "给某单位"}
            ask = ShareAsk(self.held, **{**facts, **over})
            share_id = services.share(work, self.person, ask)
            cards = queries.shares(work.session, self.person)
            return next(one.token for one in cards if one.id == share_id)

    def card(self) -> queries.ShareCard:
        (found,) = queries.shares(db.session(), self.person)
        db.session.remove()
        return found

    def open(self, secret: str) -> Any:
        return self.reader.client.post(f"/s/{secret}", follow_redirects=True)


@pytest.fixture
def link(app: Flask, begin: Begin) -> Link:
    return Link(app, begin, None)


@pytest.fixture
def printed(app: Flask, begin: Begin) -> Link:
    """A link to a certificate that the house's own printer drew and sealed."""
    return Link(app, begin, app.extensions["lms.ports"][Printer])


def test_the_first_page_names_nobody_so_that_previews_tell_nothing(link: Link) -> None:
    page = link.reader.get(f"/s/{link.make()}")

    assert page.status_code == 200
    for word in ("建国", "SLXH", "建筑工程", "给某单位", "1502"):
        assert word not in page.text
    assert link.card().reads == 0


def test_opening_shows_the_certificate_and_is_counted_once(link: Link) -> None:
    secret = link.make()

    page = link.open(secret)
    again = link.reader.get(page.request.full_path)

    for words in ("证书真实有效", "张建国", "SLXH-JXJY-2026-0000001-2", "必修 60"):
        assert words in page.text
        assert words in again.text
    assert "1502" not in page.text
    assert "给某单位" not in page.text
    assert link.card().reads == 1


def test_nothing_of_it_is_kept_or_found_by_search_engines(link: Link) -> None:
    secret = link.make()
    for page in (link.reader.get(f"/s/{secret}"), link.open(secret)):
        assert page.headers["Cache-Control"] == "no-store"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in page.headers
        assert 'name="robots"' in page.text


def test_the_name_is_hidden_where_its_bearer_chose_so(link: Link) -> None:
    page = link.open(link.make(whole_name=False))

    assert "张*" in page.text
    assert "张建国" not in page.text


def test_a_half_hour_later_it_is_opened_anew(link: Link, clock: HandClock) -> None:
    address = link.open(link.make()).request.full_path
    clock.pass_seconds(31 * 60)

    page = link.reader.get(address)

    assert "打开证书" in page.text
    assert "张建国" not in page.text


def test_the_file_is_given_only_where_its_bearer_allowed_it(link: Link) -> None:
    shut, given = link.make(), link.make(with_file=True)

    assert "/file" not in link.open(shut).text
    page = link.open(given)
    (path,) = re.findall(r'href="(/s/[^"]+/file[^"]*)"', page.text)
    file = link.reader.get(path.replace("&amp;", "&"))

    assert file.data == queries.open_file(db.session(), link.held)
    assert file.headers["Cache-Control"] == "no-store"
    seen = path.partition("?")[2].replace("&amp;", "&")
    assert link.reader.get(f"/s/{shut}/file?{seen}").status_code == 404
    assert link.reader.get(f"/s/{given}/file").status_code == 404


PICTURE = r'src="(/s/[^"]+/picture[^"]*)"'


def test_where_the_whole_name_is_shown_the_certificate_itself_is_seen(
    printed: Link,
) -> None:
    page = printed.open(printed.make())

    (path,) = re.findall(PICTURE, page.text)
    drawn = printed.reader.get(path.replace("&amp;", "&"))

    assert drawn.mimetype == "image/svg+xml"
    assert drawn.headers["Cache-Control"] == "no-store"
    assert "<image" in drawn.text  # The photo, or the seal: it is the whole page.
    assert drawn.text.count("<path") > 50


def test_the_picture_is_not_shown_with_the_family_name_nor_to_who_did_not_open(
    printed: Link,
) -> None:
    masked, whole = printed.make(whole_name=False), printed.make()
    page = printed.open(masked)
    assert not re.findall(PICTURE, page.text)

    seen = page.request.full_path.partition("?")[2]
    assert printed.reader.get(f"/s/{masked}/picture?{seen}").status_code == 404
    assert printed.reader.get(f"/s/{whole}/picture?{seen}").status_code == 404
    assert printed.reader.get(f"/s/{whole}/picture").status_code == 404


def test_nobody_carries_away_the_picture_of_a_revoked_certificate(
    printed: Link,
) -> None:
    secret = printed.make()
    path = re.findall(PICTURE, printed.open(secret).text)[0].replace("&amp;", "&")
    with printed.begin() as work:
        services.revoke(work, printed.held, reason="x", approvals=(new_id(),))

    page = printed.open(secret)

    assert "证书已被撤销" in page.text
    assert not re.findall(PICTURE, page.text)
    assert printed.reader.get(path).status_code == 404


def gone(link: Link, secret: str) -> str:
    """Give the page at the end of a dead link, without the address in it."""
    pages = [
        link.reader.get(f"/s/{secret}"),
        link.reader.client.post(f"/s/{secret}"),
        link.reader.get(f"/s/{secret}/file"),
        link.reader.get(f"/s/{secret}/picture"),
    ]
    assert {page.status_code for page in pages} == {404}
    bodies = {page.text.replace(secret, "") for page in pages}
    assert len(bodies) == 1
    return bodies.pop()


def test_dead_links_are_all_alike(link: Link, clock: HandClock) -> None:
    off, over = link.make(with_file=True), link.make(with_file=True)
    with link.begin() as work:
        cards = queries.shares(work.session, link.person)
        dead = next(one for one in cards if one.token == off)
        services.end_share(work, link.person, dead.id)
    unknown = gone(link, "0" * 26)
    assert gone(link, off) == unknown
    clock.now += timedelta(days=7)

    assert gone(link, over) == unknown
    assert "链接已失效" in unknown


def test_a_link_that_is_switched_off_is_dead_for_who_had_opened_it_too(
    printed: Link,
) -> None:
    secret = printed.make(with_file=True)
    inside = printed.open(secret).request.query_string.decode()
    places = [f"/s/{secret}{part}?{inside}" for part in ("", "/file", "/picture")]
    assert [printed.reader.get(one).status_code for one in places] == [200] * 3

    with printed.begin() as work:
        (card,) = queries.shares(work.session, printed.person)
        services.end_share(work, printed.person, card.id)

    assert [printed.reader.get(one).status_code for one in places] == [404] * 3


def test_it_speaks_the_language_of_its_address(link: Link) -> None:
    secret = link.make()

    page = link.reader.client.post(f"/s/{secret}?lang=en", follow_redirects=True)

    assert '<html lang="en">' in page.text
    assert "?lang=zh" in page.text
