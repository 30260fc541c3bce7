"""What this room needs of the outside world: a hand that signs."""

from typing import Protocol

from lms.evidence.rules.notes import Key


class Sealer(Protocol):
    """Signs checkpoints with the house's key, which it alone holds."""

    @property
    def key(self) -> Key:
        """Give the public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign. Units: 64 bytes, Ed25519."""
        ...
