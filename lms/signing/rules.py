"""What a signing key is for, and whose it is."""

import base64
import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from lms.kernel.clock import legal_day
from lms.policy.licences import licence_of
from lms.policy.model import Province


class Purpose(StrEnum):
    """What a key signs. One key signs one kind of thing."""

    DOCUMENT = "document"
    """PDF files: ECDSA on P-256 with an X.509 certificate (PAdES)."""

    SEAL = "seal"
    """OFD files: SM2 with certificates of owner and seal maker (GB/T 38540)."""

    CREDENTIAL = "credential"
    """Credentials, status lists and the codes in QR: Ed25519."""


class Standing(StrEnum):
    """What a key may still do."""

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class Act(StrEnum):
    """What is asked about an owner's keys."""

    GENERATE = "generate"
    IMPORT = "import"
    CERTIFY = "certify"
    """An outside authority has certified a key that was made here."""

    COMPROMISE = "compromise"
    RENEW = "renew"
    """The house's own root for keys of a purpose is replaced."""


class Root(StrEnum):
    """The key pairs of the house's own authority."""

    DOCUMENT = "document"
    SEAL = "seal"
    MAKER = "maker"


LIFE = timedelta(days=3 * 365)
"""How long a key that the house makes may sign."""

DEMONSTRATION_LIFE = timedelta(days=12 * 365)
"""Its learners' documents are years old on the first day."""

LONGEST_YEARS = 5
END_NEAR = timedelta(days=60)
"""How long before its end a key's owner is reminded."""

REASON_LENGTH = (4, 400)
WAITS = timedelta(days=30)
"""After this a question that nobody decided falls, with what was brought."""

LIST_LIFE = timedelta(days=3)
"""How long a list of revoked certificates is good."""

LIST_FRESH = timedelta(days=2)
"""A list that has less to go is signed anew, lest a day of trouble lets it end."""

HOUSE = "house"
"""The house as an owner: of the roots that certify what no other authority has."""

HOUSE_NAME = "学时平台自建证书机构"

HOUSE_PLACE = "house"
"""The private half lies sealed in the house; elsewhere it is named like `pkcs11:…`."""


def association(association_id: UUID) -> str:
    """Name an association as an owner of keys."""
    return f"association:{association_id}"


def office(province: Province) -> str:
    """Name a province's registration office as an owner of keys."""
    return f"office:{province.value}"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose keys are looked after, and who may: `role` asks, another one decides.

    `name` is what certificates, seal and published list say.
    """

    key: str
    name: str
    association_id: UUID | None = None
    role: str = "manager"
    demonstration: bool = False


PLAY = "演示 DEMONSTRATION "
"""Stands before each name that a demonstration certifies."""

MOST_NAME = 64
"""RFC 5280 means characters; some readers count bytes, so bytes they are here."""

_PLAY_SEAL = "（演示 DEMONSTRATION）"
_SEALS = ("", "公章", "电子公章", "电子印章", "电子签章", "专用章")
"""What a seal may be called behind its owner's name, beside what the house calls it."""


def cut(name: str) -> str:
    """Cut a name where a certificate has no more room."""
    return name.encode()[:MOST_NAME].decode(errors="ignore")


