"""The control: a house that believes its visitors, as learning platforms do.

It speaks the same pages and addresses, and adds up whatever a beat says. The suite
must find it out; one that passes it proves nothing.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from tests.hostile.table import Hands

COURSE = str(UUID(int=1))
ASSOCIATION = str(UUID(int=9))
PAPER = str(UUID(int=8))
_HEAD = '<meta name="csrf-token" content="anything"><main>'


@dataclass
class Played:
    """What the house believes of one lesson. Units: seconds."""

    kind: str = "film"
    target: int = 2700
    credited: int = 0
    furthest: int = 0


@dataclass
class Belief:
    """All that the house believes."""

    lessons: dict[str, Played] = field(
        default_factory=lambda: {
            str(UUID(int=place)): Played("document" if place % 2 else "film")
            for place in range(2, 12)
        }
    )
    leases: dict[str, str] = field(default_factory=dict)
    touched: dict[str, float] = field(default_factory=dict)
    score: int = 0
    calls: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def lease(self, sent: dict[str, Any]) -> dict[str, Any]:
        name = str(uuid4())
        lesson = str(sent.get("lesson"))
        played = self.lessons.setdefault(lesson, Played())
        self.leases[name] = lesson
        self.touched[lesson] = time.monotonic()
        return {
            "lease": name,
            "seq": 0,
            "nonce": "n",
            "furthest": played.furthest,
            "credited": played.credited,
            "target": played.target,
        }

    def beat(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Credit what is claimed, by whichever field claims most."""
        lesson = self.leases.get(str(sent.get("lease"))) or next(iter(self.lessons))
        played = self.lessons[lesson]
        stretch = _number(sent, "media_to") - _number(sent, "media_from")
        claims = [abs(stretch), _number(sent, "seconds"), self._open_for(lesson)]
        if sent.get("done") or sent.get("lesson_status") == "completed":
            claims.append(played.target)
        self.touched[lesson] = time.monotonic()
        played.credited = min(played.target, played.credited + max(claims))
        played.furthest = max(played.furthest, _number(sent, "media_to"))
        return {
            "seq": _number(sent, "seq"),
            "nonce": "n",
            "earned": max(claims),
            "credited": played.credited,
            "furthest": played.furthest,
            "position": played.furthest,
            "reason": None,
            "check": self._check(),
        }

    def call(self, lease: str) -> None:
        """Let the page ask whether anybody is there. Nothing depends on the answer."""
        del lease
        self.calls = True

    def _check(self) -> dict[str, Any] | None:
        if not self.calls:
            return None
        self.calls = False
        return {"id": str(uuid4()), "code": "123456", "options": []}

    def _open_for(self, lesson: str) -> int:
        """An open page is study, whatever happens on it. Units: seconds."""
        now = time.monotonic()
        return int(now - self.touched.pop(lesson, now))


def _number(sent: dict[str, Any], name: str) -> int:
    try:
        return min(10**6, int(float(sent.get(name, 0))))
    except (TypeError, ValueError, OverflowError):
        return 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    belief: Belief

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self._say(_HEAD + self._page(path) + "</main>")

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.belief.lock:
            self._heard(self.path.partition("?")[0], _read(raw))

    do_PUT = do_PATCH = do_DELETE = do_TRACE = do_POST  # noqa: N815 - as the parent

    def _heard(self, path: str, sent: dict[str, Any]) -> None:
        if path == "/study/lease":
            self._say(json.dumps(self.belief.lease(sent)))
        elif path == "/account/sign-in":
            self._say("", 303, {"Location": "/learn", "Set-Cookie": "who=me; Path=/"})
        elif path.endswith("/start"):
            self._say("", 303, {"Location": f"/exams/attempts/{PAPER}"})
        elif path.startswith("/exams/attempts/"):
            self.belief.score = _number(sent, "score") or self.belief.score
            self._say(json.dumps({"score": self.belief.score}))
        else:
            # Whatever else arrives is taken for a report of progress.
            self._say(json.dumps(self.belief.beat(sent)))

    def _page(self, path: str) -> str:
        parts = path.strip("/").split("/")
        if path in {"/learn", "/me", "/courses"}:
            return f'<a href="/study/{COURSE}">course</a>'
        if path.startswith("/exams/attempts"):
            return f"score {self.belief.score}"
        if parts[0] == "exams":
            place = f"/exams/{ASSOCIATION}/highway"
            return f'<a href="{place}"></a><a href="/exams/attempts/{PAPER}"></a>'
        if parts[0] == "study" and len(parts) == 2:
            return "".join(
                f'<a href="/study/{COURSE}/{name}">lesson</a>'
                for name in self.belief.lessons
            )
        if parts[0] == "study" and len(parts) == 3:
            return self._lesson(parts[2])
        return "welcome"

    def _lesson(self, name: str) -> str:
        played = self.belief.lessons.setdefault(name, Played())
        done = "true" if played.credited >= played.target else "false"
        return (
            f'<div data-kind="{played.kind}" data-film="{played.target}" '
            f'data-target="{played.target}" data-credited="{played.credited}" '
            f'data-furthest="{played.furthest}" data-done="{done}" '
            f'data-key="[0, 2]"></div>'
        )

    def _say(
        self, text: str, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own word
        del format, args


def _read(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def naive_house() -> Iterator[tuple[str, Hands]]:
    """Run the house that believes; give its address, and its owner's hands."""
    belief = Belief()
    handler = type("Handler", (_Handler,), {"belief": belief})
    heard: list[str] = []
    # Time and silence change nothing here.
    idle: Callable[[str], None] = heard.append
    hands = Hands(idle, belief.call, idle, PAPER, PAPER, ASSOCIATION)
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", hands
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
