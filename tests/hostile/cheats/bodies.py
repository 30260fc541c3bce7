"""Beats whose numbers, fields or names are not what the protocol says."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.hostile.cheats.registry import cheat
from tests.hostile.table import BEAT, Table

_NUMBERS: tuple[Any, ...] = (
    10**9, 10**30, -(10**30), 30.0, 1.5, "30", "1e3", True, None, [30], {"$gt": 0},
    float("nan"), float("inf"), "９", "0x1e", "",
)  # fmt: skip


@cheat("huge, broken, quoted and boolean numbers", "X02")
def numbers(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    for field in ("media_to", "media_from", "seq"):
        for number in _NUMBERS:
            body = {**seat.body(seat.at, seat.at + 1), field: number}
            reply = seat.visitor.json(BEAT, json.dumps(body).encode())
            table.refused(reply, f"{field} = {number!r}", 400, 409, 422)
    return f"{3 * len(_NUMBERS)} bodies: NaN, 1e30, '30', true, null, lists"


_EXTRAS: tuple[dict[str, Any], ...] = (
    {"seconds": 2700}, {"credited": 9999}, {"done": True}, {"elapsed": 60},
    {"earned": 60}, {"progress": 100}, {"rate": 16}, {"top_rate": 1600},
    {"session_time": "PT99H"}, {"lesson_status": "completed"},
    {"study_seconds": 1}, {"mark": 0}, {"person_id": 1}, {"__proto__": {}},
)  # fmt: skip


@cheat("send seconds, credit and done of one's own", "X09")
def fields(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    for extra in _EXTRAS:
        reply = seat.visitor.json(BEAT, {**seat.body(seat.at, seat.at + 1), **extra})
        table.refused(reply, f"unknown field {extra}", 400, 422)
    return "14 unknown fields beside a good beat"


@cheat("set the client's clock forward and back", "X02")
def clocks(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    for moment in ("2026-11-22T00:00:00Z", "1970-01-01T00:00:00Z", 4102444800000):
        for field in ("at", "now", "client_time", "timestamp"):
            body = {**seat.body(seat.at, seat.at + 60), field: moment}
            table.refused(seat.visitor.json(BEAT, body), f"{field} in the body", 400)
    headers = {
        "Date": "Sun, 22 Nov 2026 00:00:00 GMT",
        "X-Client-Time": "4102444800",
        "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT",
        "X-Request-Start": "t=0",
    }
    seat.send(seat.body(seat.at, seat.at + 60), headers)
    return "12 bodies with a time of their own, and four headers"


@cheat("wrong, empty, old and foreign nonces", "X01")
def nonces(table: Table) -> str:
    seat = table.sit()
    old = seat.nonce
    seat.play(1)
    time.sleep(1.05)
    for nonce in (old, "", "A" * 16, "A" * 65, seat.nonce.swapcase(), None, 0, [old]):
        body = {**seat.body(seat.at, seat.at + 1), "nonce": nonce}
        table.refused(seat.visitor.json(BEAT, body), f"nonce {nonce!r}", 400, 409)
    return "8 nonces that were not given"


@cheat("guess the sequence, and go back in it", "X01")
def sequence(table: Table) -> str:
    seat = table.sit()
    seat.play(1)
    seat.beat(seat.at, seat.at)
    time.sleep(1.05)
    for seq in (seat.seq + 2, seat.seq + 500, 0, 1, -1, 86_400):
        body = {**seat.body(seat.at, seat.at + 1), "seq": seq}
        table.refused(seat.visitor.json(BEAT, body), f"seq {seq}", 400, 409)
    return "ahead, far ahead, old, negative"


@cheat("states that do not exist", "X02")
def states(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    for state in ("completed", "passed", "PLAYING", "", None, 1, ["playing"]):
        body = {**seat.body(seat.at, seat.at + 1), "state": state}
        table.refused(seat.visitor.json(BEAT, body), f"state {state!r}", 400)
    return "completed, passed and five more"


@cheat("say a thing twice in one body", "X02")
def twice(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    good = json.dumps(seat.body(seat.at, seat.at + 1))
    body = f'{good[:-1]}, "media_to": {seat.lesson.film}, "media_from": 0}}'
    seat.follow(seat.visitor.json(BEAT, body.encode()))
    return "media_from and media_to given twice; the last one counts, and jumps"


@cheat("other types of content", "X31")
def content(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    body = json.dumps(seat.body(seat.at, seat.at + 1)).encode()
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "text/plain; application/json",
        "",
    ):
        reply = seat.visitor.json(BEAT, body, {"Content-Type": kind})
        table.refused(reply, f"content type {kind!r}", 400, 415)
    return "a good beat as text, form, multipart, XML, nothing"


@cheat("bodies too deep, too long, or no JSON at all", "X33")
def monsters(table: Table) -> str:
    seat = table.sit()
    begun = time.monotonic()
    deep = b"[" * 50_000 + b"]" * 50_000
    for body in (deep, b"{" * 5000, b"", b"null", b"[]", b'"x"', b"\xff\xfe", b"{}"):
        reply = seat.visitor.json(BEAT, body)
        table.refused(reply, f"{body[:9]!r}", 400, 413)
    long = {**seat.body(0, 1), "nonce": "A" * 1_000_000}
    table.refused(seat.visitor.json(BEAT, long), "a megabyte of nonce", 400, 413)
    took = time.monotonic() - begun
    return f"nine monsters, all answered in {took:.1f} s"
