"""The table where cheats are played: leases, and what is earned beside the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.hostile.ground import Ground, Lesson
from tests.hostile.visitor import Reply, Visitor

BEAT = "/study/beat"
LEASE = "/study/lease"
CHECK = "/study/check"


class NotTried(Exception):
    """This house or this run gives no occasion; says why."""


@dataclass
class Seat:
    """One device of one person in one lesson, that may say whatever it likes."""

    visitor: Visitor
    lesson: Lesson
    table: Table
    lease: str = ""
    nonce: str = ""
    seq: int = 0
    at: int = 0
    opened: float = 0.0

    def body(self, start: int, end: int, state: str = "playing") -> dict[str, Any]:
        """Give the next beat as an honest page would write it."""
        return {
            "lease": self.lease,
            "seq": self.seq + 1,
            "nonce": self.nonce,
            "media_from": start,
            "media_to": end,
            "state": state,
        }

    def send(
        self, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> Reply:
        """Send any body as a beat, and follow what the answer says."""
        reply = self.visitor.json(BEAT, body, headers)
        self.follow(reply)
        return reply

    def follow(self, reply: Reply) -> None:
        """Go on from an answer as a page does, also from one that refuses."""
        told = reply.told
        if told.get("nonce") and isinstance(told.get("seq"), int):
            self.seq, self.nonce = told["seq"], told["nonce"]
            self.at = told.get("furthest", self.at)

    def beat(self, start: int, end: int, state: str = "playing") -> Reply:
        return self.send(self.body(start, end, state))

    def play(self, seconds: int) -> Reply:
        """Study honestly: wait, and claim what was waited. It is entitled to that."""
        time.sleep(seconds + 0.05)
        self.table.entitle(seconds)
        return self.beat(self.at, self.at + seconds)

    def age(self) -> float:
        """Say how long this lease can have lived at most. Units: seconds."""
        return time.monotonic() - self.opened

    def hurry(self, *steps: int) -> None:
        """Claim at once, several times. What a slow line took is no cheat's doing."""
        for step in steps:
            self.beat(self.at, self.at + step)
        self.table.entitle(int(self.age()))


@dataclass
class Hands:
    """What only the owner of a test house can do; absent elsewhere."""

    silence: Callable[[str], None] | None = None
    call: Callable[[str], None] | None = None
    late: Callable[[str], None] | None = None
    closed_paper: str = ""
    open_paper: str = ""
    association: str = ""


@dataclass
class Table:
    """What cheats play on. `entitled` counts seconds that were truly studied."""

    ground: Ground
    hands: Hands = field(default_factory=Hands)
    long: bool = False
    entitled: float = 0.0
    fouls: list[str] = field(default_factory=list)

    @property
    def me(self) -> Visitor:
        return self.ground.me

    def entitle(self, seconds: float) -> None:
        """Count seconds that a person at this place would rightly earn."""
        self.entitled += seconds

    def foul(self, what: str) -> None:
        """Note what should not have been possible."""
        self.fouls.append(what)

    def sit(
        self,
        lesson: Lesson | None = None,
        visitor: Visitor | None = None,
        *,
        take_over: bool = True,
        mine: str | None = None,
    ) -> Seat:
        """Open a lease. Raises: NotTried when the house gives none."""
        seat = Seat(visitor or self.me, lesson or self.ground.roomy(), self)
        seat.opened = time.monotonic()
        reply = self.open(seat, take_over=take_over, mine=mine)
        if not seat.lease:
            raise NotTried(f"no lease was given (HTTP {reply.status})")
        if reply.told.get("check"):
            self.prove(seat, reply.told["check"])
        return seat

    def prove(self, seat: Seat, check: dict[str, Any]) -> Reply:
        """Answer a presence check as a person would: read the code, or guess."""
        sent = {"lease": seat.lease, "check": check["id"], "n": 1}
        if check.get("code"):
            return seat.visitor.json(CHECK, {**sent, "code": check["code"]})
        reply = seat.visitor.json(CHECK, {**sent, "chosen": [0]})
        for place in range(1, len(check["options"])):
            if reply.told.get("right") or reply.told.get("closed"):
                break
            reply = seat.visitor.json(
                CHECK, {**sent, "n": place + 1, "chosen": [place]}
            )
        return reply

    @staticmethod
    def open(seat: Seat, *, take_over: bool, mine: str | None = None) -> Reply:
        """Ask for a lease, and keep it when there is one."""
        lesson = seat.lesson
        asked = {
            "enrolment": lesson.enrolment,
            "lesson": lesson.id,
            "take_over": take_over,
            "mine": mine,
        }
        reply = seat.visitor.json(LEASE, asked)
        told = reply.told
        if reply.status == 200 and told.get("lease"):
            seat.lease, seat.nonce = told["lease"], told["nonce"]
            seat.seq, seat.at = told["seq"], told["furthest"]
        return reply

    def leave(self, seat: Seat) -> None:
        """Go away politely."""
        seat.beat(seat.at, seat.at, "left")

    def refused(self, reply: Reply, what: str, *least: int) -> None:
        """Expect a refusal: any 4xx, or one of those named."""
        fine = reply.status in least if least else 400 <= reply.status < 500
        if not fine:
            self.foul(f"{what}: HTTP {reply.status}")
