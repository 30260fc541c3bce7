"""Many tabs, many devices, leases that ended, leases of others."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.hostile.cheats.registry import cheat
from tests.hostile.table import BEAT, LEASE, NotTried, Seat, Table

DEVICES = 50


@cheat("go on after the lease has ended", "X01")
def ended(table: Table) -> str:
    seat = table.sit()
    table.leave(seat)
    time.sleep(1.05)
    for seq in (seat.seq, seat.seq + 1, seat.seq + 2):
        body = {**seat.body(seat.at, seat.at + 1), "seq": seq}
        reply = seat.visitor.json(BEAT, body)
        if seq != seat.seq:
            table.refused(reply, "a beat after the end", 409)
    return "left, then three more beats"


@cheat("two tabs at once, without a word", "X03")
def tabs(table: Table) -> str:
    first = table.sit()
    second = Seat(table.me.twin(), first.lesson, table)
    reply = table.open(second, take_over=False)
    table.refused(reply, "a second lease", 409)
    second.lease, second.nonce = first.lease, first.nonce
    time.sleep(2.05)
    first.beat(first.at, first.at + 2)
    second.beat(second.at, second.at + 2)
    second.beat(second.at, second.at + 2)
    table.entitle(first.age())
    return "the second is refused, and plays by the first one's lease: one clock"


@cheat("two tabs that take over from each other", "X03")
def tennis(table: Table) -> str:
    seats = [table.sit(), table.sit(visitor=table.me.twin())]
    begun = seats[0].opened
    for turn in range(4):
        table.open(seats[turn % 2], take_over=True)
        time.sleep(1.05)
        for each in seats:
            each.beat(each.at, each.at + 3)
    table.entitle(time.monotonic() - begun)
    return "four take-overs, both claim; entitled to one clock"


@cheat("fifty devices at once", "X03")
def devices(table: Table) -> str:
    lessons = [one for one in table.ground.look().values() if one.room > 30]
    seats = [
        Seat(table.me.twin(), lessons[place % len(lessons)], table)
        for place in range(DEVICES)
    ]
    begun = time.monotonic()
    start = threading.Barrier(DEVICES)

    def device(seat: Seat) -> int:
        given = 0
        for _round in range(3):
            start.wait(30)
            given += table.open(seat, take_over=True).status == 200
            start.wait(30)
            time.sleep(1.5)
            for step in (3, 2, 1):
                seat.beat(seat.at, seat.at + step)
        return given

    with ThreadPoolExecutor(DEVICES) as pool:
        given = sum(pool.map(device, seats))
    table.entitle(time.monotonic() - begun)
    return (
        f"{DEVICES} threads on {len(lessons)} lessons, {given} leases, 450 claims; "
        "entitled to one clock together"
    )


@cheat("fifty leases asked for at the same instant", "X03")
def rush(table: Table) -> str:
    table.leave(table.sit())
    lesson = table.ground.roomy()
    seats = [Seat(table.me.twin(), lesson, table) for _ in range(DEVICES)]
    with ThreadPoolExecutor(DEVICES) as pool:
        list(pool.map(lambda seat: table.open(seat, take_over=False), seats))
    given = [seat for seat in seats if seat.lease]
    if len(given) != 1:
        table.foul(f"{len(given)} leases are open at once")
    return f"{len(given)} given, {DEVICES - len(given)} refused"


@cheat("open a lease again and again", "X03")
def churn(table: Table) -> str:
    for _ in range(20):
        table.sit().hurry(2)
    return "20 leases, each with a claim of 2 s at once"


@cheat("keep a lease for another lesson", "X10")
def borrowed(table: Table) -> str:
    lessons = [one for one in table.ground.look().values() if one.room > 30]
    if len(lessons) < 2:
        raise NotTried("needs two unfinished lessons")
    first = table.sit(lessons[0])
    second = table.sit(lessons[1])
    time.sleep(1.05)
    reply = first.beat(first.at, first.at + 1)
    table.refused(reply, "the lease of a lesson that was left", 409)
    second.send({**second.body(0, 1), "lesson": lessons[0].id})
    second.send({**second.body(0, 1), "lease": first.lease})
    return "the old lease goes on; the new one names the old lesson"


@cheat("use another person's lease", "X03")
def foreign_lease(table: Table) -> str:
    tried = 0
    for lease in (str(uuid4()), "x", ""):
        seat = table.sit()
        reply = seat.visitor.json(BEAT, {**seat.body(0, 1), "lease": lease})
        table.refused(reply, "an invented lease", 400, 404)
        tried += 1
    for other in table.ground.others:
        seat = table.sit()
        time.sleep(1.05)
        reply = other.json(BEAT, seat.body(seat.at, seat.at + 1))
        table.refused(reply, "a lease in another person's hand", 404)
        tried += 1
    return f"{tried} leases: invented, and in the hands of another account"


@cheat("enrolments and lessons of others, or of nobody", "X10")
def foreign_ids(table: Table) -> str:
    seat = table.sit()
    mine = seat.lesson
    asked = [
        (str(uuid4()), mine.id),
        (mine.enrolment, str(uuid4())),
        (mine.id, mine.enrolment),
    ]
    asked += [
        (mine.enrolment, one.id)
        for one in table.ground.lessons
        if one.enrolment != mine.enrolment
    ][:2]
    answers = set()
    for enrolment, lesson in asked:
        body = {"enrolment": enrolment, "lesson": lesson, "take_over": True}
        reply = table.me.json(LEASE, body)
        table.refused(reply, "a lease for what is not one's own", 404)
        answers.add(reply.text)
    for other in table.ground.others:
        body = {"enrolment": mine.enrolment, "lesson": mine.id, "take_over": True}
        table.refused(other.json(LEASE, body), "another's enrolment", 404)
    if len(answers) > 1:
        table.foul("what is foreign and what is nowhere are answered differently")
    return f"{len(asked) + len(table.ground.others)} pairs, one and the same answer"


@cheat("revive a lease that fell silent", "X06")
def silent(table: Table) -> str:
    if not (table.long or table.hands.silence):
        raise NotTried("needs three minutes of silence: LONG=1")
    seat = table.sit()
    if table.hands.silence:
        table.hands.silence(seat.lease)
    else:
        time.sleep(182)
    reply = seat.beat(seat.at, seat.at + 60)
    table.refused(reply, "a beat after the silence", 409)
    seat.beat(seat.at, seat.at + 60)
    return "silent for more than 180 s, then a minute claimed"


@cheat("spend in a new lease what an old one saved", "X06")
def carry(table: Table) -> str:
    seat = table.sit()
    time.sleep(1.05)
    seat.beat(seat.at, seat.at)
    table.sit(seat.lesson).hurry(2, 2, 2)
    return "1 s idle, then a new lease; entitled to the new one's clock"
