"""Signing services over HTTP: keys that never come into the house.

A key's place is `service:NAME/LABEL`: the operator's file says where NAME answers and
how both sides know each other, LABEL is the service's own word for the key. One
question signs one thing; what a service answers, and how it says no, is in
docs/signing-services.md. Both sides prove themselves by a shared secret over the whole
message, by certificates of both (TLS), or by both.
"""

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import ssl
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lms.kernel.errors import Unavailable
from lms.signing.rules import Key, Purpose

SCHEME = "service"
_ANSWER = 20_000
"""Units: bytes. A signature takes some hundreds."""

_RESTS = 20.0
"""Units: seconds that a service is left in peace after it did not answer: who comes
meanwhile is told at once."""

_LONGEST_WAIT = 15.0
_SHORTEST_SECRET = 32
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Service:
    """One service as the operator's file describes it.

    Units: `timeout` seconds for each wait, and for reading an answer.
    """

    name: str
    url: str
    timeout: float = 5.0
    secret: bytes = field(default=b"", repr=False)
    authorities: Path | None = None
    certificate: Path | None = None
    private_key: Path | None = None


def services(path: Path | None) -> dict[str, Service]:
    """Read the operator's file: one table for each service, by its name.

    Raises: ValueError with what is wrong, and where.
    """
    if path is None:
        return {}
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
    return {name: _service(path, name, said) for name, said in told.items()}


def _service(path: Path, name: str, said: Any) -> Service:  # noqa: ANN401 - of a file
    where = f"{path}: [{name}]"
    if not isinstance(said, dict) or not isinstance(said.get("url"), str):
        raise ValueError(f"{where}: `url` is missing")  # noqa: TRY004 - of a file
    known = {"url", "timeout", "secret_file", "ca_file", "cert_file", "key_file"}
    if strange := said.keys() - known:
        raise ValueError(f"{where}: no such setting: {', '.join(sorted(strange))}")
    timeout = said.get("timeout", 5)
    if not isinstance(timeout, int | float) or not 0 < timeout <= _LONGEST_WAIT:
        raise ValueError(f"{where}: `timeout` is from 0 to {_LONGEST_WAIT:g} seconds")
    files = {
        key: _file(where, path.parent, key, said[key])
        for key in known
        if key.endswith("_file") and key in said
    }
    secret = files.get("secret_file")
    made = Service(
        name,
        said["url"],
        float(timeout),
        secret.read_bytes().strip() if secret else b"",
        files.get("ca_file"),
        files.get("cert_file"),
        files.get("key_file"),
    )
    _agree(where, made)
    return made


def _file(where: str, folder: Path, key: str, named: object) -> Path:
    found = folder / str(named)
    if not found.is_file():
        raise ValueError(f"{where}: `{key}`: no such file")
    return found


