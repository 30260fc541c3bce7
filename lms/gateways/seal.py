"""The house's seal: an Ed25519 key that never leaves this process."""

import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.evidence.rules.notes import Key


class Ed25519Sealer:
    """Signs under a name, by a key drawn from the secret of `signing.key`."""

    def __init__(self, secret: bytes, name: str) -> None:
        # Drawn, not used as it is: the same file may serve other ends.
        seed = hmac.digest(secret, b"xueshi evidence seal", "sha256")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._key = Key(name, self._private.public_key().public_bytes_raw())

    @property
    def key(self) -> Key:
        """Give the public key."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """Sign. Units: 64 bytes."""
        return self._private.sign(message)
