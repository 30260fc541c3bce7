"""Read what a manager brought: PEM, DER, hexadecimal, base64."""

import base64
import binascii
import re
from dataclasses import dataclass, field

from lms.gateways.signing import der
from lms.kernel.errors import Refused

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s+(.*?)-----END \1-----", re.DOTALL)
_HEX = re.compile(rb"[0-9A-Fa-f\s:]+")
SCALAR = 32
_MOST = 200_000
"""More bytes than any key with its certificates has."""


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a PEM file. `locked` with a password."""

    label: str
    data: bytes = field(repr=False)
    locked: bool = False


def wrong(*codes: str) -> Refused:
    """Say what is wrong with what was brought."""
    return Refused("signing.import", reasons=codes)


def blocks(data: bytes) -> list[Block]:
    """Take a PEM file apart; what is not PEM has none."""
    if len(data) > _MOST:
        raise wrong("signing.too_large")
    found = []
    for label, body in _BLOCK.findall(data):
        words = label.decode("ascii")
        locked = b"Proc-Type:" in body or words == "ENCRYPTED PRIVATE KEY"
        found.append(Block(words, b"" if locked else _decoded(body), locked))
    return found


def _decoded(body: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        return b""


def certificates(data: bytes) -> list[bytes]:
    """List the certificates of a file, PEM or DER, as they come.

    Raises: Refused when there are none, or one cannot be read.
    """
    found = [
        block.data
        for block in blocks(data)
        if block.label in {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}
    ]
    if not found and data:
        try:
            found = list(der.split(data))
        except der.Malformed as error:
            raise wrong("signing.unread_certificate") from error
    if not found or not all(found):
        raise wrong("signing.unread_certificate")
    return found


def scalar(data: bytes) -> bytes | None:
    """Read 32 bytes that came bare, in hexadecimal or in base64, if that they are."""
    plain = data.strip()
    if len(data) == SCALAR:
        return data
    if _HEX.fullmatch(plain):
        digits = re.sub(rb"[\s:]", b"", plain)
        if len(digits) == SCALAR * 2:
            return bytes.fromhex(digits.decode())
    try:
        raw = base64.b64decode(plain, validate=True)
    except binascii.Error:
        return None
    return raw if len(raw) == SCALAR else None


def private_der(data: bytes) -> bytes:
    """Find a private key's DER in a file, PEM or DER.

    Raises: Refused when there is none, or it is locked with a password.
    """
    found = [block for block in blocks(data) if block.label.endswith("PRIVATE KEY")]
    if any(block.locked for block in found):
        raise wrong("signing.locked_key")
    body = found[0].data if found else data
    try:
        der.one(body)
    except der.Malformed as error:
        raise wrong("signing.unread_key") from error
    return body
