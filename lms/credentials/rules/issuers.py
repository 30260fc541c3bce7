"""Who issues credentials by which name, and where each stands on a status list.

Source: W3C did:web; W3C Controlled Identifiers 1.0 (Multikey); W3C Bitstring Status
List 1.0.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lms.signing.rules import PublishedKey, Purpose, Standing, kid_of

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"
DID_CONTEXT = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
)


class CredentialFiles(NamedTuple):
    """A credential in both forms: JSON with its proof, and a token. Both UTF-8."""

    json: bytes
    jwt: bytes


def house_did(base_url: str) -> str:
    """Name this installation.

    >>> house_did("https://jxjy.example.org.cn"), house_did("http://127.0.0.1:8000")
    ('did:web:jxjy.example.org.cn', 'did:web:127.0.0.1%3A8000')
    """
    return "did:web:" + urlsplit(base_url).netloc.replace(":", "%3A")


def issuer_id(owner: str) -> str:
    """Name an owner of keys in an address.

    >>> issuer_id("office:sichuan")
    'office-sichuan'
    """
    return owner.replace(":", "-", 1)


def issuer_did(base_url: str, owner: str) -> str:
    """Name an owner of keys as an issuer.

    >>> issuer_did("https://jxjy.example.org.cn", "office:sichuan")
    'did:web:jxjy.example.org.cn:issuers:office-sichuan'
    """
    return f"{house_did(base_url)}:issuers:{issuer_id(owner)}"


def owner_in(issuer: str) -> str:
    """Read the owner of keys from an address.

    >>> owner_in("office-sichuan")
    'office:sichuan'
    """
    return issuer.replace("-", ":", 1)


def owner_of(did: str) -> str:
    """Find the owner of keys behind an issuer's name; "" when it is none of ours.

    >>> owner_of("did:web:jxjy.example.org.cn:issuers:office-sichuan")
    'office:sichuan'
    """
    return owner_in(did.partition(":issuers:")[2])


# -- keys as others read them -----------------------------------------------------


def base58(data: bytes) -> str:
    """Write bytes in base 58, as Bitcoin does.

    >>> base58(b"hello")
    'Cn8eVZg'
    """
    number, letters = int.from_bytes(data), ""
    while number:
        number, place = divmod(number, 58)
        letters = _BASE58[place] + letters
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + letters


def unbase58(text: str) -> bytes:
    """Read base 58 back. Raises: ValueError."""
    number = 0
    for letter in text:
        number = number * 58 + _BASE58.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def base64url(data: bytes) -> str:
    """Write bytes in base 64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    """Read base 64 for addresses, written in the one way that it can be.

    Raises: ValueError, also for bits that say nothing.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(data) != text:
        raise ValueError("not the one way to write it")
    return data


def multikey(public: bytes) -> str:
    """Write a raw Ed25519 key as a Multikey."""
    return "z" + base58(_ED25519 + public)


def jwk(public: bytes) -> dict[str, str]:
    """Write a raw Ed25519 key as a JSON Web Key."""
    return {"kty": "OKP", "crv": "Ed25519", "x": base64url(public)}


def did_document(did: str, keys: Mapping[str, bytes], live: Iterable[str]) -> Any:  # noqa: ANN401 - JSON
    """Write the document of an issuer.

    Each key is given twice: as a Multikey for data integrity proofs, and as a JSON Web
    Key, which is what the `kid` of a token leads to. What is not `live` stays to be
    recognized, but speaks for nobody.
    """
    methods: list[dict[str, Any]] = []
    for kid, public in keys.items():
        whole = f"{did}#{kid}"
        methods += [
            {
                "id": whole,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": multikey(public),
            },
            {
                "id": f"{whole}-jwk",
                "type": "JsonWebKey",
                "controller": did,
                "publicKeyJwk": jwk(public),
            },
        ]
    speaks = [f"{did}#{kid}{form}" for kid in live for form in ("", "-jwk")]
    return {
        "@context": list(DID_CONTEXT),
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": speaks,
    }


def issuer_document(
    base_url: str, owner: str, keys: Iterable[PublishedKey], status: bytes
) -> Any:  # noqa: ANN401 - JSON
    """Write an owner's document from the keys that are published; None without any.

    A retired key's signatures stay good; a compromised key speaks for nobody. `status`
    is the house's own key for status lists: it speaks for every owner, so that a list
    is believed also when the owner has no key left.
    """
    own = [k for k in keys if k.owner == owner and k.purpose is Purpose.CREDENTIAL]
    if not own:
        return None
    live = [k.kid for k in own if k.standing is not Standing.COMPROMISED]
    did, house = issuer_did(base_url, owner), kid_of(status)
    named = {**{k.kid: k.public for k in own}, house: status}
    return did_document(did, named, [*live, house])


# -- places on status lists -------------------------------------------------------

_COMPLETION = re.compile(r"[A-Z0-9]{2,12}-JXJY-(\d{4})-(\d{7})-[0-9A-Z]")
_REGISTRATION = re.compile(r".(\d{7}|\d{11})(\d{5})-(\d{3,})")
_STEM = re.compile(r"(\d{7}|\d{11})-(\d{3,9})")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where a certificate stands: the last part of its list's address, and its bit."""

    page: str
    index: int


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """A list of registration certificates: one version of the numbers of a stem."""

    stem: str
    version: int


def completion_place(number: str) -> StatusPlace:
    """Place a certificate of completion: its year's list, at its serial.

    Raises: ValueError for what is no number.

    >>> completion_place("BTJX-JXJY-2026-0000149-7")
    StatusPlace(page='2026', index=149)
    """
    found = _COMPLETION.fullmatch(number)
    if found is None:
        raise ValueError(number)
    return StatusPlace(found[1], int(found[2]))


def registration_place(number: str) -> StatusPlace:
    """Place a registration certificate: the list of its stem and version.

    Its number ends in a serial that is unique among those that begin alike, so that
    nothing has to be counted. The province's character stays out of the address: the
    list is an office's, which writes but one.

    Raises: ValueError for what is no number.

    >>> registration_place("蒙2152021202600001-002")
    StatusPlace(page='21520212026-002', index=1)
    """
    found = _REGISTRATION.fullmatch(number)
    if found is None:
        raise ValueError(number)
    return StatusPlace(f"{found[1]}-{found[3]}", int(found[2]))


def read_page(page: str) -> int | RegistrationPage | None:
    """Understand the last part of a list's address: a year, or a stem and version.

    >>> read_page("2026"), read_page("21520212026-002"), read_page("x")
    (2026, RegistrationPage(stem='21520212026', version=2), None)
    """
    if _YEAR.fullmatch(page):
        return int(page)
    found = _STEM.fullmatch(page)
    if found is None or found[2] != f"{int(found[2]):03d}":
        return None
    return RegistrationPage(found[1], int(found[2]))


def status_address(base_url: str, owner: str, page: str) -> str:
    """Give the address of a status list."""
    return f"{base_url}/status/{issuer_id(owner)}/{page}"


LEAST_BITS = 131_072
"""So many places has the smallest list, lest its length tell whose it is."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """The withdrawn places of one list, in order: revoked, voided or replaced.

    A replaced certificate is marked like a revoked one: neither may be accepted, and a
    program asks no more. The page of the certificate tells people which it is.
    """

    owner: str
    page: str
    withdrawn: tuple[int, ...]
    last: int = 0

    @property
    def bits(self) -> int:
        """Give the length of the list: whole steps of the smallest."""
        return LEAST_BITS * (max(self.last, *self.withdrawn, 0) // LEAST_BITS + 1)
