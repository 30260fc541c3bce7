"""Keys that lie outside the house: a token, a card, a licensed signing service.

The operator's configuration says who answers for the first word of a key's place, such
as `service`. Nobody is asked while a unit of work is open: others would wait for a
network. What comes back is looked at before anybody relies on it.
"""

from collections.abc import Callable, Mapping

from lms.kernel.errors import Unavailable
from lms.kernel.held import at_work
from lms.signing.ports import ExternalSigner
from lms.signing.rules import HOUSE_PLACE, Key

_SIGNERS: dict[str, ExternalSigner] = {}


def install(signers: Mapping[str, ExternalSigner]) -> None:
    """Say who answers for which places, and that nobody else does."""
    _SIGNERS.clear()
    _SIGNERS.update(signers)


def is_outside(key: Key) -> bool:
    """Tell whether a key's private half lies elsewhere."""
    return key.place != HOUSE_PLACE


def sign(key: Key, data: bytes, holds: Callable[[bytes], bool]) -> bytes:
    """Have the signer of the key's place sign; `holds` checks what it gave.

    Raises: Unavailable when nobody answers for that place, or something is wrong with
        the answer.
    """
    given = asked(key, data)
    if not holds(given):
        raise Unavailable("signing.outside_wrong", kid=key.kid)
    return given


def asked(key: Key, data: bytes) -> bytes:
    """Have the signer of the key's place sign, whatever it gives.

    Raises: Unavailable.
    """
    if at_work():
        raise RuntimeError("somebody outside is asked while a unit of work is open")
    signer = _SIGNERS.get(key.place.partition(":")[0])
    if signer is None:
        raise Unavailable("signing.outside", kid=key.kid)
    return signer.sign(key, data)
