"""Presence checks that are skipped, guessed or answered for show."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.hostile.cheats.registry import cheat
from tests.hostile.table import CHECK, NotTried, Seat, Table

Told = dict[str, Any]
_BY_CHANCE = "checks come by chance, some minutes apart"


def _called(table: Table) -> tuple[Seat, Told]:
    """Sit where a check waits. Raises: NotTried where none can be had in time."""
    if table.hands.call is None:
        raise NotTried(_BY_CHANCE)
    seat = table.sit()
    table.hands.call(seat.lease)
    check = seat.play(1).told.get("check")
    if not check:
        raise NotTried("no check was called")
    return seat, check


def _hurry(seat: Seat, beats: int = 2) -> None:
    """Claim a second a beat, as if nothing had been asked."""
    for _ in range(beats):
        time.sleep(1.05)
        seat.beat(seat.at, seat.at + 1)


@cheat("play on while a check waits", "X06")
def ignore(table: Table) -> str:
    seat, check = _called(table)
    _hurry(seat, 3)
    told = seat.beat(seat.at, seat.at + 1).told
    if told.get("reason") != "check" or told.get("check", {}).get("id") != check["id"]:
        table.foul(f"the check is gone: {told.get('reason')}")
    table.prove(seat, check)
    return "1 s played, a check called, four beats without an answer"


@cheat("answer a check wrongly, and without looking", "X06")
def wrong(table: Table) -> str:
    seat, check = _called(table)
    for n, code in enumerate(("000000", "", "1", "９９９９９９"), 1):
        body = {"lease": seat.lease, "check": check["id"], "n": n, "code": code}
        told = seat.visitor.json(CHECK, body).told
        if told.get("right") and code != check.get("code"):
            table.foul(f"{code!r} was taken for the answer")
    for extra in ({"right": True}, {"passed": True}, {"outcome": "passed"}):
        body = {"lease": seat.lease, "check": check["id"], "n": 9, **extra}
        table.refused(seat.visitor.json(CHECK, body), f"{extra} in an answer", 400)
    _hurry(seat)
    return "four wrong answers, three that say they are right; then two beats"


@cheat("answer checks that were never asked", "X06")
def invented(table: Table) -> str:
    seat = table.sit()
    for check in (str(uuid4()), seat.lease, "x", None):
        body = {"lease": seat.lease, "check": check, "n": 1, "code": "123456"}
        table.refused(seat.visitor.json(CHECK, body), "an invented check", 400, 404)
    seat.hurry(2, 2, 2)
    return "four invented checks, three hurried beats; entitled to the clock"


@cheat("slip away from a check into a new lease", "X06")
def slip(table: Table) -> str:
    seat, check = _called(table)
    fresh = Seat(table.me.twin(), seat.lesson, table)
    told = table.open(fresh, take_over=True).told
    _hurry(fresh)
    elsewhere = next(o for o in table.ground.look().values() if o.id != seat.lesson.id)
    fresh.lesson = elsewhere
    table.open(fresh, take_over=True)
    _hurry(fresh)
    table.prove(fresh, told.get("check") or check)
    return "a new lease, then another lesson: the check waits there too"


@cheat("spend the time that a check waited", "X06")
def waited(table: Table) -> str:
    seat, check = _called(table)
    time.sleep(3)
    seat.opened = time.monotonic()
    table.prove(seat, check)
    seat.hurry(3, 2, 1)
    return "3 s waited, the right answer, then 3, 2 and 1 s claimed at once"


@cheat("use an old answer for a new check", "X06")
def stale(table: Table) -> str:
    seat, first = _called(table)
    table.prove(seat, first)
    assert table.hands.call is not None
    table.hands.call(seat.lease)
    second = seat.play(1).told.get("check")
    if not second:
        table.foul("a check that was due was not called")
        return "the second check never came"
    table.prove(seat, first)
    _hurry(seat)
    table.prove(seat, second)
    return "the first answer again, while a second check waits"


@cheat("let checks run out, one after another", "X06")
def unanswered(table: Table) -> str:
    seat, check = _called(table)
    late: Callable[[str], None] | None = table.hands.late
    assert late is not None
    late(check["id"])
    told = seat.beat(seat.at, seat.at + 1).told
    again = told.get("check")
    if not again or again["id"] == check["id"]:
        table.foul("a missed check was not asked again")
        return "a missed check was forgotten"
    late(again["id"])
    reply = seat.beat(seat.at, seat.at + 1)
    table.refused(reply, "a beat after two missed checks", 409)
    _hurry(seat)
    fresh = Seat(seat.visitor, seat.lesson, table)
    told = table.open(fresh, take_over=True).told
    if not told.get("check"):
        table.foul("whoever missed two checks may go on without one")
    _hurry(fresh, 1)
    if told.get("check"):
        table.prove(fresh, told["check"])
    return "two missed: the lease ends; a new one asks before anything counts"
