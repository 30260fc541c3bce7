"""What a message is, and when it is tried again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """The way a message takes. `CONTACT`: whichever the account has, phone first."""

    SMS = "sms"
    MAIL = "mail"
    CONTACT = "contact"
    NOTICE = "notice"


class MessageState(StrEnum):
    """What became of a message."""

    DUE = "due"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be owed.

    `facts` are ids, codes, dates and figures and are stored open; `secrets` and
    `address` are sealed. Without an `address` it goes to the contact of `to_account`.
    The same `dedupe` is owed once.
    """

    channel: Channel
    template: str
    to_account: UUID | None = None
    address: str | None = field(default=None, repr=False)
    locale: str = "zh"
    facts: Mapping[str, str | int] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    dedupe: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """A message in words."""

    subject: str
    text: str


MOST_TRIES = 8
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=2)


def pause_after(tries: int) -> timedelta:
    """Say how long to wait after so many tries: 30 seconds, doubling to two hours."""
    doublings = min(max(0, tries - 1), 12)
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << doublings))
