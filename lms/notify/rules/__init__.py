"""What a message is, when it is tried again, and who may wish not to have it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
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
    UNWANTED = "unwanted"


class Lane(IntEnum):
    """Who waits for whom: a code at the door never waits behind an announcement."""

    OWN = 0
    BULK = 1


class Wish(StrEnum):
    """Words that nobody must have: the receiver may say no, by each channel."""

    ANNOUNCEMENT = "announcement"
    NUDGE = "nudge"


WISHES: Mapping[str, Wish] = {
    "announcement": Wish.ANNOUNCEMENT,
    "announcement_sms": Wish.ANNOUNCEMENT,
    "employer_nudge": Wish.NUDGE,
}
"""By template. What is not here is owed by law or contract, or guards the account."""

LEAVING = tuple(
    (wish, channel) for wish in Wish for channel in (Channel.SMS, Channel.MAIL)
)
"""All that can be refused, by its place in a token: only add at the end."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be owed.

    `facts` are ids, codes, dates and figures and are stored open; `secrets` and
    `address` are sealed. Without an `address` it goes to the contact of `to_account`.
    The same `dedupe` is owed once. `association_id` is whose desk sees that it went.
    """

    channel: Channel
    template: str
    to_account: UUID | None = None
    address: str | None = field(default=None, repr=False)
    locale: str = "zh"
    facts: Mapping[str, str | int] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    dedupe: str | None = None
    association_id: UUID | None = None
    lane: Lane = Lane.OWN
    not_before: datetime | None = None

    @property
    def repeatable(self) -> bool:
        """Tell whether it can be composed again once sent: nothing in it was sealed."""
        return self.address is None and not self.secrets and bool(self.to_account)


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
