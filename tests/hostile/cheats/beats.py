"""Well-formed beats that claim what was not watched."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.hostile.cheats.registry import cheat
from tests.hostile.table import BEAT, Table

COPIES = 1000
PAGES = 30


@cheat("replay one beat a thousand times", "X01")
def replay(table: Table) -> str:
    seat = table.sit()
    time.sleep(2.05)
    body = seat.body(seat.at, seat.at + 2)
    table.entitle(2)
    first = seat.send(body)
    twins = [seat.visitor.twin() for _ in range(4)]

    def again(place: int) -> set[str]:
        return {twins[place].json(BEAT, body).text for _ in range(COPIES // 4)}

    with ThreadPoolExecutor(4) as pool:
        heard = set().union(*pool.map(again, range(4)))
    if heard != {first.text}:
        table.foul(f"{len(heard)} different answers to one beat")
    table.leave(seat)
    return f"one beat of 2 s, then {COPIES} copies: one answer"


@cheat("fifty copies of one beat at the same instant", "X01")
def copies(table: Table) -> str:
    seat = table.sit()
    twins = [seat.visitor.twin() for _ in range(50)]
    time.sleep(2.05)
    body = seat.body(seat.at, seat.at + 2)
    table.entitle(2)
    with ThreadPoolExecutor(50) as pool:
        heard = list(pool.map(lambda twin: twin.json(BEAT, body), twins))
    if len({reply.text for reply in heard if reply.status == 200}) > 1:
        table.foul("copies were answered differently")
    return "50 connections, one beat of 2 s"


@cheat("claim the whole lesson in one beat", "X04")
def whole(table: Table) -> str:
    seat = table.sit()
    seat.beat(0, seat.lesson.film)
    time.sleep(1)
    seat.beat(0, seat.lesson.film)
    return f"0 to {seat.lesson.film} s, at once and after a second"


@cheat("jump to the end and finish from there", "X04")
def jump(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    end = seat.lesson.film
    for start in (end - 1, end - 5, end):
        seat.beat(start, end)
    seat.beat(end, end, "left")
    return "the last seconds, then the end itself"


def _speed(table: Table, times: int) -> str:
    seat = table.sit()
    for _ in range(2):
        before = seat.age()
        time.sleep(1.5)
        claim = round(1.5 * times) + 1
        seat.beat(seat.at, seat.at + claim)
        # On a machine that stood still so long, the claim was no longer too fast.
        if (passed := seat.age() - before) >= claim - 2:
            table.entitle(passed)
    return f"{times} × the clock, twice"


cheat("play at sixteen times the speed", "X05")(partial(_speed, times=16))
cheat("play at four times the speed", "X05")(partial(_speed, times=4))


@cheat("play at double speed within the tolerance", "X05")
def double(table: Table) -> str:
    seat = table.sit()
    for _ in range(3):
        time.sleep(1)
        seat.beat(seat.at, seat.at + 2)
    table.entitle(seat.age())
    return "2 s of film each second; entitled to the clock"


@cheat("creep by the tolerance of every beat", "X05")
def creep(table: Table) -> str:
    seat = table.sit()
    for _ in range(5):
        time.sleep(1)
        seat.beat(seat.at + 2, seat.at + 5)
    table.entitle(seat.age())
    return "3 s claimed each second, each 2 s ahead; entitled to the clock"


@cheat("collect fractions by a hail of tiny beats", "X02")
def hail(table: Table) -> str:
    seat = table.sit()
    for _ in range(100):
        seat.beat(seat.at, seat.at + 1)
    table.entitle(seat.age())
    return "100 beats of 1 s without waiting; entitled to the clock"


@cheat("run the film backwards", "X02")
def backwards(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    for start, end in ((10, 0), (5, 4), (seat.at + 2, seat.at)):
        seat.beat(start, end)
    return "10 to 0, 5 to 4"


@cheat("begin before the beginning", "X02")
def negative(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    for start, end in ((-30, 0), (-86_400, 1), (-1, 30)):
        seat.beat(start, end)
    return "-30 to 0, -86400 to 1, -1 to 30"


@cheat("watch the same seconds again", "X02")
def overlap(table: Table) -> str:
    seat = table.sit()
    low = seat.at
    seat.play(2)
    for _ in range(2):
        time.sleep(1.05)
        seat.beat(low, low + 2)
    return "2 s played, then the same 2 s twice"


@cheat("hop over gaps", "X04")
def gaps(table: Table) -> str:
    seat = table.sit()
    seat.play(1)
    for leap in (4, 9, 60):
        time.sleep(0.5)
        seat.beat(seat.at + leap, seat.at + leap + 1)
    return "1 s played, then stretches 4, 9 and 60 s further on"


@cheat("park at the furthest point", "X06")
def park(table: Table) -> str:
    seat = table.sit()
    seat.play(1)
    for _ in range(3):
        time.sleep(1)
        seat.beat(seat.at, seat.at)
    return "1 s played, then 3 s parked"


@cheat("claim film while paused or hidden", "X06")
def paused(table: Table) -> str:
    seat = table.sit()
    for state in ("paused", "hidden"):
        time.sleep(1.05)
        seat.beat(seat.at, seat.at + 1, state)
    return "a second each, paused and hidden"


@cheat("save up idle time and spend it at once", "X06")
def savings(table: Table) -> str:
    seat = table.sit()
    for _ in range(3):
        time.sleep(1)
        seat.beat(seat.at, seat.at)
    for _ in range(5):
        seat.beat(seat.at, seat.at + 3)
    table.entitle(seat.age())
    return "3 s idle, then five claims of 3 s; entitled to the clock"


@cheat("read a document in no time", "X04")
def dwell(table: Table) -> str:
    seat = table.sit(table.ground.roomy("document"))
    seat.beat(0, seat.lesson.film, "left")
    table.sit(seat.lesson).hurry(2, 2, 2)
    return "opened, scrolled to the end, left; then hurried"


@cheat("turn all pages of a document at once, and park on the last", "X04")
def pages(table: Table) -> str:
    seat = table.sit(table.ground.roomy("document"))
    each = max(1, seat.lesson.film // PAGES)
    for n in range(PAGES):
        seat.beat(n * each, (n + 1) * each)
    # What a slow line took is no cheat's doing.
    table.entitle(int(seat.age()))
    last = seat.lesson.film - each
    for _ in range(2):
        time.sleep(1.05)
        seat.beat(last, seat.lesson.film)
    return f"{PAGES} pages flipped through, then 2 s on the last one"
