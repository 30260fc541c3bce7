"""What both loopback peers share: keys, a server, and the moods of a bad line."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from lms.commerce.ports import CheckoutAsked
from lms.kernel.money import Fen
from tests.conftest import START


@lru_cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key of somebody: ours, the platform's, a stranger's."""
    return rsa.generate_private_key(65537, 2048)


def signed(who: str, text: bytes) -> str:
    made = key(who).sign(text, padding.PKCS1v15(), SHA256())
    return base64.b64encode(made).decode()


def holds(who: str, text: bytes, mark: str) -> bool:
    try:
        key(who).public_key().verify(
            base64.b64decode(mark), text, padding.PKCS1v15(), SHA256()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Mood:
    """What goes wrong on the way; each is taken back by the next `Mood()`.

    `lost`: the question has its effect, its answer never comes.
    """

    lost: bool = False
    unsigned: bool = False
    altered: bool = False
    stranger: bool = False
    stale: int = 0
    slow: float = 0.0
    refuses: str = ""
    broken: bool = False


@dataclass
class Peer:
    """A provider on loopback."""

    url: str = ""
    mood: Mood = field(default_factory=Mood)
    asked: list[str] = field(default_factory=list)
    strangers: int = 0

    def answer(self, verb: str, path: str, head: dict[str, str], body: bytes) -> Reply:
        raise NotImplementedError


def altered(raw: bytes) -> bytes:
    """Change one sign of a body so that it stays whole JSON."""
    for before, after in ((b"SUCCESS", b"SUCCESZ"), (b"0", b"1")):
        if before in raw:
            return raw.replace(before, after, 1)
    return raw + b" "


@contextmanager
def serving(peer: Peer) -> Iterator[Peer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size)
            head = {name.lower(): value for name, value in self.headers.items()}
            peer.asked.append(f"{self.command} {self.path}")
            status, extra, said = peer.answer(self.command, self.path, head, body)
            time.sleep(peer.mood.slow)
            if peer.mood.lost:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {**extra, "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(said)
            self.close_connection = True

        do_GET = do_POST = _take  # noqa: N815 - the server's own names

        def log_message(self, *_args: object) -> None:
            """Keep silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    peer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def compact(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


Times = Callable[[], float]


ORDER, TRY = UUID(int=7), UUID(int=8)


def asked(method: str, first: str, ip: str = "") -> CheckoutAsked:
    """What the house asks a provider: an order of two lines, the first called so."""
    return CheckoutAsked(
        key="order:o:1",
        order_id=str(ORDER),
        attempt_id=str(TRY),
        number="D261121234567F",
        lines=((first, Fen(12_800)), ("施工技术", Fen(5_005))),
        currency="cny",
        method=method,
        expires_at=START + timedelta(minutes=35),
        success_url="http://127.0.0.1:8000/shop/orders/o?paid=1",
        cancel_url="http://127.0.0.1:8000/shop/orders/o",
        ip=ip,
    )
