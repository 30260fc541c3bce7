"""Put certificates in order, from the owner's up to the root."""

from collections.abc import Callable, Sequence
from typing import TypeVar

C = TypeVar("C")


def ordered(
    leaf: C, others: Sequence[C], is_above: Callable[[C, C], bool]
) -> tuple[C, ...]:
    """Follow who signed whom; what has no part in it is left out.

    `is_above(child, parent)` tells whether the parent signed the child.
    """
    chain, left = [leaf], list(others)
    while not is_above(chain[-1], chain[-1]):
        above = next((one for one in left if is_above(chain[-1], one)), None)
        if above is None:
            break
        left.remove(above)
        chain.append(above)
    return tuple(chain)
