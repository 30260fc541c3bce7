"""A signing service as docs/signing-services.md describes it, with keys of its own.

It is what a licensed service's adapter would be: it knows who asks, signs nothing that
it was asked before, and says no in words. Its keys never leave it.
"""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lms.gateways.signing import signers, sm2
from lms.gateways.signing import x509 as x509_made
from lms.gateways.signing.keys import pem
from lms.gateways.signing.remote import Service, Services, mac
from lms.signing.ports import Authority, MadeKey, Subject, Upload
from lms.signing.rules import Key, Purpose
from tests.make import signing as make
from tests.make.key_files import NOW, chained, lent

SECRET = b"0123456789abcdef0123456789abcdef"
_SIGN: Mapping[str, Callable[[Key, bytes], bytes]] = {
    "ecdsa-p256-sha256": signers.ecdsa_sign,
    "rsa-pkcs1-sha256": signers.ecdsa_sign,
    "sm2-sm3": sm2.sign,
    "ed25519": signers.ed25519_sign,
}


@dataclass
class Office:
    """What the service does: its keys, and in what mood it is."""

    url: str = ""
    secret: bytes = SECRET
    keys: dict[str, MadeKey] = field(default_factory=dict)
    silent: bool = False
    broken: bool = False
    refuses: str = ""
    lies: bool = False
    garbles: bool = False
    slow: float = 0.0
    before: Callable[[], None] = lambda: None
    asked: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def answer(self, nonce: str, at: str, given: str, body: bytes) -> tuple[int, bytes]:
        """Answer one question: a status, and JSON."""
        if self.secret and given != mac(self.secret, "ask", nonce, at, body):
            return 401, _no("who asks is not known")
        if nonce in self.seen or abs(time.time() - int(at or 0)) > 120:
            return 409, _no("this was asked before")
        self.seen.add(nonce)
        said = json.loads(body)
        key = self.keys.get(said["key"])
        self.asked.append(said["algorithm"])
        if self.refuses or key is None:
            return 403, _no(self.refuses or "no such key")
        data = base64.b64decode(said["data"])
        if self.lies:
            data += b"!"
        signature = _SIGN[said["algorithm"]](lent(key), data)
        return 200, json.dumps({"signature": base64.b64encode(signature).decode()}
                               ).encode()  # fmt: skip

    def signer(self, **over: object) -> Services:
        """Give the house's side of it."""
        facts: dict[str, object] = {"timeout": 2.0, "secret": self.secret, **over}
        return Services({"ca": Service("ca", self.url, **facts)})  # type: ignore[arg-type]  # facts of several types

    def place(self, label: str) -> str:
        return f"service:ca/{label}"


def _no(words: str) -> bytes:
    return json.dumps({"reason": words}).encode()


@contextmanager
def office(context: ssl.SSLContext | None = None) -> Iterator[Office]:
    """Open the service on a port of its own."""
    made = Office()

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.before()
            if made.silent:
                self.close_connection = True
                return
            time.sleep(made.slow)
            nonce = self.headers.get("X-Xueshi-Nonce", "")
            at = self.headers.get("X-Xueshi-Time", "")
            given = self.headers.get("X-Xueshi-Mac", "")
            status, said = (
                (503, b"{}") if made.broken else made.answer(nonce, at, given, body)
            )
            mark = mac(made.secret, "answer", nonce, str(status), said)
            self.send_response(status)
            self.send_header("X-Xueshi-Mac", "x" if made.garbles else mark)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_about: object) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Let who hung up hang up."""

    server = Quiet(("127.0.0.1", 0), Counter)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if context else "http"
    made.url = f"{scheme}://127.0.0.1:{server.server_port}/sign"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# -- keys that lie there --------------------------------------------------------------


@lru_cache(maxsize=1)
def licensed() -> Authority:
    """Who certifies the service's keys: an authority that is not the house's."""
    return make.maker().found(NOW, demonstration=False, generation=7)


def made(purpose: Purpose, subject: Subject, *, in_rsa: bool = False) -> MadeKey:
    """A key of the service, certified by an authority of its own."""
    if not in_rsa:
        return make.maker().make(purpose, subject, licensed())
    private = _rsa()
    leaf = x509_made.leaf(private, subject, licensed().document)
    return MadeKey(
        purpose,
        private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        (leaf, licensed().document.certificate),
        NOW,
        subject.valid_until,
        secret=x509_made.secret_of(private),
    )


@lru_cache(maxsize=1)
def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def upload(key: MadeKey, place: str) -> Upload:
    """What a manager brings of a key that stays there: its public half."""
    if key.purpose is Purpose.CREDENTIAL:
        spki = bytes.fromhex("302a300506032b6570032100") + key.public
        return Upload(certificates=pem("PUBLIC KEY", spki), place=place)
    return Upload(certificates=chained(*key.chain), place=place)
