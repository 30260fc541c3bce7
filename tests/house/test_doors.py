"""Every door, tried by everybody: the walk over the URL map."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms.assembly import assemble
from lms.kernel.db import db
from lms.kernel.settings import from_env
from lms.web import doors
from tests.conftest import Browser
from tests.house import doors_table as table
from tests.house import world as worlds
from tests.house.world import FIXED, NOBODY, World

IDENTITIES = (
    "anonymous", "half", "suspended", "learner", "author", "clerk", "manager",
    "employer", "office", "inspector", "operator",
)  # fmt: skip
NOT_SIGNED_IN = {"anonymous", "suspended", "half"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
pytestmark = pytest.mark.skipif(
    os.environ.get("LMS_TEST_ENGINE") == "postgresql",
    reason="the doors are the same on every engine; the file is copied back each time",
)


class Ground:
    """The house with the world in it, put back after every deed."""

    def __init__(self, app: Flask, world: World, file: Path) -> None:
        self.app, self.world, self._file = app, world, file
        db.session.remove()
        db.engine.dispose()
        raw = sqlite3.connect(file)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        shutil.copy(file, f"{file}.kept")

    def put_back(self) -> None:
        db.session.remove()
        db.engine.dispose()
        for tail in ("-wal", "-shm"):
            Path(f"{self._file}{tail}").unlink(missing_ok=True)
        shutil.copy(f"{self._file}.kept", self._file)

    def browser(self, who: str) -> Browser:
        made = Browser(self.app)
        token = self.world.tokens[who]
        if token:
            made.carry(token)
        return made


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("doors")
    app = assemble(
        from_env({"LMS_DATA_DIR": str(folder), "LMS_DEMO": "1"}), limits=False
    )
    app.testing = True
    with app.app_context():
        world = worlds.build(app)
        yield Ground(app, world, folder / "lms.sqlite3")
        db.session.remove()
        db.engine.dispose()


def routes(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def address(app: Flask, rule: Rule, things: dict[str, object], world: World) -> str:
    """Fill a rule's parameters; one that the world does not know fails the test."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        if name in FIXED:
            values[name] = FIXED[name]
        elif name in things:
            values[name] = things[name]
        elif name in world.own:
            values[name] = world.own[name]
        else:
            values[name] = NOBODY[name]
    edited = rule.endpoint.startswith("console_lessons.")
    if edited and values.get("lesson_id") == world.own["lesson_id"]:
        values["lesson_id"] = world.own["draft_lesson_id"]
    with app.test_request_context():
        return url_for(rule.endpoint, **values)


def ask(browser: Browser, method: str, url: str) -> TestResponse:
    # A context of its own, or one request would find the visitor of the last in `g`.
    with browser.app.app_context():
        response = browser.get(url) if method == "GET" else browser.post(url, data={})
        # Read whole and closed: files are streamed, and a left one would be a warning.
        response.get_data()
        response.close()
    return response


