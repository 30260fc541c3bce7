"""What a place may become, who may take one, and which code on a screen is fresh."""

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class SessionState(StrEnum):
    """Where a session stands."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    HELD = "held"


class PlaceState(StrEnum):
    """Where a place stands: of an unpaid order, taken, given up, or at its end."""

    HELD = "held"
    TAKEN = "taken"
    FREED = "freed"
    CREDITED = "credited"
    MISSED = "missed"


LIVE = (PlaceState.HELD, PlaceState.TAKEN)
"""Who has one of these in a lesson takes no second."""


class Freed(StrEnum):
    """Why a place was given up."""

    UNPAID = "unpaid"
    REFUNDED = "refunded"
    LEAVE = "leave"
    MOVED = "moved"
    CANCELLED = "cancelled"


class WaitState(StrEnum):
    """Where somebody in line for a full session stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    LEFT = "left"
    ENDED = "ended"


IN_LINE = (WaitState.WAITING, WaitState.OFFERED)
"""Who has one of these in a session takes no second."""


class Mode(StrEnum):
    """What the screen in the room asks for."""

    IN = "in"
    OUT = "out"
    SPOT = "spot"


class How(StrEnum):
    """How a mark came about: by the code on the screen, or by two of the desk."""

    CODE = "code"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Terms:
    """How an association holds classes.

    `makeup_times` later sessions for who missed one, within `makeup_days` of it.

    Units: percent of the session; hours before it; days after it.
    """

    present_percent: int = 90
    leave_hours: int = 24
    makeup_times: int = 2
    makeup_days: int = 180


USUAL = Terms()

EARLY = timedelta(minutes=45)
"""So long before the start somebody may come in; time counts from the start."""

LATE = timedelta(hours=2)
"""So long after the end somebody may still check out."""

LINK_BEFORE = timedelta(minutes=30)
"""So long before the start a link is shown, to who has a place."""

SPOT_LIFE = timedelta(minutes=3)
"""So long a spot roll call waits for an answer."""

MOST_PLACES = 5000

OFFER_LIFE = timedelta(hours=24)
"""So long a place that was given back is kept for who is first in line, once."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody plans. Instants; `needed_seconds` is what the lesson asks for."""

    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    places: int
    needed_seconds: int
    taken: int = 0
    address: str = ""
    link: str = ""


def plan_objections(facts: Facts, now: datetime) -> tuple[str, ...]:
    """List everything that is wrong with a session as planned."""
    length = (facts.ends_at - facts.starts_at).total_seconds()
    wrong = {
        "class.backwards": length <= 0,
        "class.past": facts.starts_at <= now,
        "class.too_short": 0 < length < facts.needed_seconds,
        "class.too_long": length > timedelta(hours=14).total_seconds(),
        "class.signup_order": facts.opens_at >= facts.closes_at,
        "class.signup_late": facts.closes_at > facts.starts_at,
        "class.places": not 1 <= facts.places <= MOST_PLACES,
        "class.places_taken": facts.places < facts.taken,
        "class.nowhere": not facts.address and not facts.link,
        "class.link": bool(facts.link) and not facts.link.startswith("https://"),
    }
    return tuple(code for code, is_so in wrong.items() if is_so)


@dataclass(frozen=True, slots=True)
class Room:
    """A session as signing up sees it."""

    state: SessionState
    starts_at: datetime
    opens_at: datetime
    closes_at: datetime
    places: int
    taken: int


def signup_objection(room: Room, now: datetime) -> str | None:
    """Say why nobody takes a place in a session now, or nothing when somebody may."""
    if room.state is not SessionState.PLANNED:
        return (
            "class.cancelled" if room.state is SessionState.CANCELLED else "class.over"
        )
    if now < room.opens_at:
        return "class.not_open"
    if now >= room.closes_at:
        return "class.closed"
    return "class.full" if room.taken >= room.places else None


def open_objection(room: Room, now: datetime) -> str | None:
    """Say why nobody signs up now at all; that a session is full is no such reason."""
    return signup_objection(replace(room, taken=0), now)


def offer_until(closes_at: datetime, now: datetime) -> datetime:
    """Say until when who is first in line has a place kept: never past signing up."""
    return min(now + OFFER_LIFE, closes_at)


@dataclass(frozen=True, slots=True)
class Missed:
    """A session that somebody had a place in and missed."""

    ended_at: datetime


def makeup_objection(
    missed: tuple[Missed, ...], terms: Terms, starts_at: datetime
) -> str | None:
    """Say why who missed so many may not take a later session without paying again."""
    if not missed:
        return None
    if len(missed) > terms.makeup_times:
        return "class.makeup_used"
    last = max(one.ended_at for one in missed)
    if starts_at > last + timedelta(days=terms.makeup_days):
        return "class.makeup_late"
    return None


