"""The house of the doors on a port of its own, and every page that opens to somebody.

The world is that of the walk past the doors (tests/house): the demonstration, and one
thing of one's own for every parameter that an address takes.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from werkzeug.serving import make_server

from lms.kernel.db import db
from lms.signing import rules as signing
from lms.signing.models import SigningKey
from tests.conftest import Browser
from tests.house.ground import Ground, allowed

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

STAFF = (
    "manager", "clerk", "author", "employer", "teller", "approver", "operator",
    "reviewer",
)  # fmt: skip
OTHERS = (
    "clerk", "author", "manager", "employer", "approver", "teller", "operator",
    "reviewer",
)  # fmt: skip
"""The same people, so that most pages are met by another one."""
ROOMS = ("console", "employer.", "office.", "api_keys.")
"""How the endpoints begin whose pages are walked: console, employer and office."""

A_FILE = re.compile(r"\.\w+$")
PIECES = {"console_films.panel", "console_documents.panel"}
"""What a page asks for while it is shown."""


@dataclass(frozen=True)
class Corridor:
    """The house's address, and the ground that it stands on."""

    url: str
    ground: Ground

    def places(self, who: str, order: Sequence[str]) -> list[str]:
        """List the addresses that are somebody's to walk: nobody before may come in."""
        return sorted(
            self.ground.address(rule, {"kid": self._own_key()})
            for rule, method in self.ground.routes()
            if method == "GET"
            and rule.endpoint.startswith(ROOMS)
            and rule.endpoint not in PIECES
            and not A_FILE.search(rule.rule)
            and next((one for one in order if allowed(rule.endpoint, one)), "") == who
        )

    def _own_key(self) -> str:
        """Name a key of the association whose desk is walked: the world names none."""
        house = self.ground.world.things["learner"]["own"]["association_id"]
        owner = signing.association(UUID(str(house)))
        chosen = select(SigningKey.kid).where(SigningKey.owner == owner).limit(1)
        return db.session.scalars(chosen).one()

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