def plain(response: TestResponse) -> tuple[int, str]:
    """An answer without what differs each time: tokens, ids, the address itself."""
    body = response.get_data(as_text=True)
    body = re.sub(r'(value|content)="[^"]{40,}"', "", body)
    body = re.sub(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", "", body)
    return response.status_code, body


def allowed(endpoint: str, who: str) -> bool:
    if endpoint in table.ANYBODY | table.COOKIELESS:
        return True
    if endpoint in table.HALF:
        return who not in {"anonymous", "suspended"}
    if who in NOT_SIGNED_IN:
        return False
    return endpoint in table.SIGNED_IN or who in table.ROLES[endpoint]


def test_every_endpoint_is_in_the_table(ground: Ground) -> None:
    assert {rule.endpoint for rule, _method in routes(ground.app)} == table.KNOWN


def test_the_public_endpoints_are_these_and_no_others(ground: Ground) -> None:
    open_to_all = {
        rule.endpoint
        for rule, _method in routes(ground.app)
        if (door := doors.door_of(ground.app, rule.endpoint))
        and door.kind is doors.Kind.PUBLIC
    }
    assert open_to_all == table.ANYBODY


def test_an_undeclared_route_stops_the_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/x", "x", lambda: "x")

    with pytest.raises(RuntimeError, match="routes without a door: x"):
        doors.close(app)


@pytest.mark.parametrize("who", IDENTITIES)
def test_doors_open_to_those_of_the_table_alone(ground: Ground, who: str) -> None:
    wrong = []
    for rule, method in routes(ground.app):
        endpoint = rule.endpoint
        url = address(ground.app, rule, {}, ground.world)
        response = ask(ground.browser(who), method, url)
        status = response.status_code
        if allowed(endpoint, who):
            kept_out = status in {401, 403} or _sent_to_sign_in(response)
            good = not kept_out and status < 500
        elif who in NOT_SIGNED_IN:
            good = status == 401 or (method == "GET" and _sent_to_sign_in(response))
        else:
            good = status == 403
        if not good:
            wrong.append(f"{who} {method} {endpoint}: {status}")
        if method in UNSAFE:
            ground.put_back()
    assert not wrong


def _sent_to_sign_in(response: TestResponse) -> bool:
    place = response.headers.get("Location", "")
    return response.status_code == 303 and (
        "/account/sign-in?" in place or "/account/factor?" in place
    )


@pytest.mark.parametrize("who", ["learner", "author", "clerk", "manager"])
def test_what_is_foreign_looks_like_what_is_not_there(ground: Ground, who: str) -> None:
    wrong = [
        fault
        for rule, method in routes(ground.app)
        if allowed(rule.endpoint, who) and rule.endpoint not in table.ANYBODY
        for thing in rule.arguments & set(ground.world.foreign)
        for fault in _told_apart(ground, who, (rule, method), thing)
    ]
    assert not wrong


def _told_apart(
    ground: Ground, who: str, route: tuple[Rule, str], thing: str
) -> Iterator[str]:
    """Try one parameter with a foreign thing and with nothing."""
    rule, method = route
    answers = []
    for source in (ground.world.foreign, NOBODY):
        url = address(ground.app, rule, {thing: source[thing]}, ground.world)
        before = worlds.digest()
        answers.append(plain(ask(ground.browser(who), method, url)))
        if worlds.digest() != before:
            yield f"{who} {method} {rule.endpoint} wrote by {thing}"
        if method in UNSAFE:
            ground.put_back()
    if answers[0] != answers[1] or answers[0][0] not in {400, 404, 409, 422}:
        statuses = [answer[0] for answer in answers]
        yield f"{who} {method} {rule.endpoint} {thing}: {statuses}"


@pytest.mark.parametrize("who", IDENTITIES)
def test_no_get_changes_anything(ground: Ground, who: str) -> None:
    before = worlds.digest()
    guilty = []
    for rule, method in routes(ground.app):
        if method != "GET":
            continue
        ask(ground.browser(who), "GET", address(ground.app, rule, {}, ground.world))
        after = worlds.digest()
        if after != before:
            guilty.append(rule.endpoint)
            before = after
    assert not guilty


@pytest.mark.parametrize("who", ["anonymous", "learner", "author", "clerk", "manager"])
@pytest.mark.parametrize("token", [None, "foreign"])
def test_no_deed_without_the_pages_token(
    ground: Ground, who: str, token: str | None
) -> None:
    before = worlds.digest()
    wrong = []
    for rule, method in routes(ground.app):
        if method not in UNSAFE or rule.endpoint in table.COOKIELESS:
            continue
        url = address(ground.app, rule, {}, ground.world)
        headers = {"X-CSRFToken": Browser(ground.app).token()} if token else {}
        browser = ground.browser(who)
        with browser.client.session_transaction() as kept:
            kept["csrf_token"] = "another seed"
        bodies: tuple[dict[str, Any], ...] = (
            {"data": {"x": "1"}},
            {"data": '{"x": 1}', "content_type": "text/plain"},
        )
        for body in bodies:
            with ground.app.app_context():
                response = browser.client.open(
                    url, method=method, headers=headers, **body
                )
            if response.status_code not in {400, 401, 403}:
                wrong.append(f"{who} {rule.endpoint}: {response.status_code}")
    assert not wrong
    assert worlds.digest() == before


@pytest.mark.parametrize("who", ["learner", "author", "clerk", "manager"])
def test_junk_is_answered_and_never_breaks_the_house(ground: Ground, who: str) -> None:
    junk = "﷽<script>alert(1)</script>'\"\x00" + "9" * 50
    wrong = []
    for rule, method in routes(ground.app):
        if method not in UNSAFE or not allowed(rule.endpoint, who):
            continue
        url = address(ground.app, rule, {}, ground.world)
        fields = dict.fromkeys(
            ("title", "name", "reason", "kind", "offer_id", "amount", "id_number",
             "credit", "price", "q", "known_as", "key", "options", "stem", "method",
             "specialty", "track", "uscc", "number", "revision", "total"), junk
        )  # fmt: skip
        bodies: tuple[dict[str, Any], ...] = (
            {"data": fields},
            {"json": {"answers": junk, "seq": junk}},
        )
        for body in bodies:
            browser = ground.browser(who)
            headers = {"X-CSRFToken": browser.token()}
            with ground.app.app_context():
                response = browser.client.open(
                    url, method=method, headers=headers, **body
                )
            if response.status_code >= 500:
                wrong.append(f"{who} {rule.endpoint}: {response.status_code}")
        ground.put_back()
    assert not wrong
