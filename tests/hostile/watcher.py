"""The player's page over real HTTP: threads for its copies, the clock for its film."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from uuid import uuid4

from tests.hostile.ground import Lesson
from tests.hostile.honest import HEDGE
from tests.hostile.table import BEAT, LEASE
from tests.hostile.visitor import Reply, Visitor


class Watcher:
    """One honest person with one lesson. Units: seconds."""

    def __init__(self, visitor: Visitor, lesson: Lesson) -> None:
        self._visitor, self._lesson = visitor, lesson
        self._threads: list[threading.Thread] = []
        self._at = self._since = 0.0
        self._state: dict[str, Any] = {}
        self.played = 0.0
        self.credited = 0
        self.copies = 0

    def watch(self) -> None:
        """Watch from the first touch until the lesson is done."""
        body = {
            "enrolment": self._lesson.enrolment,
            "lesson": self._lesson.id,
            "take_over": False,
            "mine": None,
            "once": uuid4().hex,
        }
        self._state = self._ask(LEASE, lambda: body).told
        self._at, self._since = float(self._state["position"]), time.monotonic()
        start, done = self._at, False
        while not done:
            time.sleep(self._due(start))
            start, done = self._beat(start)
        for thread in self._threads:
            thread.join()

    @property
    def _playhead(self) -> float:
        passed = time.monotonic() - self._since
        return min(float(self._lesson.film), self._at + passed)

    def _due(self, start: float) -> float:
        interval = float(self._state["interval"])
        due = max(min(5.0, interval), interval - (self._playhead - start))
        # The page tells at once when the film has ended.
        return max(0.0, min(due, self._lesson.film - self._playhead))

    def _beat(self, start: float) -> tuple[float, bool]:
        state = self._state

        def claim() -> dict[str, Any]:
            return {
                "lease": state["lease"],
                "seq": state["seq"] + 1,
                "nonce": state["nonce"],
                "media_from": int(start),
                "media_to": max(int(start), int(self._playhead)),
                "state": "playing",
            }

        told = self._ask(BEAT, claim).told
        self.credited = told["credited"]
        state["seq"], state["nonce"] = told["seq"], told["nonce"]
        if told["seek"] or told.get("done"):
            self.played += self._playhead - self._at
            self._at, self._since = float(told["position"]), time.monotonic()
        return float(told["position"]), bool(told.get("done"))

    def _ask(self, path: str, body: Callable[[], dict[str, Any]]) -> Reply:
        """Send copies, each on a connection of its own, until one is answered."""
        heard: queue.Queue[Reply] = queue.Queue()

        def copy(sent: dict[str, Any]) -> None:
            visitor = self._visitor.twin()
            visitor.patient = False
            try:
                heard.put(visitor.json(path, sent))
            except (HTTPException, OSError):
                return

        while True:
            thread = threading.Thread(target=copy, args=(body(),))
            thread.start()
            self._threads.append(thread)
            self.copies += 1
            try:
                return heard.get(timeout=HEDGE)
            except queue.Empty:
                continue
