"""Certificates on SM2, which the usual library does not write: plain DER.

Source: GB/T 20518 and GM/T 0015 (form), GB/T 35276 (algorithm names), RFC 5280.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.gateways.signing import der, names, sm2
from lms.gateways.signing.names import Name
from lms.signing.ports import RootPair, Subject

_COUNTRY, _COMMON = "2.5.4.6", "2.5.4.3"
_ORGANISATION, _UNIT = "2.5.4.10", "2.5.4.11"
_CONSTRAINTS, _USAGE = "2.5.29.19", "2.5.29.15"
_OWN_ID, _ID_ABOVE, _LISTS = "2.5.29.14", "2.5.29.35", "2.5.29.31"
_ADDRESS = 6
"""A name that is an address, among the kinds of names (RFC 5280, GeneralName)."""

_SIGNS_CERTIFICATES = der.bits(b"\x06", 1)
_SIGNS_DATA = der.bits(b"\xc0", 6)


@dataclass(frozen=True, slots=True)
class _Issue:
    """What a certificate says: of whom, by whom, from when to when."""

    point: bytes
    name: bytes
    issuer: bytes
    issuer_point: bytes
    since: datetime
    until: datetime
    ca: bool
    list_at: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the house reads of an SM2 certificate."""

    serial: int
    issuer: bytes
    subject: bytes
    public: bytes
    valid_from: datetime
    valid_until: datetime
    tbs: bytes
    signature: bytes
    ca: bool


def root(since: datetime, until: datetime, called: Name) -> RootPair:
    """Make the house's SM2 root, which certifies itself."""
    pair = sm2.generate()
    name = _name(called)
    issue = _Issue(pair.point, name, name, pair.point, since, until, ca=True)
    return RootPair(_certificate(issue, pair), sm2.pkcs8(pair), until)


def maker(by: RootPair, since: datetime, called: Name, list_at: str = "") -> RootPair:
    """Make the maker of seals, certified by the root."""
    pair = sm2.generate()
    made = _certified(pair.point, _name(called), by, (since, by.valid_until), list_at)
    return RootPair(made, sm2.pkcs8(pair), by.valid_until)


def leaf(point: bytes, subject: Subject, by: RootPair, list_at: str = "") -> bytes:
    """Certify an owner's key for its seal.

    `list_at` is where the root tells what it revoked, if it does so anywhere.
    """
    name = _name(names.of_owner(subject, "seal"))
    since = subject.valid_from - timedelta(minutes=5)
    return _certified(point, name, by, (since, subject.valid_until), list_at)


def request(pair: sm2.Pair, subject: Subject) -> bytes:
    """Ask another authority to certify a key: PKCS#10, DER."""
    info = der.sequence(
        der.integer(0),
        _name(names.of_owner(subject, "seal")),
        sm2.spki(pair.point),
        der.explicit(0),
    )
    signature = der.bits(sm2.sign_pair(pair, info))
    return der.sequence(info, sm2.algorithm(), signature)


def pair_of(root_pair: RootPair) -> sm2.Pair:
    """Give the key pair of an authority."""
    return sm2.Pair(
        sm2.point_of(parse(root_pair.certificate).public),
        sm2.scalar_of(root_pair.secret),
    )


def _certified(
    point: bytes,
    name: bytes,
    by: RootPair,
    term: tuple[datetime, datetime],
    list_at: str,
) -> bytes:
    above = pair_of(by)
    issue = _Issue(
        point=point,
        name=name,
        issuer=parse(by.certificate).subject,
        issuer_point=above.point,
        since=term[0],
        until=min(term[1], by.valid_until),
        ca=False,
        list_at=list_at,
    )
    return _certificate(issue, above)


def _certificate(issue: _Issue, by: sm2.Pair) -> bytes:
    algorithm = sm2.algorithm()
    tbs = der.sequence(
        der.explicit(0, der.integer(2)),
        # Positive, and unforeseeable as RFC 5280 wants it.
        der.integer(secrets.randbits(126) | 1 << 126),
        algorithm,
        issue.issuer,
        der.sequence(
            der.certificate_time(issue.since), der.certificate_time(issue.until)
        ),
        issue.name,
        sm2.spki(issue.point),
        der.explicit(3, _extensions(issue)),
    )
    return der.sequence(tbs, algorithm, der.bits(sm2.sign_pair(by, tbs)))


