"""Lay a timestamp over a seal, as a further file: when the sealed file was there.

GB/T 38540 keeps a place for it beside the signature, outside of what is signed: what
was issued stays to the byte but for that one entry of the package.

Source: GB/T 38540-2020 (SES_Signature: timeStamp, over the signature's value); RFC
3161.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from lms.gateways.ofd import ses
from lms.gateways.ofd.archive import Package, Unreadable
from lms.gateways.ofd.parts import package, stored
from lms.gateways.ofd.seal import VALUE
from lms.gateways.signing import der
from lms.kernel.errors import Refused

MOST = 60_000
"""Units: bytes. A token with its certificates takes some thousands."""

Stamper = Callable[[bytes], bytes]
"""Gives the token of an authority for some bytes."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a token says. `believed` when its authority is one of those trusted here."""

    at: datetime
    by: str
    believed: bool


def stamped(data: bytes, stamper: Stamper) -> bytes:
    """Give a sealed package with a timestamp over its seal.

    Raises: Refused for what bears no seal of ours; what the stamper raises.
    """
    try:
        opened = Package(data)
        value = opened.content(VALUE)
        found = ses.parse(value)
    except (Unreadable, der.Malformed) as error:
        raise Refused("stamping.unsigned") from error
    if found.stamp is not None:
        raise Refused("stamping.unsigned")
    token = stamper(found.signature)
    parts = der.one(value).items()
    over = der.explicit(0, der.bits(token))
    made = der.sequence(*(part.whole for part in parts), over)
    return package(
        stored(VALUE, made) if part.name == VALUE else part
        for part in opened.parts.values()
    )


def told(token: bytes, signature: bytes, roots: tuple[bytes, ...]) -> Told:
    """Say what a token proves of a signature.

    Raises: ValueError when it proves nothing.
    """
    try:
        status = asyncio.run(_judged(token, signature, roots))
    except Exception as error:  # a strange token may break a parser in any way
        raise ValueError("no token") from error
    if not (status.intact and status.valid) or status.timestamp is None:
        raise ValueError("the token does not hold")
    return Told(
        status.timestamp,
        status.signing_cert.subject.human_friendly,
        believed=bool(status.trusted),
    )


async def _judged(
    token: bytes, signature: bytes, roots: tuple[bytes, ...]
) -> TimestampSignatureStatus:
    if len(token) > MOST:
        raise SignatureValidationError("the token has no end")
    content = cms.ContentInfo.load(token, strict=True)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in roots],
        allow_fetching=False,
    )

    def imprint(algorithm: str) -> bytes:
        return hashlib.new(algorithm, signature).digest()

    found = await validate_tst_signed_data(content["content"], context, imprint)
    return TimestampSignatureStatus(**found)
