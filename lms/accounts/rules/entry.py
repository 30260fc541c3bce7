"""Decisions about identifiers, passwords, tries, codes and sessions."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network


class AccountState(StrEnum):
    """Whether an account may be used."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    MERGED = "merged"


class Stage(StrEnum):
    """How far a learner has come with what an association teaches."""

    NONE = "none"
    OPEN = "open"
    DONE = "done"


def year_bit(year: int) -> int:
    """Give the bit that stands for a year's certificates in a learner's row.

    >>> year_bit(2000), year_bit(2026)
    (1, 67108864)
    """
    # A signed number of 64 bits holds them to 2062; no certificate is older than 2002.
    return 1 << (year - 2000)


class SessionState(StrEnum):
    """How far a visitor has come: a password given, or wholly signed in."""

    HALF = "half"
    FULL = "full"


class CodePurpose(StrEnum):
    """What a code that was sent may be used for, and nothing else."""

    SIGN_UP = "sign_up"
    SIGN_IN = "sign_in"
    RESET = "reset"
    NEW_CONTACT = "new_contact"
    IDENTITY = "identity"


class SlipPurpose(StrEnum):
    """What a counter printed a slip for: a new account, or a lost password."""

    OPEN = "open"
    RESET = "reset"


class IdentifierKind(StrEnum):
    """The two ways to reach a person, and the name that a counter gives."""

    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"


REACHING = (IdentifierKind.PHONE, IdentifierKind.EMAIL)
"""Where something can be sent to."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A mobile number or an e-mail address in its one normal form."""

    kind: IdentifierKind
    value: str


PRIVACY_TEXT_ON = date(2026, 11, 1)
"""The date of the privacy text that is in force; each text has its own template."""

PRIVACY = "privacy"

SENSITIVE_TEXT_ON = date(2026, 11, 21)
"""The date of the text on ID number and photo that is in force."""

SENSITIVE = "sensitive"

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODE_PAUSE = timedelta(seconds=60)
CODES_AN_HOUR = 5

SLIP_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What a printed code is made of: nothing that is read as something else."""
SLIP_LENGTH = 10
SLIP_LIFE = timedelta(hours=72)
SLIPS_A_DAY = {SlipPurpose.OPEN: 60, SlipPurpose.RESET: 10}
"""So many slips one clerk prints on one legal day."""
COUNTER_FAILURES_A_DAY = 20
"""So often one clerk's question at a counter comes to nothing on one legal day."""

FREE_FAILURES = 5
LONGEST_WAIT = timedelta(minutes=15)
FINAL_FAILURES = 100
NETWORK_FAILURES_AN_HOUR = 50

SESSIONS_AT_ONCE = 5
HALF_LIFE = timedelta(minutes=15)

ALONE_CHARACTERS = 15
WITH_FACTOR_CHARACTERS = 8
MOST_CHARACTERS = 256
OWN_CHARACTERS = 8

TOTP_SECONDS = 30
RECOVERY_CODES = 10

_PHONE = re.compile(r"1[3-9][0-9]{9}")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}"
)
_LONGEST_EMAIL = 254
_HANDLE = re.compile(r"K[0-9]{8}")
_HOUSE_WORDS = ("xueshi", "学时", "jianzaoshi", "建造师", "jixujiaoyu", "继续教育")


def identifier(typed: str) -> Identifier | None:
    """Read a mobile number or an e-mail address, as people write them.

    >>> identifier("+86 138-0000-0001").value
    '13800000001'
    """
    folded = unicodedata.normalize("NFKC", typed).strip()
    if "@" in folded:
        fits = len(folded) <= _LONGEST_EMAIL and _EMAIL.fullmatch(folded)
        return Identifier(IdentifierKind.EMAIL, folded.lower()) if fits else None
    digits = re.sub(r"[\s()-]", "", folded)
    digits = re.sub(r"^(?:\+86|0086|86(?=1[3-9][0-9]{9}$))", "", digits)
    if _PHONE.fullmatch(digits):
        return Identifier(IdentifierKind.PHONE, digits)
    return None


def sign_in_name(typed: str) -> Identifier | None:
    """Read what somebody signs in by: a way to reach them, or a counter's name.

    >>> sign_in_name(" k 4821 0937 ").value
    'K48210937'
    """
    folded = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()
    if _HANDLE.fullmatch(folded):
        return Identifier(IdentifierKind.HANDLE, folded)
    return identifier(typed)