def _extensions(issue: _Issue) -> bytes:
    constraints = der.sequence(der.true(), der.integer(0)) if issue.ca else b""
    usage = _SIGNS_CERTIFICATES if issue.ca else _SIGNS_DATA
    return der.sequence(
        extension(_CONSTRAINTS, constraints or der.sequence(), critical=True),
        extension(_USAGE, usage, critical=True),
        extension(_OWN_ID, der.octets(_id(issue.point))),
        extension(_ID_ABOVE, id_above(issue.issuer_point)),
        extension(_LISTS, _distribution(issue.list_at)) if issue.list_at else b"",
    )


def _distribution(address: str) -> bytes:
    """Say where a list lies: a DistributionPoint with a full name."""
    named = der.implicit(_ADDRESS, address.encode("ascii"))
    point = der.explicit(0, der.explicit(0, named))
    return der.sequence(der.sequence(point))


def id_above(point: bytes) -> bytes:
    """Name the key that signed a certificate or a list: AuthorityKeyIdentifier."""
    return der.sequence(der.implicit(0, _id(point)))


def extension(dotted: str, value: bytes, *, critical: bool = False) -> bytes:
    """Write one extension."""
    flag = der.true() if critical else b""
    return der.sequence(der.oid(dotted), flag, der.octets(value))


def _id(point: bytes) -> bytes:
    return hashlib.sha1(b"\x04" + point, usedforsecurity=False).digest()


def _name(parts: Name) -> bytes:
    return der.sequence(
        _part(_COUNTRY, der.printable("CN")),
        _part(_ORGANISATION, der.utf8(parts.organisation)),
        _part(_UNIT, der.utf8(parts.unit)),
        _part(_COMMON, der.utf8(parts.common)),
    )


def _part(dotted: str, value: bytes) -> bytes:
    return der.set_of(der.sequence(der.oid(dotted), value))


_FIELDS = 3
_BEFORE_EXTENSIONS = 7


def parse(certificate: bytes) -> Parsed:
    """Read a certificate that is signed with SM2.

    Raises: der.Malformed, for one of another kind too.
    """
    parts = der.one(certificate).items()
    if len(parts) != _FIELDS or parts[1].whole != sm2.algorithm():
        raise der.Malformed("no SM2 certificate")
    items = parts[0].items()
    if len(items) < _BEFORE_EXTENSIONS or items[2].whole != sm2.algorithm():
        raise der.Malformed("no SM2 certificate")
    try:
        since, until = items[4].items()
    except ValueError as error:
        raise der.Malformed("validity") from error
    return Parsed(
        serial=_serial(items[1]),
        issuer=items[3].whole,
        subject=items[5].whole,
        public=items[6].whole,
        valid_from=since.instant(),
        valid_until=until.instant(),
        tbs=parts[0].whole,
        signature=parts[2].bit_octets(),
        ca=_is_ca(items[7:]),
    )


def _serial(item: der.Item) -> int:
    """Read a serial number as other authorities may have written it."""
    return int.from_bytes(item.only(der.INTEGER), "big")


def _is_ca(rest: tuple[der.Item, ...]) -> bool:
    wanted = der.oid(_CONSTRAINTS)
    for wrapper in rest:
        if wrapper.tag != 0xA3:  # noqa: PLR2004 - [3], the extensions
            continue
        for extension in der.one(wrapper.body).items():
            parts = extension.items()
            if parts and parts[0].whole == wanted:
                inside = der.one(parts[-1].only(der.OCTET_STRING)).items()
                return bool(inside) and inside[0].whole == der.true()
    return False


def signed_by(child: Parsed, above: Parsed) -> bool:
    """Tell whether one certificate was signed by the key of another."""
    return child.issuer == above.subject and sm2.verify(
        above.public, child.tbs, child.signature
    )


def named(name: bytes) -> tuple[str, ...]:
    """Read organisations and common names of a Name, in this order.

    Raises: der.Malformed.
    """
    found: dict[bytes, list[str]] = {der.oid(_ORGANISATION): [], der.oid(_COMMON): []}
    for group in der.one(name).items():
        for part in group.items():
            items = part.items()
            if items and items[0].whole in found:
                found[items[0].whole].append(items[-1].text())
    return tuple(text for texts in found.values() for text in texts)
