"""What the stand-in knows, in memory and in one small file."""

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lms.gateways.standin import objects
from lms.kernel.clock import Clock, system_clock

Json = dict[str, Any]

_PARTS = ("sessions", "items", "intents", "refunds", "events", "undelivered", "later",
          "replays")  # fmt: skip
ASYNC_SECONDS = 8


class Store:
    """Sessions, intents, refunds and events; every change is saved whole."""

    def __init__(self, file: Path | None = None, clock: Clock = system_clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.async_seconds = ASYNC_SECONDS
        self.told: Callable[[Json], None] = lambda _event: None
        self._file = file
        self.sessions: dict[str, Json] = {}
        self.items: dict[str, list[Json]] = {}
        self.intents: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.events: dict[str, Json] = {}
        self.undelivered: dict[str, int] = {}
        self.later: dict[str, list[Any]] = {}
        self.replays: dict[str, Json] = {}
        if file is not None and file.exists():
            for name, kept in json.loads(file.read_text("utf-8")).items():
                getattr(self, name).update(kept)

    def now(self) -> int:
        """Tell the time as Stripe writes it. Units: seconds since 1970."""
        return int(self.clock().timestamp())

    @contextmanager
    def change(self) -> Iterator[None]:
        """Change what is known; nobody else does meanwhile, and it is saved."""
        with self.lock:
            yield
            self._save()

    def _save(self) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(f".{secrets.token_hex(3)}")
        draft.write_text(json.dumps({n: getattr(self, n) for n in _PARTS}), "utf-8")
        draft.replace(self._file)

    def tell(self, kind: str, about: Json) -> None:
        """Make an event of a change, and have it sent."""
        made = objects.event(kind, json.loads(json.dumps(about)), now=self.now())
        self.events[made["id"]] = made
        self.undelivered[made["id"]] = 0
        self.told(made)

    def pay(self, session_id: str, method: str) -> None:
        """Let a session be paid at once."""
        self._complete(session_id, method, status="succeeded")

    def pay_later(self, session_id: str, method: str, *, good: bool) -> None:
        """Let a session be completed whose money comes, or fails to come, later."""
        if self._complete(session_id, method, status="processing"):
            with self.change():
                due = self.now() + self.async_seconds
                self.later[session_id] = [due, good]

    def _complete(self, session_id: str, method: str, *, status: str) -> bool:
        with self.change():
            session = self.sessions[session_id]
            if session["status"] != "open":
                return False
            made = objects.intent(session, method, status=status, now=self.now())
            self.intents[made["id"]] = made
            paid = status == "succeeded"
            session.update(
                payment_intent=made["id"],
                status="complete",
                payment_status="paid" if paid else "unpaid",
                url=None,
            )
            self.tell("checkout.session.completed", session)
            if paid:
                self.tell("payment_intent.succeeded", made)
            return True

    def expire(self, session_id: str) -> bool:
        """End an open session unpaid."""
        with self.change():
            session = self.sessions[session_id]
            if session["status"] != "open":
                return False
            session.update(status="expired", url=None)
            self.tell("checkout.session.expired", session)
            return True

    def refund(self, intent: Json, amount: int, asked: Json) -> Json:
        """Give money of a payment back."""
        with self.change():
            made = objects.refund(intent, amount, asked=asked, now=self.now())
            self.refunds[made["id"]] = made
            self.tell("refund.created", made)
            self.tell(
                "charge.refunded",
                {
                    "id": objects.new_id("ch"),
                    "object": "charge",
                    "payment_intent": intent["id"],
                    "amount_refunded": self.refunded(intent["id"]),
                },
            )
            return made

    def refunded(self, intent_id: str) -> int:
        """Add up what of a payment went back."""
        return sum(
            each["amount"]
            for each in self.refunds.values()
            if each["payment_intent"] == intent_id
        )

    def run_due(self) -> None:
        """Let happen what is due: sessions end, slow money arrives."""
        now = self.now()
        with self.lock:
            over = [
                session["id"]
                for session in self.sessions.values()
                if session["status"] == "open" and session["expires_at"] <= now
            ]
            due = [key for key, (at, _good) in self.later.items() if at <= now]
        for session_id in over:
            self.expire(session_id)
        for session_id in due:
            self.finish(session_id)

    def finish(self, session_id: str, *, good: bool | None = None) -> None:
        """Let slow money arrive, or fail to."""
        with self.change():
            planned = self.later.pop(session_id, None)
            if planned is None:
                return
            arrived = planned[1] if good is None else good
            session = self.sessions[session_id]
            intent = self.intents[session["payment_intent"]]
            intent["status"] = "succeeded" if arrived else "requires_payment_method"
            intent["amount_received"] = intent["amount"] if arrived else 0
            session["payment_status"] = "paid" if arrived else "unpaid"
            outcome = "succeeded" if arrived else "failed"
            self.tell(f"checkout.session.async_payment_{outcome}", session)
