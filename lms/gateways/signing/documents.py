"""Look at a document's key that was brought: PKCS#12, or PEM with certificates."""

from datetime import datetime
from typing import TypeVar, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from lms.gateways.signing import chains, uploads
from lms.gateways.signing.uploads import wrong
from lms.gateways.signing.x509 import DOCUMENT_SIGNING, Private, public_of, secret_of
from lms.signing.ports import MadeKey, Upload
from lms.signing.rules import Purpose

_RSA_SIZES = {2048, 3072, 4096}
_FIT = {
    DOCUMENT_SIGNING,
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # Microsoft, document signing
    ObjectIdentifier("1.2.840.113583.1.1.5"),  # Adobe, authentic documents
}


def read(upload: Upload, now: datetime) -> MadeKey:
    """Take a key with its certificates.

    Raises: Refused("signing.import") with everything that is wrong.
    """
    private, packed = _private(upload)
    found = packed or _certificates(upload.certificates)
    made = judge(public_of(private), found, now)
    return MadeKey(
        Purpose.DOCUMENT,
        public_of(private),
        made[0],
        *made[1:],
        secret=secret_of(private),
    )


Judged = tuple[tuple[bytes, ...], datetime, datetime]
"""The chain in order, and between which instants all of it holds."""


def judge(public: bytes, found: list[x509.Certificate], now: datetime) -> Judged:
    """Find the certificates of a key, in order, and see that they fit.

    Raises: Refused("signing.import") with everything that is wrong.
    """
    leaf = next((one for one in found if _public(one) == public), None)
    if leaf is None:
        raise wrong("signing.mismatch")
    chain = chains.ordered(leaf, [one for one in found if one is not leaf], _is_above)
    problems = [*_of_key(leaf), *_of_leaf(leaf), *_of_chain(chain, now)]
    if problems:
        raise wrong(*problems)
    since = max(one.not_valid_before_utc for one in chain)
    until = min(one.not_valid_after_utc for one in chain)
    encoded = tuple(one.public_bytes(serialization.Encoding.DER) for one in chain)
    return encoded, since, until


def certificates(data: bytes) -> list[x509.Certificate]:
    """Read the certificates of a file.

    Raises: Refused.
    """
    return _certificates(data)


def _private(upload: Upload) -> tuple[Private, list[x509.Certificate]]:
    if upload.key.lstrip().startswith(b"-----"):
        return _checked(_from_pem(upload)), []
    password = upload.password.encode() or None
    try:
        private, leaf, more = pkcs12.load_key_and_certificates(upload.key, password)
    except ValueError as error:
        return _checked(_from_der(upload, error)), []
    found = [*([leaf] if leaf else []), *more]
    if not found and upload.certificates:
        found = _certificates(upload.certificates)
    return _checked(private), found


def _from_pem(upload: Upload) -> object:
    password = upload.password.encode() or None
    locked = any(block.locked for block in uploads.blocks(upload.key))
    if locked and password is None:
        raise wrong("signing.password")
    try:
        return serialization.load_pem_private_key(
            upload.key, password if locked else None
        )
    except (ValueError, TypeError) as error:
        raise wrong("signing.password" if locked else "signing.unread_key") from error


def _from_der(upload: Upload, first: ValueError) -> object:
    """Try a bare key; what is neither that nor PKCS#12 is most often a wrong password.

    Raises: Refused.
    """
    if "password" in str(first).lower() or "mac" in str(first).lower():
        raise wrong("signing.password") from first
    try:
        return serialization.load_der_private_key(upload.key, None)
    except (ValueError, TypeError) as error:
        raise wrong("signing.unread_key") from error


def _checked(private: object) -> Private:
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise wrong("signing.kind" if private is not None else "signing.unread_key")
    return private


def _certificates(data: bytes) -> list[x509.Certificate]:
    try:
        return [
            x509.load_der_x509_certificate(one) for one in uploads.certificates(data)
        ]
    except ValueError as error:
        raise wrong("signing.unread_certificate") from error


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _is_above(child: x509.Certificate, parent: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(parent)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _of_key(leaf: x509.Certificate) -> list[str]:
    public = leaf.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        return [] if isinstance(public.curve, ec.SECP256R1) else ["signing.kind"]
    size = cast("rsa.RSAPublicKey", public).key_size
    return [] if size in _RSA_SIZES else ["signing.kind"]


def _of_leaf(leaf: x509.Certificate) -> list[str]:
    extensions = leaf.extensions
    problems = []
    constraints = _extension(extensions, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        problems.append("signing.is_ca")
    usage = _extension(extensions, x509.KeyUsage)
    if usage and not (usage.digital_signature or usage.content_commitment):
        problems.append("signing.usage")
    extended = _extension(extensions, x509.ExtendedKeyUsage)
    if extended is not None and _FIT.isdisjoint(extended):
        problems.append("signing.usage")
    return list(dict.fromkeys(problems))


E = TypeVar("E", bound=x509.ExtensionType)


def _extension(extensions: x509.Extensions, kind: type[E]) -> E | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _of_chain(chain: tuple[x509.Certificate, ...], now: datetime) -> list[str]:
    problems = []
    leaf = chain[0]
    if leaf.not_valid_after_utc <= now:
        problems.append("signing.expired")
    if leaf.not_valid_before_utc > now:
        problems.append("signing.not_yet")
    if len(chain) == 1:
        alone = (
            "signing.self_signed" if leaf.issuer == leaf.subject else "signing.chain"
        )
        problems.append(alone)
    if any(one.not_valid_after_utc <= now for one in chain[1:]):
        problems.append("signing.chain_expired")
    if not all(_is_authority(one) for one in chain[1:]):
        problems.append("signing.no_authority")
    return problems


def _is_authority(above: x509.Certificate) -> bool:
    """Tell whether a certificate may sign others: a person's signs none, says RFC 5280.

    Roots of the first form have no extensions to say it with.
    """
    if above.version is x509.Version.v1:
        return above.issuer == above.subject
    constraints = _extension(above.extensions, x509.BasicConstraints)
    return constraints is not None and constraints.ca