def plain_name(name: str) -> str:
    """Write a name as names are compared: one width, no spaces. Nothing is guessed.

    >>> plain_name("示例　建筑业协会 (北区) ") == plain_name("示例建筑业协会（北区）")
    True
    >>> plain_name("示例建筑有限公司") == plain_name("示例建筑")
    False
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(
        sign
        for sign in folded
        if not sign.isspace() and unicodedata.category(sign) != "Cf"
    )


def other_names(owner: Owner, certified: Iterable[str], seal: str = "") -> str:
    """Say by which other names certificates and a seal call an owner; "" when none.

    `certified` are the organisation and the common name in the owner's certificate:
    readers show either. One that is too long for a certificate may be cut there.
    """
    own = {plain_name(owner.name), plain_name(cut(owner.name))}
    if owner.demonstration:
        own |= {plain_name(PLAY + owner.name), plain_name(cut(PLAY + owner.name))}
    found = [name for name in certified if plain_name(name) not in own]
    if seal:
        endings = (*_SEALS, seal_words(owner.key))
        known = {plain_name(owner.name + ending) for ending in endings}
        if owner.demonstration:
            known |= {name + plain_name(_PLAY_SEAL) for name in known}
        found += [seal] if plain_name(seal) not in known else []
    return "、".join(dict.fromkeys(found))[:MOST_OTHER]


def wants_operator(other_name: str | None, foreign_seal: bool | None) -> bool:  # noqa: FBT001 - columns
    """Tell whether two managers are not enough: the platform's operator looks too.

    Nobody can compare what is pictured on a seal but a person.
    """
    return bool(other_name or foreign_seal)


MOST_OTHER = 400
"""So many signs of other names are kept and shown."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is lent to a signer.

    `kid` names it in signatures. `public` is the raw Ed25519 key, or the DER of a
    SubjectPublicKeyInfo. `chain` holds DER certificates from the owner's up to the
    root; a credential's key has none. `material` is what goes with the key ready made:
    the electronic seal (SESeal, DER) of a seal's key.

    PII: none; `secret` is PKCS#8 DER (raw 32 bytes for Ed25519), never printed.
    """

    kid: str
    purpose: Purpose
    owner: str
    public: bytes
    chain: tuple[bytes, ...]
    valid_from: datetime
    valid_until: datetime
    place: str = HOUSE_PLACE
    material: bytes = b""
    secret: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys with which an owner signs today, one of each purpose."""

    owner: str
    document: Key
    seal: Key
    credential: Key

    @property
    def elsewhere(self) -> bool:
        """Tell whether a key of the ring lies outside the house."""
        keys = (self.document, self.seal, self.credential)
        return any(key.place != HOUSE_PLACE for key in keys)


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """The public half of a key, as anybody may fetch it.

    What was signed before `broken_at` still counts only if a timestamp or the book
    says when it was signed. `other_name` is what its certificates or its seal call the
    owner, where that is another name; `vouched` is why the operator let it in.
    """

    kid: str
    purpose: Purpose
    owner: str
    owner_name: str
    public: bytes
    chain: tuple[bytes, ...]
    valid_from: datetime
    valid_until: datetime
    standing: Standing
    changed_at: datetime | None = None
    broken_at: datetime | None = None
    demonstration: bool = False
    other_name: str = ""
    vouched: str = ""


def kid_of(public: bytes) -> str:
    """Name a key by the digest of its own certificate, or of the bare public key.

    So a file that carries the certificate names the key, and the same key with a new
    certificate has a new name. 16 characters that fit into any address.

    >>> kid_of(b"")
    '4oymiquy7qobjgx3'
    """
    return base64.b32encode(hashlib.sha256(public).digest()[:10]).decode().lower()


def fingerprint(public: bytes) -> str:
    """Write the SHA-256 of a public key in groups, as people compare it."""
    digits = hashlib.sha256(public).hexdigest().upper()
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def might_sign_on(key: PublishedKey, day: date) -> bool:
    """Tell whether an honest key signed on a legal day: in its time, not once retired.

    By days, not by instants: what was begun before a key was retired may end after it.
    """
    ends = [key.valid_until]
    if key.standing is Standing.RETIRED and key.changed_at is not None:
        ends.append(key.changed_at)
    return legal_day(key.valid_from) <= day <= min(legal_day(one) for one in ends)


def is_ready(key: PublishedKey, at: datetime) -> bool:
    """Tell whether a key may sign at an instant."""
    return (
        key.standing is Standing.ACTIVE
        and key.broken_at is None
        and key.valid_from <= at < key.valid_until
    )


def after_lifting(*, replaced: bool) -> Standing:
    """Say what a key is again once an alarm about it was lifted."""
    return Standing.RETIRED if replaced else Standing.ACTIVE


def seal_words(owner: str) -> str:
    """Say what stands at the foot of an owner's seal."""
    kind, _, name = owner.partition(":")
    licence = licence_of(Province(name)) if kind == "office" else None
    return licence.seal if licence else "继续教育专用章"
