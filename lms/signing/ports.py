"""What this room needs of the outside: who makes keys, and who signs elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lms.signing.rules import HOUSE_PLACE, Key, Purpose, Root


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom a key is made, and from when to when it may sign.

    `name` is the owner's full name as certificates and the seal say it.
    """

    owner: str
    name: str
    valid_from: datetime
    valid_until: datetime
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class RootPair:
    """One key pair of the house's own authority, with its certificate."""

    certificate: bytes
    secret: bytes = field(repr=False)
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Authority:
    """Who certifies keys that no outside authority has certified.

    `document` signs X.509 certificates on P-256; `seal` those on SM2; `maker` makes
    seals (制章人), itself certified by `seal`.
    """

    document: RootPair
    seal: RootPair
    maker: RootPair


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certificate of the house whose key was called broken. Shape: DER.

    `held` while nobody has confirmed it: it may come back.
    """

    certificate: bytes
    since: datetime
    held: bool


@dataclass(frozen=True, slots=True)
class Revocations:
    """What a root tells of its certificates. Units: `number` counts its lists."""

    entries: tuple[Revoked, ...]
    number: int
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key as it comes from the maker, before the house gives it a name.

    Fields as in `Key`. `certified` are organisation and common name in the owner's
    certificate, `seal_name` what a brought seal is called: the house compares them with
    the owner. `trusted` when all of it hangs on a root that the operator believes;
    `foreign_seal` when another maker made the seal, whatever is pictured on it.

    PII: none; `secret` is empty when the key lies elsewhere.
    """

    purpose: Purpose
    public: bytes
    chain: tuple[bytes, ...]
    valid_from: datetime
    valid_until: datetime
    material: bytes = b""
    secret: bytes = field(default=b"", repr=False)
    place: str = HOUSE_PLACE
    certified: tuple[str, ...] = ()
    seal_name: str = ""
    trusted: bool = False
    foreign_seal: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """What a manager brings: key, certificates, perhaps a ready-made seal.

    `key` is PKCS#12, PEM, DER or hexadecimal; `certificates` PEM or DER, the owner's
    and those above it in any order; `seal` an SESeal that a licensed maker made.
    `place` names where a key lies that stays outside; then there is no `key`, and
    `proof` is what it signed to show that it is there.
    """

    key: bytes = field(default=b"", repr=False)
    certificates: bytes = b""
    seal: bytes = b""
    password: str = field(default="", repr=False)
    place: str = HOUSE_PLACE
    proof: bytes = b""


class KeyMaker(Protocol):
    """Makes keys and certificates, and looks at those that are brought."""

    def found(
        self, now: datetime, *, demonstration: bool, generation: int = 1
    ) -> Authority:
        """Make the house's own authority; `generation` counts its renewals."""
        ...

    def revocations(self, by: RootPair, root: Root, told: Revocations) -> bytes:
        """Sign a root's list of what it revoked: a CRL, DER."""
        ...

    def make(self, purpose: Purpose, subject: Subject, by: Authority) -> MadeKey:
        """Make a key with what belongs to it: certificates, and the seal of a seal's.

        Raises: Refused when the name cannot be drawn on a seal.
        """
        ...

    def read(
        self, purpose: Purpose, subject: Subject, upload: Upload, by: Authority
    ) -> MadeKey:
        """Take a key that was made elsewhere, or certificates for one that is here.

        Raises: Refused("signing.import") with everything that is wrong.
        """
        ...

    def certify(
        self, key: Key, subject: Subject, upload: Upload, by: Authority
    ) -> MadeKey:
        """Take the certificates that an authority gave for a key that is here.

        Raises: Refused("signing.import") with everything that is wrong.
        """
        ...

    def prove(self, purpose: Purpose, owner: str, upload: Upload) -> Upload:
        """Have a key that lies outside show that it answers; others need not.

        It goes over the network, so nothing may be held while it runs.

        Raises: Refused("signing.import"); Unavailable when nobody answers there.
        """
        ...

    def seal_picture(self, material: bytes) -> tuple[str, bytes]:
        """Give the picture of a seal with its media type; ("", b"") without one."""
        ...

    def request(self, key: Key, subject: Subject) -> bytes:
        """Ask an outside authority to certify a key: a PKCS#10 request, PEM."""
        ...


class ExternalSigner(Protocol):
    """Signs with a key that never comes into the house: a token, or a service."""

    def sign(self, key: Key, data: bytes) -> bytes:
        """Sign data as the key's purpose demands.

        Shape: DOCUMENT gives ECDSA (DER) or RSA PKCS#1 v1.5 with SHA-256 by the key's
        type, SEAL gives SM2 with SM3 (DER), CREDENTIAL gives raw Ed25519.
        Raises: Unavailable.
        """
        ...
