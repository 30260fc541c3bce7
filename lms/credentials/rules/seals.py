"""Practice seal and information card: what happened to them, in order."""

from enum import StrEnum


class PracticeItem(StrEnum):
    """What a registered constructor carries beside the certificate."""

    SEAL = "seal"
    CARD = "card"


class PracticeAct(StrEnum):
    """What happened to it: made, given back, declared void, lost."""

    MADE = "made"
    RETURNED = "returned"
    VOIDED = "voided"
    LOST = "lost"


_AFTER = {
    None: (PracticeAct.MADE,),
    PracticeAct.MADE: (PracticeAct.LOST, PracticeAct.RETURNED, PracticeAct.VOIDED),
    PracticeAct.LOST: (PracticeAct.VOIDED, PracticeAct.MADE),
    PracticeAct.RETURNED: (PracticeAct.VOIDED, PracticeAct.MADE),
    PracticeAct.VOIDED: (PracticeAct.MADE,),
}


def acts_after(last: PracticeAct | None) -> tuple[PracticeAct, ...]:
    """List what may be recorded next.

    Only one is good at a time: a second is made after the first was lost, given back
    or voided.

    >>> acts_after(None)
    (<PracticeAct.MADE: 'made'>,)
    """
    return _AFTER[last]
