"""The electronic seal that a maker made for an owner: SESeal.

Source: GB/T 38540-2020, 7: version 4, signed over the SES_SealInfo alone.
"""

from dataclasses import dataclass, field
from datetime import datetime

from lms.gateways.signing import der, sm2
from lms.gateways.signing import sm2_certificates as certificates
from lms.signing.ports import RootPair

VERSION = 4
_OF_UNIT = 1
_LIST_OF_CERTIFICATES = 1
_VENDOR = "XUESHI"


@dataclass(frozen=True, slots=True)
class Picture:
    """What a seal looks like. Units: millimetres."""

    png: bytes = field(repr=False)
    width: int = 41
    height: int = 41


@dataclass(frozen=True, slots=True)
class SealFacts:
    """What a seal is: its number and name, whose it is, from when to when."""

    number: str
    name: str
    certificates: tuple[bytes, ...]
    made_at: datetime
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it was read. `info` is what its maker signed."""

    number: str
    name: str
    certificates: tuple[bytes, ...]
    since: datetime
    until: datetime
    picture_kind: str
    picture: bytes
    width: int
    height: int
    maker: bytes
    info: bytes
    signature: bytes

    @property
    def holds(self) -> bool:
        """Tell whether its maker's signature holds."""
        try:
            public = certificates.parse(self.maker).public
        except der.Malformed:
            return False
        return sm2.verify(public, self.info, self.signature)


def make(facts: SealFacts, picture: Picture, maker: RootPair) -> bytes:
    """Make a seal: SESeal, DER."""
    info = der.sequence(
        der.sequence(der.ia5("ES"), der.integer(VERSION), der.ia5(_VENDOR)),
        der.ia5(facts.number),
        der.sequence(
            der.integer(_OF_UNIT),
            der.utf8(facts.name),
            der.integer(_LIST_OF_CERTIFICATES),
            der.sequence(*(der.octets(each) for each in facts.certificates)),
            der.general_time(facts.made_at),
            der.general_time(facts.since),
            der.general_time(facts.until),
        ),
        der.sequence(
            der.ia5("png"),
            der.octets(picture.png),
            der.integer(picture.width),
            der.integer(picture.height),
        ),
    )
    return der.sequence(
        info,
        der.octets(maker.certificate),
        der.oid(sm2.WITH_SM3),
        der.bits(sm2.sign_pair(certificates.pair_of(maker), info)),
    )


def read(data: bytes) -> Seal:
    """Read a seal; whether it holds is another question.

    Raises: der.Malformed.
    """
    info, maker, algorithm, signature = _exactly(der.one(data), 4)
    if algorithm.dotted() != sm2.WITH_SM3:
        raise der.Malformed("no SM2 seal")
    header, number, facts, picture = _exactly(info, 4, more=True)
    kind, version = header.items()[:2]
    if kind.text() != "ES" or version.number() != VERSION:
        raise der.Malformed("no seal of version 4")
    _type, name, listed, owners, _made, since, until = _exactly(facts, 7)
    if listed.number() != _LIST_OF_CERTIFICATES:
        raise der.Malformed("a list of digests")
    form, pixels, width, height = _exactly(picture, 4)
    return Seal(
        number=number.text(),
        name=name.text(),
        certificates=tuple(one.only(der.OCTET_STRING) for one in owners.items()),
        since=since.instant(),
        until=until.instant(),
        picture_kind=form.text().lower(),
        picture=pixels.only(der.OCTET_STRING),
        width=width.number(),
        height=height.number(),
        maker=maker.only(der.OCTET_STRING),
        info=info.whole,
        signature=signature.bit_octets(),
    )


def _exactly(item: der.Item, count: int, *, more: bool = False) -> list[der.Item]:
    """Give so many parts; `more` allows extensions after them.

    Raises: der.Malformed.
    """
    parts = list(item.items())
    if len(parts) < count or (len(parts) > count and not more):
        raise der.Malformed("parts")
    return parts[:count]
