"""Programs that ask about certificates: whose key, how much it may ask."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

MOST_ASKED = 500
"""So many certificates at once."""

MOST_KEYS = 10
"""So many keys of one owner are live at a time."""

KEY_NAME = (1, 60)
_SECRET = re.compile(r"xsk_[A-Za-z0-9_-]{43}")


class KeyOwner(StrEnum):
    """Who may hold a key."""

    ASSOCIATION = "association"
    OFFICE = "office"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """The association, office or company whose key it is."""

    kind: KeyOwner
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much all keys of an owner may ask. Units: certificates, not requests.

    `misses` may be wrong on one day: whoever guesses names is stopped by them.
    """

    per_minute: int
    per_day: int
    misses: int


ALLOWANCES = {
    KeyOwner.ASSOCIATION: Allowance(5_000, 100_000, 5_000),
    KeyOwner.OFFICE: Allowance(5_000, 100_000, 5_000),
    KeyOwner.EMPLOYER: Allowance(1_000, 10_000, 500),
}


@dataclass(frozen=True, slots=True)
class Spent:
    """What an owner's keys asked so far, in this minute and on this day."""

    in_minute: int
    in_day: int
    missed: int


def new_secret() -> str:
    """Make a key. Only its digest is kept."""
    return f"xsk_{secrets.token_urlsafe(32)}"


def is_secret(given: str) -> bool:
    """Tell whether words can be a key at all."""
    return _SECRET.fullmatch(given) is not None


def secret_digest(given: str) -> bytes:
    """Give the digest by which a key is found; 256 random bits need no salt."""
    return hashlib.sha256(given.encode()).digest()


def minute_of(at: datetime) -> int:
    """Give the minute of an instant, counted from 1970."""
    return int(at.timestamp()) // 60


def refusal(allowed: Allowance, spent: Spent, asked: int) -> str:
    """Say why a key may not ask so much more now; "" when it may.

    >>> refusal(Allowance(10, 100, 5), Spent(8, 8, 0), 3)
    'api_key.minute'
    """
    if spent.missed >= allowed.misses:
        return "api_key.misses"
    if spent.in_day + asked > allowed.per_day:
        return "api_key.day"
    return "api_key.minute" if spent.in_minute + asked > allowed.per_minute else ""
