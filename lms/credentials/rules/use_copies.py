"""Use copies: a certificate lent to an employer for one purpose and a time."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class CopyState(StrEnum):
    """Where a use copy stands in the book; whether its days are over is another."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class CopyMark:
    """What a use copy prints beside the certificate: for whom, for what, how long."""

    token: str
    employer: str
    purpose: str
    valid_from: date
    valid_until: date


def copy_ends(
    begins: date, days: int, ends: tuple[date | None, ...], *, first_day_counts: bool
) -> date:
    """Name a use copy's last day: so many days, cut at the first of `ends`.

    Source: 建办市〔2021〕40号 for the use period (180 days); its reading of the first
    day is the policy's. The specialty's end and the 65th birthday cut it.

    >>> copy_ends(date(2026, 11, 21), 180, (), first_day_counts=True)
    datetime.date(2027, 5, 19)
    >>> copy_ends(date(2026, 11, 21), 180, (), first_day_counts=False)
    datetime.date(2027, 5, 20)
    """
    natural = begins + timedelta(days=days - (1 if first_day_counts else 0))
    return min((natural, *(end for end in ends if end is not None)))


def copy_live(
    state: CopyState, valid_from: date | None, valid_until: date | None, on: date
) -> bool:
    """Tell whether a use copy may be used on a legal day; both days count."""
    if state is not CopyState.CONFIRMED or valid_from is None or valid_until is None:
        return False
    return valid_from <= on <= valid_until