def password_faults(
    password: str,
    *,
    second_factor: bool,
    own_words: Collection[str] = (),
    common: Collection[str] = frozenset(),
) -> tuple[str, ...]:
    """Find everything that is wrong with a password, as codes.

    Length is what counts; no kinds of character are demanded, none forbidden.

    Source: NIST SP 800-63B-4, 3.1.1.
    """
    composed = compose(password)
    shortest = WITH_FACTOR_CHARACTERS if second_factor else ALONE_CHARACTERS
    checks = (
        ("password.short", len(composed) < shortest),
        ("password.long", len(composed) > MOST_CHARACTERS),
        ("password.common", _is_common(composed.casefold(), common)),
        ("password.guessable", _is_guessable(composed.casefold(), own_words)),
    )
    return tuple(code for code, wrong in checks if wrong)


def compose(password: str) -> str:
    """Give the one form of a password, however the keyboard composed it."""
    return unicodedata.normalize("NFC", password)


def _is_common(password: str, common: Collection[str]) -> bool:
    unit = _repeated_unit(password)
    return password in common or unit in common or len(unit) <= len(password) // 3


def _repeated_unit(text: str) -> str:
    """Find the shortest piece that the whole text repeats."""
    size = (text + text).find(text, 1)
    return text[:size]


def _is_guessable(password: str, own_words: Collection[str]) -> bool:
    """Tell whether little is left once the words everyone would try are gone."""
    words = [w.casefold() for w in (*_HOUSE_WORDS, *own_words) if len(w) > 1]
    found = [w for w in words if w in password]
    if not found:
        return False
    for word in sorted(found, key=len, reverse=True):
        password = password.replace(word, "")
    return sum(letter.isalnum() for letter in password) < OWN_CHARACTERS


def wait_after(failures: int) -> timedelta | None:
    """Say how long to wait after so many failures in a row; None is for ever.

    Five are free, then the wait doubles from two seconds up to a quarter of an hour.
    After a hundred only a reset by code opens the account again.
    """
    if failures >= FINAL_FAILURES:
        return None
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(failures - 4, 12)))


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What is known of the newest code that was sent to an address."""

    valid: bool
    tries: int
    sent_at: datetime
    used: bool


class CodeVerdict(StrEnum):
    """Whether a code may count."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"


def judge_code(facts: CodeFacts | None, *, matches: bool, now: datetime) -> CodeVerdict:
    """Judge a typed code; `facts.tries` counts the tries before this one."""
    if facts is None:
        return CodeVerdict.WRONG
    if facts.tries >= CODE_TRIES:
        return CodeVerdict.SPENT
    if facts.used or now - facts.sent_at >= CODE_LIFE:
        return CodeVerdict.EXPIRED
    return CodeVerdict.RIGHT if matches and facts.valid else CodeVerdict.WRONG


def may_send_code(sent_at: Collection[datetime], now: datetime) -> bool:
    """Tell whether one more code may go to an address; `sent_at` of the last hour."""
    recent = [at for at in sent_at if now - at < timedelta(hours=1)]
    return len(recent) < CODES_AN_HOUR and all(now - at >= CODE_PAUSE for at in recent)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lives without, and even with, its visitor."""

    idle: timedelta
    absolute: timedelta


_LEARNER_LIMITS = SessionLimits(timedelta(hours=2), timedelta(hours=24))
_STAFF_LIMITS = SessionLimits(timedelta(minutes=30), timedelta(hours=12))


def session_alive(
    state: SessionState,
    *,
    staff: bool,
    opened_at: datetime,
    seen_at: datetime,
    now: datetime,
) -> bool:
    """Tell whether a session still counts."""
    if state is SessionState.HALF:
        return now - opened_at < HALF_LIFE
    limits = _STAFF_LIMITS if staff else _LEARNER_LIMITS
    return now - seen_at < limits.idle and now - opened_at < limits.absolute


def network_of(address: str | None) -> str:
    """Shorten an address to its network: enough to recognise, too little to find.

    >>> network_of("203.0.113.77"), network_of("2001:db8:1:2::3"), network_of(None)
    ('203.0.113.0/24', '2001:db8:1::/48', '')
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    prefix = 24 if found.version == 4 else 48  # noqa: PLR2004 - the two IP versions
    return str(ip_network(f"{found}/{prefix}", strict=False))


_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("QQBrowser", "QQ浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str | None) -> str:
    """Name a browser and its system in a few letters.

    >>> browser_of("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537")
    'Chrome · Windows'
    """
    agent = user_agent or ""
    parts = [
        next((name for mark, name in table if mark in agent), "")
        for table in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, parts))