def _agree(where: str, made: Service) -> None:
    """See that both sides can know each other.

    Raises: ValueError.
    """
    parts = urlsplit(made.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{where}: `url` must begin with http:// or https://")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError(f"{where}: only this machine may be asked without TLS")
    both = parts.scheme == "https" and made.certificate and made.authorities
    if not made.secret and not both:
        raise ValueError(
            f"{where}: give `secret_file`, or `ca_file` with `cert_file`: "
            "each side must know the other"
        )
    if made.secret and len(made.secret) < _SHORTEST_SECRET:
        raise ValueError(f"{where}: the secret has less than {_SHORTEST_SECRET} bytes")


class Services:
    """Signs with keys of the operator's services: the port of `signing`."""

    def __init__(
        self, known: Mapping[str, Service], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._known, self._clock = known, clock
        self._resting: dict[str, float] = {}
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = Lock()

    def sign(self, key: Key, data: bytes) -> bytes:
        """Have a service sign data with a key of its own.

        Raises: Unavailable, with `reason` where the service gave one.
        """
        name, _, label = key.place.partition(":")[2].partition("/")
        service = self._known.get(name)
        if service is None or not label:
            raise Unavailable("signing.outside", kid=key.kid)
        with self._lock:
            if self._resting.get(name, 0) > self._clock():
                raise Unavailable("signing.outside_silent", service=name)
        try:
            return self._asked(service, _question(key, label, data))
        except (OSError, http.client.HTTPException, ValueError) as error:
            with self._lock:
                self._resting[name] = self._clock() + _RESTS
            raise Unavailable("signing.outside_silent", service=name) from error

    def _asked(self, service: Service, question: bytes) -> bytes:
        """Ask once, and read the answer.

        Raises: Unavailable when the service says no; OSError, HTTPException or
            ValueError when it does not answer as it should.
        """
        nonce = secrets.token_hex(16)
        at = str(int(time.time()))
        head = {"Content-Type": "application/json", "X-Xueshi-Nonce": nonce,
                "X-Xueshi-Time": at}  # fmt: skip
        if service.secret:
            head["X-Xueshi-Mac"] = mac(service.secret, "ask", nonce, at, question)
        status, said, body = self._sent(service, question, head)
        if service.secret:
            wanted = mac(service.secret, "answer", nonce, str(status), body)
            if not hmac.compare_digest(said.encode(), wanted.encode()):
                raise ValueError("the answer is not the service's")
        told = json.loads(body)
        if not isinstance(told, dict):
            raise ValueError("no answer")  # noqa: TRY004 - of a stranger
        if status == http.client.OK:
            return base64.b64decode(str(told.get("signature", "")), validate=True)
        return _refused(service, status, told)

    def _sent(
        self, service: Service, question: bytes, head: Mapping[str, str]
    ) -> tuple[int, str, bytes]:
        """Send a question; give the status, the mark of who answered, the answer.

        Nothing is followed to another place, and nothing is read without an end.
        """
        line = self._line(service)
        ends = time.monotonic() + service.timeout
        parts = urlsplit(service.url)
        try:
            path = parts.path or "/"
            line.request("POST", path, question, dict(head))
            answer = line.getresponse()
            body = bytearray()
            while piece := answer.read1(4096):
                body += piece
                if len(body) > _ANSWER or time.monotonic() > ends:
                    raise ValueError("the answer has no end")
            return answer.status, answer.getheader("X-Xueshi-Mac", ""), bytes(body)
        finally:
            line.close()

    def _line(self, service: Service) -> http.client.HTTPConnection:
        parts = urlsplit(service.url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=service.timeout)
        return http.client.HTTPSConnection(
            host, port, timeout=service.timeout, context=self._context(service)
        )

    def _context(self, service: Service) -> ssl.SSLContext:
        with self._lock:
            found = self._contexts.get(service.name)
            if found is None:
                found = ssl.create_default_context(cafile=service.authorities)
                if service.certificate:
                    found.load_cert_chain(service.certificate, service.private_key)
                self._contexts[service.name] = found
            return found


def mac(secret: bytes, what: str, nonce: str, said: str, body: bytes) -> str:
    """Mark a question or an answer as one's own.

    `said` is the time of a question, or the status of an answer; the nonce binds an
    answer to its question.
    """
    digest = hashlib.sha256(body).hexdigest()
    text = f"xueshi-signing-1\n{what}\n{nonce}\n{said}\n{digest}"
    made = hmac.digest(secret, text.encode(), "sha256")
    return base64.b64encode(made).decode()


_ALGORITHMS = {Purpose.SEAL: "sm2-sm3", Purpose.CREDENTIAL: "ed25519"}


def _question(key: Key, label: str, data: bytes) -> bytes:
    said = {
        "version": 1,
        "key": label,
        "algorithm": _ALGORITHMS.get(key.purpose) or _of_document(key.public),
        "owner": key.owner,
        "data": base64.b64encode(data).decode(),
    }
    return json.dumps(said, ensure_ascii=True).encode()


def _of_document(public: bytes) -> str:
    found = serialization.load_der_public_key(public)
    return (
        "rsa-pkcs1-sha256"
        if isinstance(found, rsa.RSAPublicKey)
        else "ecdsa-p256-sha256"
    )


def _refused(service: Service, status: int, told: Mapping[str, object]) -> bytes:
    """Tell what a service said no to, in its own words but no longer than a line.

    Raises: Unavailable; ValueError for a failure of its own, after which it rests.
    """
    if status >= http.client.INTERNAL_SERVER_ERROR:
        raise ValueError(f"status {status}")
    reason = " ".join(str(told.get("reason", "")).split())[:120]
    raise Unavailable(
        "signing.outside_refused", service=service.name, reason=reason or str(status)
    )
