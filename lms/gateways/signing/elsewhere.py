"""Take keys that stay outside: their public half, and a proof that they answer."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.gateways.signing import outside, signers, sm2, uploads
from lms.gateways.signing import sm2_certificates as certificates
from lms.gateways.signing.uploads import wrong
from lms.signing.ports import MadeKey
from lms.signing.rules import Key, Purpose

_EVER = datetime(2000, 1, 1, tzinfo=UTC)


def public_of(purpose: Purpose, brought: bytes) -> bytes:
    """Find the public key: of the first certificate, or bare for a credential's.

    Raises: Refused("signing.import").
    """
    try:
        if purpose is Purpose.CREDENTIAL:
            return _bare(brought)
        first = uploads.certificates(brought)[0]
        if purpose is Purpose.SEAL:
            return certificates.parse(first).public
        return (
            x509.load_der_x509_certificate(first)
            .public_key()
            .public_bytes(
                serialization.Encoding.DER,
                serialization.PublicFormat.SubjectPublicKeyInfo,
            )
        )
    except (ValueError, TypeError) as error:
        raise wrong("signing.unread_certificate") from error


def _bare(brought: bytes) -> bytes:
    raw = uploads.scalar(brought)
    if raw is not None:
        return raw
    public = serialization.load_pem_public_key(brought)
    if not isinstance(public, Ed25519PublicKey):
        raise wrong("signing.kind")
    return public.public_bytes_raw()


def challenge(purpose: Purpose, owner: str, place: str) -> bytes:
    """Say what a key signs to show that it lies where it is said to lie.

    No document, seal or credential begins so, and no other owner can use it.
    """
    return f"Xueshi: {owner} signs {purpose.value} by {place}".encode()


def proof(purpose: Purpose, public: bytes, owner: str, place: str) -> bytes:
    """Have the key sign: one that does not answer is of no use.

    Raises: Unavailable; Refused when another key answers.
    """
    key = Key(
        kid="new",
        purpose=purpose,
        owner=owner,
        public=public,
        chain=(),
        valid_from=_EVER,
        valid_until=_EVER,
        place=place,
    )
    data = challenge(purpose, owner, place)
    given = outside.asked(key, data)
    if not holds(purpose, public, data, given):
        raise wrong("signing.mismatch")
    return given


def check(made: MadeKey, owner: str, given: bytes) -> None:
    """See that what a key outside signed before is over its own challenge.

    Raises: Refused.
    """
    data = challenge(made.purpose, owner, made.place)
    if not holds(made.purpose, made.public, data, given):
        raise wrong("signing.mismatch")


def holds(purpose: Purpose, public: bytes, data: bytes, signature: bytes) -> bool:
    """Say whether a signature of a key of any purpose holds."""
    judges = {
        Purpose.DOCUMENT: signers.document_holds,
        Purpose.SEAL: sm2.verify,
        Purpose.CREDENTIAL: signers.credential_holds,
    }
    return judges[purpose](public, data, signature)