def may_leave(starts_at: datetime, terms: Terms, now: datetime) -> bool:
    """Say whether leave is asked for in time."""
    return now <= starts_at - timedelta(hours=terms.leave_hours)


def present_seconds(
    session: tuple[datetime, datetime], came: datetime, went: datetime, elsewhere: int
) -> int:
    """Count how long somebody was in a session: nothing before it, after it, or twice.

    Units: seconds; `elsewhere` is what a screen may have earned meanwhile.
    """
    starts_at, ends_at = session
    stayed = int((min(went, ends_at) - max(came, starts_at)).total_seconds())
    return max(0, stayed - elsewhere)


def enough(
    present: int, session: tuple[datetime, datetime], percent: int, needed: int
) -> bool:
    """Say whether a presence earns the lesson: its share of the session, and the clock.

    Never less than the lesson asks for, so that no credit is more than its time.

    Units: seconds.
    """
    length = int((session[1] - session[0]).total_seconds())
    return present >= max(needed, -(-length * percent // 100))


def slack_seconds(session: tuple[datetime, datetime], percent: int, needed: int) -> int:
    """Say for how long somebody may be away and still earn the lesson."""
    length = int((session[1] - session[0]).total_seconds())
    return max(0, length - max(needed, -(-length * percent // 100)))


# -- the code on the screen ---------------------------------------------------------

SLOT_SECONDS = 20
"""How long a code stands. The one before counts too: pointing a phone takes time."""

_CODE = re.compile(r"([0-9a-f]{32})\.(in|out|spot)\.([0-9a-f]{1,9})\.([0-9a-f]{24})")


class Fresh(StrEnum):
    """What a scanned code is."""

    LIVE = "live"
    STALE = "stale"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code says, and whether it counts now."""

    fresh: Fresh
    session: str = ""
    mode: Mode = Mode.IN


def screen_code(secret: bytes, session: str, mode: Mode, at: datetime) -> str:
    """Make the code that a session's screen shows in these seconds.

    `session` is its id without dashes.
    """
    slot = _slot(at)
    return f"{session}.{mode.value}.{slot:x}.{_mark(secret, session, mode, slot)}"


def judge_screen(secret: bytes, code: str, at: datetime) -> Scanned:
    """Say what a scanned code is: shown now, shown earlier, or never by this house."""
    found = _CODE.fullmatch(code)
    if found is None:
        return Scanned(Fresh.FORGED)
    session, mode, slot = found[1], Mode(found[2]), int(found[3], 16)
    if not hmac.compare_digest(found[4], _mark(secret, session, mode, slot)):
        return Scanned(Fresh.FORGED)
    fresh = Fresh.LIVE if 0 <= _slot(at) - slot <= 1 else Fresh.STALE
    return Scanned(fresh, session, mode)


def _slot(at: datetime) -> int:
    return int(at.timestamp()) // SLOT_SECONDS


def _mark(secret: bytes, session: str, mode: Mode, slot: int) -> str:
    said = f"class.screen|{session}|{mode.value}|{slot}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:24]


TICKET_SECONDS = 180
"""Who scanned in time has so long to sign in and to say that it is them."""

_TICKET = re.compile(r"([0-9a-f]{32})\.(in|out|spot)\.([0-9a-f]{1,9})\.([0-9a-f]{24})")


def ticket(secret: bytes, scanned: Scanned, device: str, at: datetime) -> str:
    """Let one device that scanned in time go on; the address is no use on another."""
    until = int(at.timestamp()) + TICKET_SECONDS
    mark = _pass(secret, scanned.session, scanned.mode, device, until)
    return f"{scanned.session}.{scanned.mode.value}.{until:x}.{mark}"


def judge_ticket(secret: bytes, text: str, device: str, at: datetime) -> Scanned:
    """Say whether a ticket is this device's, and still counts."""
    found = _TICKET.fullmatch(text)
    if found is None or not device:
        return Scanned(Fresh.FORGED)
    session, mode, until = found[1], Mode(found[2]), int(found[3], 16)
    if not hmac.compare_digest(found[4], _pass(secret, session, mode, device, until)):
        return Scanned(Fresh.FORGED)
    fresh = Fresh.LIVE if at.timestamp() <= until else Fresh.STALE
    return Scanned(fresh, session, mode)


def _pass(secret: bytes, session: str, mode: Mode, device: str, until: int) -> str:
    said = f"class.ticket|{session}|{mode.value}|{device}|{until}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:24]


def device_mark(secret: bytes, device: str) -> str:
    """Name a device in the books, without what is in its cookie."""
    said = f"class.device|{device}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:32]
