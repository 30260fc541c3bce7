"""Sign with keys of a ring. A private key is parsed once and kept by its name."""

from collections.abc import Callable
from functools import lru_cache, partial

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from lms.gateways.signing import outside
from lms.signing.rules import Key


def ecdsa_sign(key: Key, data: bytes) -> bytes:
    """Sign with a document's key and SHA-256. Shape: ECDSA in DER, or RSA PKCS#1 v1.5.

    Raises: Unavailable when the key lies outside and nobody answers there.
    """
    if outside.is_outside(key):
        return outside.sign(key, data, partial(document_holds, key.public, data))
    return _document(key.kid, key.secret)(data)


def ed25519_sign(key: Key, data: bytes) -> bytes:
    """Sign with a credential's key. Units: 64 bytes.

    Raises: Unavailable when the key lies outside and nobody answers there.
    """
    if outside.is_outside(key):
        return outside.sign(key, data, partial(credential_holds, key.public, data))
    return _credential(key.kid, key.secret).sign(data)


def document_holds(public: bytes, data: bytes, signature: bytes) -> bool:
    """Say whether a signature of a document's key holds, ECDSA or RSA."""
    try:
        found = serialization.load_der_public_key(public)
        if isinstance(found, rsa.RSAPublicKey):
            found.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(found, ec.EllipticCurvePublicKey):
            found.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def credential_holds(public: bytes, data: bytes, signature: bytes) -> bool:
    """Say whether a signature of a credential's key holds."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _document(kid: str, secret: bytes) -> Callable[[bytes], bytes]:
    del kid
    # Checked when it came into the house; to check it anew costs an RSA key 100 ms.
    private = serialization.load_der_private_key(
        secret, None, unsafe_skip_rsa_key_validation=True
    )
    if isinstance(private, ec.EllipticCurvePrivateKey):
        elliptic = private
        return lambda data: elliptic.sign(data, ec.ECDSA(hashes.SHA256()))
    if isinstance(private, rsa.RSAPrivateKey):
        number = private
        return lambda data: number.sign(data, padding.PKCS1v15(), hashes.SHA256())
    raise TypeError("a document's key is ECDSA or RSA")


@lru_cache(maxsize=64)
def _credential(kid: str, secret: bytes) -> Ed25519PrivateKey:
    del kid
    return Ed25519PrivateKey.from_private_bytes(secret)
