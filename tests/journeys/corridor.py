"""The house of the doors on a port of its own, and every page that opens to somebody.

The world is that of the walk past the doors (tests/house): the demonstration, and one
thing of one's own for every parameter that an address takes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from tests.conftest import Browser
from tests.house.ground import Ground, allowed

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

STAFF = (
    "manager", "clerk", "author", "employer", "teller", "approver", "operator",
    "reviewer",
)  # fmt: skip
ROOMS = ("console", "employer.", "office.", "api_keys.")
"""How the endpoints begin whose pages are walked: console, employer and office."""


@dataclass(frozen=True)
class Corridor:
    """The house's address, and the ground that it stands on."""

    url: str
    ground: Ground

    def places(self, who: str, order: Sequence[str]) -> list[str]:
        """List the addresses that are somebody's to walk: nobody before may come in."""
        return sorted(
            self.ground.address(rule)
            for rule, method in self.ground.routes()
            if method == "GET"
            and rule.endpoint.startswith(ROOMS)
            and next((one for one in order if allowed(rule.endpoint, one)), "") == who
        )

    def cookie(self, who: str, language: str) -> SetCookieParam:
        """Give what the browser of somebody signed in carries."""
        app = self.ground.app
        browser = Browser(app)
        browser.carry(str(self.ground.world.tokens[who]))
        with browser.client.session_transaction() as kept:
            kept["lang"] = language
        name = app.config["SESSION_COOKIE_NAME"]
        held = browser.client.get_cookie(name)
        assert held is not None
        return {"name": name, "value": held.value, "url": self.url}


@contextmanager
def on_a_port(ground: Ground) -> Iterator[Corridor]:
    """Let the house answer on a port."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, ground.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Corridor(f"http://127.0.0.1:{server.server_port}", ground)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
