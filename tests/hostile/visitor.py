"""A visitor over real HTTP: cookies, the token that pages print, and nothing else.

Standard library only, so that the suite runs wherever Python does.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')
_HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_PATIENCE = 30
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """Read the body as JSON; nothing where it is none."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass
class Visitor:
    """One browser. Its connections are kept, one for each thread."""

    base: str
    jar: dict[str, str] = field(default_factory=dict)
    token: str = ""
    seen: list[tuple[str, str]] = field(default_factory=list)
    lines: list[HTTPConnection] = field(default_factory=list)
    patient: bool = True
    _own: threading.local = field(default_factory=threading.local)

    def twin(self) -> Visitor:
        """Another device of the same person: the same cookies, its own connections."""
        jar = dict(self.jar)
        return Visitor(self.base, jar, self.token, self.seen, self.lines)

    def stranger(self) -> Visitor:
        """Another browser, that nobody has signed in with."""
        return Visitor(self.base, lines=self.lines)

    def close(self) -> None:
        """End every connection, the twins' too."""
        while self.lines:
            self.lines.pop().close()

    def connect(self) -> HTTPConnection:
        """Open a connection to the house."""
        place = urlsplit(self.base)
        port = place.port or (443 if place.scheme == "https" else 80)
        assert place.hostname
        if place.scheme == "https":
            safe = ssl.create_default_context()
            return HTTPSConnection(
                place.hostname, port, timeout=_PATIENCE, context=safe
            )
        return HTTPConnection(place.hostname, port, timeout=_PATIENCE)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send one request, and keep the cookies of the answer."""
        sent = {**self.cookies(), **(headers or {})}
        try:
            response = self._over(method, path, body, sent)
        except (HTTPException, ConnectionError):
            if not self.patient:
                raise
            # A server may end a connection that was idle; then once more, anew.
            self._own.line = None
            response = self._over(method, path, body, sent)
        text = response.read().decode("utf-8", "replace")
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self._keep(value)
        if response.status < 400:
            self.seen.append((f"{method} {path}", text))
        found = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, text, found)

    def cookies(self) -> dict[str, str]:
        """Give the cookie header."""
        pairs = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        return {"Cookie": pairs} if pairs else {}

    def get(self, path: str) -> Reply:
        """Open a page, follow where it sends, and keep its token."""
        reply = self.ask("GET", path, headers={"Accept": "text/html"})
        for _hop in range(5):
            if reply.status not in _REDIRECTS:
                break
            path = reply.headers["location"].removeprefix(self.base)
            reply = self.ask("GET", path, headers={"Accept": "text/html"})
        found = _TOKEN.search(reply.text) or _HIDDEN.search(reply.text)
        if found:
            self.token = found[1]
        return reply

    def form(self, path: str, fields: dict[str, str] | list[tuple[str, str]]) -> Reply:
        """Send a form as a page would."""
        pairs = list(fields.items()) if isinstance(fields, dict) else fields
        body = urlencode([("csrf_token", self.token), *pairs]).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body, kind)

    def json(
        self, path: str, body: object, headers: dict[str, str] | None = None
    ) -> Reply:
        """Send JSON as the player does; `headers` overrule."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": self.token,
            **(headers or {}),
        }
        return self.ask("POST", path, raw, sent)

    def sign_in(self, name: str, password: str) -> bool:
        """Sign in by the page; True when the learner's own pages open."""
        self.get("/account/sign-in")
        self.form("/account/sign-in", {"known_as": name, "password": password})
        self.get("/learn")
        # Unfollowed: who is not signed in would be sent to a page that opens.
        return self.ask("GET", "/learn", headers={"Accept": "text/html"}).status == 200

    def _over(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> HTTPResponse:
        line: HTTPConnection | None = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = self.connect()
            self.lines.append(line)
        try:
            line.request(method, path, body, headers)
            return line.getresponse()
        except BaseException:
            line.close()
            self._own.line = None
            raise

    def _keep(self, header: str) -> None:
        name, _, value = header.split(";", 1)[0].partition("=")
        if value:
            self.jar[name.strip()] = value.strip()
        else:
            self.jar.pop(name.strip(), None)
