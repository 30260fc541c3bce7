"""A stand-in for Stripe that a test can reach, and a port on it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from lms.gateways.standin.app import Plan, create
from lms.gateways.standin.sender import Sender, signature
from lms.gateways.standin.store import Store
from lms.gateways.stripe import StripeCheckout
from lms.kernel.clock import Clock, system_clock
from lms.kernel.payment_settings import StripeSettings

KEY, SECRET = "sk_test_0123", "whsec_4567"


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None:
        """Keep silent."""


@dataclass(frozen=True)
class StandIn:
    """The stand-in, reachable on loopback."""

    app: Flask
    url: str
    keys: tuple[str, str] = (KEY, SECRET)

    @property
    def store(self) -> Store:
        found: Store = self.app.extensions["standin.store"]
        return found

    @property
    def sender(self) -> Sender:
        found: Sender = self.app.extensions["standin.sender"]
        return found

    @property
    def settings(self) -> StripeSettings:
        return StripeSettings(*self.keys, self.url)

    @property
    def port(self) -> StripeCheckout:
        return StripeCheckout(self.settings)

    def signed(self) -> list[tuple[bytes, str]]:
        """Every event so far, as the webhook would get it."""
        return [sign(each, self.keys[1]) for each in list(self.store.events.values())]


def sign(event: object, secret: str = SECRET, age: int = 0) -> tuple[bytes, str]:
    raw = json.dumps(event).encode()
    return raw, signature(secret, raw, int(time.time()) - age)


@contextmanager
def standing_in(
    clock: Clock = system_clock,
    *,
    webhook_url: str | None = None,
    file: Path | None = None,
    keys: tuple[str, str] = (KEY, SECRET),
) -> Iterator[StandIn]:
    """Serve a stand-in for the length of a test."""
    app = Flask("placeholder")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    server.app = create(Plan(*keys, url, webhook_url, file, clock))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield StandIn(server.app, url, keys)
    finally:
        server.app.extensions["standin.sender"].stop()
        server.shutdown()
        thread.join()
        server.server_close()
