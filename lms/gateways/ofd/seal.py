"""Seal a package by GB/T 38540: SM2 over every part of it.

Signature.xml lists the digest of each part; SES_Signature (SignedValue.dat) signs the
digest of Signature.xml together with the electronic seal (SESeal) of the signer.
"""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from lms.gateways.ofd.parts import Part, deflated, sm3, stored
from lms.gateways.signing import der, seals, sm2
from lms.signing.rules import Key

SIGNATURES = "Doc_0/Signs/Signatures.xml"
FOLDER = "Doc_0/Signs/Sign_0"
SIGNATURE, VALUE, SEAL = (
    f"{FOLDER}/{name}" for name in ("Signature.xml", "SignedValue.dat", "Seal.esl")
)

_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Sealing:
    """With which key a file is sealed, when, and where the seal is seen.

    `box` is left, top, width, height on the first page. Units: millimetres; `at` is
    an aware instant.
    """

    key: Key
    at: datetime
    box: tuple[float, float, float, float]


def sealed(
    parts: list[Part],
    root: Callable[[Iterable[Part]], Part],
    sealing: Sealing | None,
) -> list[Part]:
    """Give all parts of the package in order, sealed over each of them.

    `root` writes OFD.xml, which sums up how the other parts are packed.
    """
    if sealing is None:
        return [root(parts), *parts]
    covered = [*parts, _seal_part(sealing.key.material), _listing()]
    covered.insert(0, root(covered))
    signature = _signature(covered, sealing)
    value = _value(signature, sealing)
    return [*covered, stored(SIGNATURE, signature), stored(VALUE, value)]


@lru_cache(maxsize=64)
def _seal_part(material: bytes) -> Part:
    return deflated(SEAL, material, 9)


@lru_cache(maxsize=1)
def _listing() -> Part:
    content = (
        f"{_HEAD}<ofd:Signatures {_SPACE}><ofd:MaxSignId>s002</ofd:MaxSignId>"
        f'<ofd:Signature ID="s001" Type="Seal" BaseLoc="/{SIGNATURE}"/>'
        "</ofd:Signatures>"
    )
    return deflated(SIGNATURES, content.encode())


def _signature(parts: Iterable[Part], sealing: Sealing) -> bytes:
    """Write Signature.xml."""
    references = "".join(
        f'<ofd:Reference FileRef="/{part.name}"><ofd:CheckValue>'
        f"{base64.b64encode(part.digest).decode()}</ofd:CheckValue></ofd:Reference>"
        for part in parts
    )
    box = " ".join(f"{value:g}" for value in sealing.box)
    return (
        f"{_HEAD}<ofd:Signature {_SPACE}><ofd:SignedInfo>"
        '<ofd:Provider ProviderName="Xueshi" Version="1.0" Company="Xueshi"/>'
        f"<ofd:SignatureMethod>{sm2.WITH_SM3}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{_instant(sealing.at)}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{sm2.SM3}">{references}</ofd:References>'
        f'<ofd:StampAnnot ID="a001" PageRef="1" Boundary="{box}"/>'
        f"<ofd:Seal><ofd:BaseLoc>/{SEAL}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{VALUE}</ofd:SignedValue></ofd:Signature>"
    ).encode()


def _value(signature: bytes, sealing: Sealing) -> bytes:
    """Sign: SES_Signature, in DER."""
    key = sealing.key
    signed = der.sequence(
        der.integer(seals.VERSION),
        key.material,
        der.general_time(sealing.at),
        der.bits(sm3(signature)),
        der.ia5(f"/{SIGNATURE}"),
    )
    return der.sequence(
        signed,
        der.octets(key.chain[0]),
        der.oid(sm2.WITH_SM3),
        der.bits(sm2.sign(key, signed)),
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ")
