"""One question over HTTP: nothing is followed, nothing is read without an end."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lms.kernel.errors import Unavailable
from lms.kernel.held import at_work

TIMEOUT = 10.0
"""Units: seconds for each wait, and for reading an answer."""

_PIECE = 65_536
ANSWER = 256 * 1024
FILE = 64 * 1024 * 1024
"""Units: bytes of an answer, and of a day's bill."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the names of headers are in small letters."""

    status: int
    head: Mapping[str, str]
    body: bytes


def ask(
    method: str,
    url: str,
    head: Mapping[str, str],
    body: bytes = b"",
    *,
    most: int = ANSWER,
) -> Answer:
    """Ask once.

    Raises: Unavailable when nobody answers, or without an end. RuntimeError while a
        unit of work is open: others would wait for a network.
    """
    if at_work():
        raise RuntimeError("somebody outside is asked while a unit of work is open")
    parts = urlsplit(url)
    kind = (
        http.client.HTTPSConnection
        if parts.scheme == "https"
        else http.client.HTTPConnection
    )
    line = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    path = parts.path or "/"
    try:
        line.request(
            method, f"{path}?{parts.query}" if parts.query else path, body, dict(head)
        )
        answer = line.getresponse()
        return Answer(
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            _read(answer, most),
        )
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable("payment.unavailable") from error
    finally:
        line.close()


def _read(answer: http.client.HTTPResponse, most: int) -> bytes:
    ends = time.monotonic() + TIMEOUT * (1 if most == ANSWER else 6)
    body = bytearray()
    while piece := answer.read1(_PIECE):
        body += piece
        if len(body) > most or time.monotonic() > ends:
            raise Unavailable("payment.unavailable")
    if answer.length:  # a line that broke off
        raise Unavailable("payment.unavailable")
    return bytes(body)
