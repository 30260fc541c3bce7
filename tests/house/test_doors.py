"""Every door, tried by everybody with everybody's things: the walk over the URL map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms.web import doors
from tests.conftest import Browser
from tests.house import bodies
from tests.house import doors_table as table
from tests.house.ground import UNSAFE, Ground, allowed, nothing, plain
from tests.house.lives import Things
from tests.house.world import audience

IDENTITIES = (
    "anonymous", "half", "suspended", "learner", "author", "clerk", "manager",
    "employer", "teller", "approver", "inspector", "operator",
    "reviewer",
)  # fmt: skip
NOT_THERE = {303, 400, 404, 409, 422}
everybody = pytest.mark.parametrize("who", IDENTITIES)
# A long walk that puts no other question to another engine than the one above: who
# may come in, and that looking changes nothing, is walked on both.
again = pytest.mark.sqlite_alone("the walk of both asks each page's own questions")


@dataclass(frozen=True)
class Seen:
    """What one visitor met at one door with own things."""

    name: str
    rule: Rule
    method: str
    status: int
    away: bool
    wrote: bool


@pytest.fixture(scope="session")
def walked() -> dict[str, list[Seen]]:
    """Keep each visitor's walk, for several tests judge it."""
    return {}


def walk(house: Ground, who: str, walked: dict[str, list[Seen]]) -> list[Seen]:
    """Let a visitor go through the whole house once, with good forms and own things."""
    if who not in walked:
        walked[who] = [
            _met(house, who, rule, method) for rule, method in house.routes()
        ]
    return walked[who]


def _met(house: Ground, who: str, rule: Rule, method: str) -> Seen:
    response = house.do(who, rule, method, house.address(rule))
    seen = Seen(
        f"{who} {method} {rule.endpoint}: {response.status_code}",
        rule,
        method,
        response.status_code,
        sent_to_sign_in(response),
        house.changed(),
    )
    house.put_back()
    return seen


def sent_to_sign_in(response: TestResponse) -> bool:
    place = response.headers.get("Location", "")
    return response.status_code == 303 and (
        "/account/sign-in?" in place or "/account/factor?" in place
    )


def refused(who: str, method: str, response: TestResponse) -> bool:
    """Tell whether a door that is shut for somebody said so in the right way."""
    if who in table.STRANGERS:
        away = method == "GET" and sent_to_sign_in(response)
        return away or response.status_code == 401
    return response.status_code == 403


def test_every_endpoint_is_in_the_table(ground: Ground) -> None:
    assert {rule.endpoint for rule, _method in ground.routes()} == table.KNOWN


def test_the_world_has_something_for_every_parameter(ground: Ground) -> None:
    assert not ground.unknown()


def test_the_public_endpoints_are_these_and_no_others(ground: Ground) -> None:
    open_to_all = {
        rule.endpoint
        for rule, _method in ground.routes()
        if (door := doors.door_of(ground.app, rule.endpoint))
        and door.kind is doors.Kind.PUBLIC
    }
    assert open_to_all == table.ANYBODY


def test_an_undeclared_route_stops_the_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/x", "x", lambda: "x")

    with pytest.raises(RuntimeError, match="routes without a door: x"):
        doors.close(app)


@everybody
def test_doors_open_to_those_of_the_table_alone(
    ground: Ground, walked: dict[str, list[Seen]], who: str
) -> None:
    def good(seen: Seen) -> bool:
        if allowed(seen.rule.endpoint, who):
            # 503 is the payment house, which these tests do not start.
            fine = seen.status < 500 or seen.status == 503
            return fine and not seen.away and seen.status not in {401, 403}
        if who in table.STRANGERS:
            return seen.status == 401 or (seen.method == "GET" and seen.away)
        return seen.status == 403

    assert not [s.name for s in walk(ground, who, walked) if not good(s)]


@everybody
def test_no_get_changes_anything(
    ground: Ground, walked: dict[str, list[Seen]], who: str
) -> None:
    seen = walk(ground, who, walked)

    assert not [s.name for s in seen if s.method == "GET" and s.wrote]


@everybody
def test_who_is_kept_out_changes_nothing(
    ground: Ground, walked: dict[str, list[Seen]], who: str
) -> None:
    seen = walk(ground, who, walked)

    assert not [s.name for s in seen if s.wrote and not allowed(s.rule.endpoint, who)]


@again
@everybody
def test_what_is_foreign_looks_like_what_is_not_there(ground: Ground, who: str) -> None:
    wrong = [
        fault
        for rule, method in ground.routes()
        if rule.endpoint not in table.ANYBODY | table.COOKIELESS
        for fault in _told_apart(ground, who, rule, method)
    ]
    assert not wrong


