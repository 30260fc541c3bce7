"""Rows made into cards: what is sealed is opened with the asker's key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries.keys import data_keys
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId
from lms.policy.answering import Matter, answer_rule
from lms.threads.models import Thread, ThreadFile, ThreadMessage
from lms.threads.rules import Ending, Side, Standing, State, is_late, may_pass_on


@dataclass(frozen=True, slots=True)
class FileCard:
    """One paper of a word, shut."""

    id: UUID
    media: str
    size: int


@dataclass(frozen=True, slots=True)
class WordCard:
    """One word in a matter; after an `interim` one the answer is owed still.

    PII: `body`, opened.
    """

    id: UUID
    n: int
    at: datetime
    side: Side
    account_id: UUID
    person_id: UUID
    files: tuple[FileCard, ...]
    body: str = field(repr=False)
    interim: bool = False

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Give the word in paragraphs; empty lines are gone."""
        return tuple(line for one in self.body.splitlines() if (line := one.strip()))


@dataclass(frozen=True, slots=True)
class ThreadCard:
    """A matter, with what was said where it was asked for. PII: `subject`, opened."""

    id: UUID
    number: str
    association_id: UUID
    account_id: UUID
    person_id: PersonId
    employer_id: UUID | None
    matter: Matter
    state: State
    opened_at: datetime
    moved_at: datetime
    waits_since: datetime
    workdays: int
    due_on: date
    due_firm: bool
    taken_by: UUID | None
    passed_on_n: int | None
    passed_from: UUID | None
    ending: Ending | None
    closed_at: datetime | None
    helped: bool | None
    unseen: bool
    last_n: int
    outside_at: datetime | None
    subject: str = field(repr=False)
    words: tuple[WordCard, ...] = ()

    @property
    def said(self) -> tuple[WordCard, ...]:
        """Give the words that the asker may read."""
        return tuple(one for one in self.words if one.side is not Side.NOTE)

    @property
    def standing(self) -> Standing:
        """Give what decides over the next step."""
        return standing(self)

    def late(self, today: date) -> bool:
        """Tell whether an answer is owed and its day is over."""
        return is_late(self.standing, today)

    def may_pass_on(self, today: date) -> bool:
        """Tell whether it may go to a second person."""
        return may_pass_on(self.standing, today, answer_rule(today))


def standing(one: Thread | ThreadCard) -> Standing:
    """Read where a matter stands. While answered, its last move was the answer."""
    answered = one.moved_at if one.state is State.ANSWERED else None
    ended = one.closed_at or answered
    return Standing(
        one.state,
        one.due_on,
        one.ending,
        legal_day(ended) if ended else None,
        one.helped,
        one.passed_on_n is not None,
    )


_PLAIN = tuple(
    name for name in ThreadCard.__dataclass_fields__ if name not in {"subject", "words"}
)


def place(what: str, row_id: UUID) -> str:
    """Name the place that a sealed text or paper belongs to."""
    return f"{what}|{row_id}"


def keys_of(session: Session, rows: Sequence[Thread]) -> dict[UUID, bytes]:
    """Give by which key each matter is opened: its own, or its asker's.

    Shape: keys by matter; one whose asker was forgotten is absent.
    """
    askers = {row.person_id for row in rows if row.wrapped is None}
    persons = data_keys(session, askers) if askers else {}
    found = {}
    for row in rows:
        if row.wrapped is not None:
            found[row.id] = pii.unwrap(row.wrapped, place("thread", row.id))
        elif PersonId(row.person_id) in persons:
            found[row.id] = persons[PersonId(row.person_id)]
    return found


def carded(session: Session, rows: Sequence[Thread]) -> tuple[ThreadCard, ...]:
    """Give rows as cards, without what was said in them."""
    keys = keys_of(session, rows)
    return tuple(_card(row, keys.get(row.id)) for row in rows)


def _card(row: Thread, key: bytes | None) -> ThreadCard:
    subject = _opened(key, row.subject, place("threads", row.id))
    return ThreadCard(**{name: getattr(row, name) for name in _PLAIN}, subject=subject)


def _opened(key: bytes | None, sealed: bytes, where: str) -> str:
    return pii.unseal(key, sealed, where).decode() if key else ""


def last_words(session: Session, row: Thread) -> tuple[WordCard, ...]:
    """Give all that was said in a matter, in its order."""
    key = keys_of(session, [row]).get(row.id)
    files: dict[UUID, list[FileCard]] = {}
    kept = session.execute(
        select(ThreadFile.message_id, ThreadFile.id, ThreadFile.media, ThreadFile.size)
        .where(ThreadFile.thread_id == row.id)
        .order_by(ThreadFile.id)
    )
    for one in kept:
        files.setdefault(one.message_id, []).append(
            FileCard(one.id, one.media, one.size)
        )
    said = session.scalars(
        select(ThreadMessage)
        .where(ThreadMessage.thread_id == row.id)
        .order_by(ThreadMessage.n)
    )
    return tuple(
        WordCard(
            one.id,
            one.n,
            one.at,
            one.side,
            one.account_id,
            one.person_id,
            tuple(files.get(one.id, ())),
            _opened(key, one.body, place("thread_messages", one.id)),
            one.interim,
        )
        for one in said
    )
