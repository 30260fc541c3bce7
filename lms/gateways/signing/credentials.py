"""Keys of credentials: Ed25519, which needs no certificate."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.gateways.signing import uploads
from lms.signing.ports import MadeKey, Subject, Upload
from lms.signing.rules import Purpose


def make(subject: Subject) -> MadeKey:
    """Make a key."""
    return _made(Ed25519PrivateKey.generate(), subject)


def read(subject: Subject, upload: Upload) -> MadeKey:
    """Take a key: 32 bytes bare, in hexadecimal or base64; PKCS#8 as PEM or DER.

    Raises: Refused("signing.import").
    """
    bare = uploads.scalar(upload.key)
    private = Ed25519PrivateKey.from_private_bytes(bare) if bare else _parsed(upload)
    return _made(private, subject)


def _made(private: Ed25519PrivateKey, subject: Subject) -> MadeKey:
    return MadeKey(
        Purpose.CREDENTIAL,
        private.public_key().public_bytes_raw(),
        (),
        subject.valid_from,
        subject.valid_until,
        secret=private.private_bytes_raw(),
    )


def _parsed(upload: Upload) -> Ed25519PrivateKey:
    body = uploads.private_der(upload.key)
    try:
        private = serialization.load_der_private_key(body, None)
    except (ValueError, TypeError) as error:
        raise uploads.wrong("signing.unread_key") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise uploads.wrong("signing.kind")
    return private
