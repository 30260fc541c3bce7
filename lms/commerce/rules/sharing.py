"""Part an amount so that not one fen is lost or made. Pure."""

from collections.abc import Sequence

from lms.kernel.money import Fen


def share(amount_fen: int, weights: Sequence[int]) -> tuple[Fen, ...]:
    """Part an amount by weights; the largest remainders take the last fen.

    Without any weight all parts weigh the same. A negative amount is parted as its
    opposite, so that what went back undoes what came.

    >>> share(100, [1, 1, 1]), share(-100, [1, 1, 1])
    ((34, 33, 33), (-34, -33, -33))
    """
    if not weights:
        return ()
    sign = -1 if amount_fen < 0 else 1
    amount = abs(amount_fen)
    whole = sum(weights)
    parts = list(weights) if whole else [1] * len(weights)
    whole = whole or len(weights)
    made = [amount * part // whole for part in parts]
    rest = amount - sum(made)
    order = sorted(range(len(parts)), key=lambda n: (-(amount * parts[n] % whole), n))
    for place in order[:rest]:
        made[place] += 1
    return tuple(Fen(sign * each) for each in made)
