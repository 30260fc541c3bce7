"""A timestamping authority on this machine, which answers as RFC 3161 says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.sign.timestamps import DummyTimeStamper

from tests.make import pki


@cache
def root() -> pki.Authority:
    return pki.Authority("Timestamp Root")


@dataclass
class Office:
    """What the authority does: the time it tells, and whether it is in a mood."""

    url: str = ""
    tells: datetime = pki.SIGNED_AT
    broken: bool = False
    garbles: bool = False
    asked: int = 0
    by: pki.Authority = field(default_factory=root)

    def answer(self, question: bytes) -> bytes:
        self.asked += 1
        secret = pki.private("rsa2048", 99)
        stamper = DummyTimeStamper(
            x509.Certificate.load(
                self.by.certify("Clerk", secret, stamps=True).public_bytes(
                    serialization.Encoding.DER
                )
            ),
            keys.PrivateKeyInfo.load(
                secret.private_bytes(
                    serialization.Encoding.DER,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            ),
            certs_to_embed=[x509.Certificate.load(self.by.der)],  # type: ignore[arg-type]  # any list will do
            fixed_dt=self.tells,
        )
        asked = tsp.TimeStampReq.load(question)
        if self.garbles:
            asked["message_imprint"]["hashed_message"] = bytes(32)
        made: bytes = stamper.request_tsa_response(asked).dump()
        return made


@contextmanager
def office() -> Iterator[Office]:
    """Open the authority on a port of its own."""
    made = Office()

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if made.broken:
                made.asked += 1
                self.send_error(503)
                return
            answer = made.answer(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_about: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