def _told_apart(house: Ground, who: str, rule: Rule, method: str) -> Iterator[str]:
    """Try each parameter with the things of others, and with nothing."""
    things = house.world.things[audience(rule.endpoint)]
    for thing in sorted(rule.arguments & set(things["foreign"])):
        nowhere = _with(house, who, (rule, method), nothing({thing}))
        for whose in ("own", "same", "foreign"):
            if thing not in things[whose]:
                continue
            given = {thing: things[whose][thing]}
            if within_reach(who, rule.endpoint, whose):
                # A chapter goes with its version: what is within reach comes whole.
                given = {} if whose == "own" else things[whose]
            met = _with(house, who, (rule, method), given)
            fault = _judged((who, rule, method), whose, met, nowhere)
            if fault:
                yield f"{who} {method} {rule.endpoint} {thing} {whose}: {fault}"


def _with(
    house: Ground, who: str, route: tuple[Rule, str], things: Things
) -> tuple[TestResponse, bool]:
    rule, method = route
    response = house.do(who, rule, method, house.address(rule, things))
    wrote = house.changed()
    house.put_back()
    return response, wrote


def _judged(
    door: tuple[str, Rule, str],
    whose: str,
    met: tuple[TestResponse, bool],
    nowhere: tuple[TestResponse, bool],
) -> str:
    """Name what is wrong with an answer, if anything."""
    who, rule, method = door
    (response, wrote), (nobody, wrote_nobody) = met, nowhere
    told = f"{response.status_code}, nowhere {nobody.status_code}"
    if not allowed(rule.endpoint, who):
        kept_out = refused(who, method, response) and refused(who, method, nobody)
        return "" if kept_out and not wrote | wrote_nobody else told
    if within_reach(who, rule.endpoint, whose):
        return "" if response.status_code not in {401, 403, 404} else told
    alike = plain(response) == plain(nobody) and response.status_code in NOT_THERE
    return "" if alike and not wrote | wrote_nobody else f"{told}, wrote {wrote}"


def within_reach(who: str, endpoint: str, whose: str) -> bool:
    """Tell whether a visitor who may come in may also have this thing.

    No claim here is an appeal, and a reviewer sees appeals alone. An operator writes
    for the house; every announcement here is an association's.
    """
    if who == "reviewer":
        return False
    if who == "operator" and endpoint.startswith("console_announcements."):
        return False
    if audience(endpoint) in {"staff", "inspector", "office"}:
        return whose in {"own", "same"}
    if audience(endpoint) == "employer":
        return whose in {"own", "same"}
    return who == "learner" and whose == "own"


@again
@everybody
@pytest.mark.parametrize("token", ["none", "another's"])
def test_no_deed_without_the_pages_token(ground: Ground, who: str, token: str) -> None:
    stranger = Browser(ground.app).token()
    headers = {"X-CSRFToken": stranger} if token == "another's" else {}
    wrong = []
    for rule, method in ground.routes():
        if method not in UNSAFE or rule.endpoint in table.COOKIELESS:
            continue
        url = ground.address(rule)
        sent = list(_without_token(rule.endpoint))
        for body in sent if token == "none" else sent[:1]:
            browser = ground.browser(who)
            with browser.client.session_transaction() as kept:
                kept["csrf_token"] = "another seed"
            response = ground.ask(browser, method, url, headers=headers, **body)
            if response.status_code != 400 or ground.changed():
                wrong.append(f"{who} {rule.endpoint}: {response.status_code}")
                ground.put_back()
    assert not wrong


def _without_token(endpoint: str) -> Iterator[dict[str, Any]]:
    """Give the bodies that another site's page can send with the visitor's cookie."""
    yield bodies.good(endpoint)
    yield {"data": '{"x": 1}', "content_type": "text/plain"}


@again
@pytest.mark.parametrize(
    "who", ["anonymous", "learner", "author", "clerk", "manager", "inspector"]
)
def test_junk_is_answered_and_never_breaks_the_house(ground: Ground, who: str) -> None:
    wrong = []
    for rule, method in ground.routes():
        if not allowed(rule.endpoint, who):
            continue
        for body in bodies.JUNK if method in UNSAFE else bodies.JUNK_ASKED:
            browser = ground.browser(who)
            headers = {"X-CSRFToken": browser.token()} if method in UNSAFE else {}
            url = ground.address(rule).partition("?")[0]
            response = ground.ask(browser, method, url, headers=headers, **body)
            if response.status_code >= 500:
                wrong.append(f"{who} {rule.endpoint}: {response.status_code}")
        ground.put_back()
    assert not wrong
