"""Send events as Stripe does: signed, at least once, again until they are taken."""

import hashlib
import hmac
import http.client
import json
import random
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lms.gateways.standin.store import Store

Json = dict[str, Any]

_TRIES = 12
_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 60.0
_TICK_SECONDS = 0.25
_TIMEOUT_SECONDS = 10
_TAKEN = range(200, 300)


def signature(secret: str, raw: bytes, at: int) -> str:
    """Sign raw bytes as Stripe's `Stripe-Signature` header does."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


@dataclass(slots=True)
class Manners:
    """How deliveries behave; tests make them worse."""

    copies: int = 1
    delay_seconds: float = 0.0
    hold: bool = False


class Sender:
    """One thread that delivers what is owed, and lets time pass for the store."""

    def __init__(self, store: Store, url: str | None, secret: str) -> None:
        self.manners = Manners()
        self._store = store
        self._url = url
        self._secret = secret
        self._queue: list[tuple[float, Json, int]] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        store.told = self.owe
        for event_id in store.undelivered:
            self.owe(store.events[event_id])

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what is undelivered stays owed."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def owe(self, event: Json) -> None:
        """Put an event into the queue."""
        due = time.monotonic() + self.manners.delay_seconds
        with self._lock:
            self._queue += [(due, event, 0)] * self.manners.copies

    def release(self, seed: int | None = None) -> None:
        """Let held events go, in another order when a seed is given."""
        with self._lock:
            if seed is not None:
                random.Random(seed).shuffle(self._queue)  # noqa: S311 - a test's order
            self.manners.hold = False

    @property
    def waiting(self) -> int:
        """Count what is not delivered yet."""
        with self._lock:
            return len(self._queue)

    def _run(self) -> None:
        while not self._stop.wait(_TICK_SECONDS):
            self._store.run_due()
            while not self.manners.hold and (entry := self._next()) is not None:
                _due, event, tries = entry
                if not self.deliver(event):
                    self._again(event, tries + 1)

    def _next(self) -> tuple[float, Json, int] | None:
        now = time.monotonic()
        with self._lock:
            for place, entry in enumerate(self._queue):
                if entry[0] <= now:
                    return self._queue.pop(place)
        return None

    def _again(self, event: Json, tries: int) -> None:
        if tries >= _TRIES:
            return
        pause = min(_PAUSE_SECONDS * 2**tries, _LONGEST_PAUSE_SECONDS)
        with self._lock:
            self._queue.append((time.monotonic() + pause, event, tries))

    def deliver(self, event: Json) -> bool:
        """Send an event once; tell whether it was taken."""
        if self._url is None:
            return True
        raw = json.dumps(event, indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(self._secret, raw, int(time.time())),
        }
        try:
            status = _post(self._url, raw, headers)
        except OSError:
            return False
        if status in _TAKEN and event["id"] in self._store.undelivered:
            with self._store.change():
                self._store.undelivered.pop(event["id"], None)
        return status in _TAKEN


def _post(url: str, raw: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    line = kind(parts.netloc, timeout=_TIMEOUT_SECONDS)
    try:
        line.request("POST", parts.path, raw, headers)
        return line.getresponse().status
    except http.client.HTTPException as error:
        raise OSError from error
    finally:
        line.close()
