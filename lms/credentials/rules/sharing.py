"""Showing a certificate to others: links, grants, and the code of the hour on site."""

import hashlib
import hmac
import re
from datetime import date, datetime, timedelta
from enum import StrEnum

SHARE_DAYS = (7, 30, 365)
"""How long a link may last; 0 stands for: until it is switched off."""
GRANT_DAYS = (30, 180, 365)
"""How long an employer may see; 0 stands for: until withdrawn, or the person leaves."""
FOR_EVER = 0
MOST_LINKS = 20
"""So many links of one certificate are open at a time, and no more."""
NOTE_LENGTH = 60


class HoldingKind(StrEnum):
    """The two kinds of certificate that a person holds."""

    COMPLETION = "completion"
    REGISTRATION = "registration"


def share_ends(made_at: datetime, days: int) -> datetime | None:
    """Name the instant at which a link ends by itself, if it does."""
    return made_at + timedelta(days=days) if days else None


def share_live(ended_at: datetime | None, until: datetime | None, at: datetime) -> bool:
    """Tell whether a link opens anything at an instant."""
    return ended_at is None and (until is None or at < until)


def grant_ends(begins: date, days: int) -> date | None:
    """Name a grant's last day, if it has one; the first day counts.

    >>> grant_ends(date(2026, 11, 21), 30)
    datetime.date(2026, 12, 20)
    """
    return begins + timedelta(days=days - 1) if days else None


def grant_live(ended_at: datetime | None, valid_until: date | None, on: date) -> bool:
    """Tell whether a grant counts on a legal day, while its holder belongs there."""
    return ended_at is None and (valid_until is None or on <= valid_until)


# -- codes that live for a minute -------------------------------------------------


class Shown(StrEnum):
    """What a code that came with a scan says of the moment."""

    ABSENT = ""
    LIVE = "live"
    STALE = "stale"
    FORGED = "forged"


_CODE = re.compile(r"([0-9a-f]{1,9})-([0-9a-f]{24})")
_SLACK = 1
"""Who points a telephone at a code needs time. Units: minutes."""


def shown_code(secret: bytes, token: str, at: datetime) -> str:
    """Make the code that a certificate shows in this minute."""
    minute = _minute(at)
    return f"{minute:x}-{_mark(secret, token, minute)}"


def judge_code(secret: bytes, token: str, code: str, at: datetime) -> Shown:
    """Say whether a scanned code was shown now, earlier, or never by this house.

    A picture of the screen is good for two minutes at most.
    """
    if not code:
        return Shown.ABSENT
    found = _CODE.fullmatch(code)
    if found is None:
        return Shown.FORGED
    minute = int(found[1], 16)
    if not hmac.compare_digest(found[2], _mark(secret, token, minute)):
        return Shown.FORGED
    near = abs(_minute(at) - minute) <= _SLACK
    return Shown.LIVE if near else Shown.STALE


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _mark(secret: bytes, token: str, minute: int) -> str:
    said = f"certificate.shown|{token}|{minute}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:24]


_TICKET = timedelta(minutes=30)


def ticket(secret: bytes, share_id: object, at: datetime) -> str:
    """Let who has opened a link, and was counted, read on for half an hour."""
    until = _minute(at + _TICKET)
    return f"{until:x}-{_pass(secret, share_id, until)}"


def ticket_good(secret: bytes, share_id: object, given: str, at: datetime) -> bool:
    """Tell whether a ticket is of this link and of this half hour."""
    found = _CODE.fullmatch(given)
    if found is None:
        return False
    until = int(found[1], 16)
    sound = hmac.compare_digest(found[2], _pass(secret, share_id, until))
    return sound and _minute(at) <= until


def _pass(secret: bytes, share_id: object, until: int) -> str:
    said = f"certificate.opened|{share_id}|{until}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:24]
