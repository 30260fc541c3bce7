"""Announcements as the desk sees them, and as who has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.announcements.models import Announcement, Receipt
from lms.announcements.rules import Audience, State
from lms.kernel.errors import NotFound
from lms.notify.rules import WISHES, Wish

PAGE = 30
MOST_UNREAD = 99


@dataclass(frozen=True, slots=True)
class AnnouncementCard:
    """An announcement as its desk sees it."""

    id: UUID
    association_id: UUID | None
    title: str
    body: str
    audience: Audience
    among: str
    mail: bool
    sms: bool
    from_at: datetime | None
    until: date | None
    state: State
    counted: int | None
    approval_id: UUID | None
    made_by: UUID | None
    made_at: datetime
    changed_at: datetime
    reached: int
    mailed: int
    texted: int
    begun_at: datetime | None
    ended_at: datetime | None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Give the text in paragraphs."""
        return paragraphs(self.body)

    @property
    def mark(self) -> str:
        """Tell one writing of it from the next."""
        return self.changed_at.isoformat()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `after` is where the next begins, if there is one."""

    rows: tuple[AnnouncementCard, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """An announcement as one who has it reads it."""

    id: UUID
    association_id: UUID | None
    title: str
    body: str
    at: datetime
    until: date | None
    read_at: datetime | None
    archived_at: datetime | None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Give the text in paragraphs."""
        return paragraphs(self.body)


def paragraphs(body: str) -> tuple[str, ...]:
    """Cut a text at its line ends; empty lines are gone."""
    return tuple(line for one in body.splitlines() if (line := one.strip()))


def card(
    session: Session, association_id: UUID | None, announcement_id: UUID
) -> AnnouncementCard:
    """Give an announcement of a desk.

    Raises: NotFound, for another desk's too.
    """
    row = session.get(Announcement, announcement_id)
    if row is None or row.association_id != association_id:
        raise NotFound("announcement.unknown")
    return carded(row)


def carded(row: Announcement) -> AnnouncementCard:
    """Give a row as its card."""
    names = AnnouncementCard.__dataclass_fields__
    return AnnouncementCard(**{name: getattr(row, name) for name in names})


def listed(session: Session, association_id: UUID | None, after: str = "") -> Page:
    """List a desk's announcements, the newest first, from after one on."""
    chosen = select(Announcement).where(Announcement.association_id == association_id)
    last = _last(session, association_id, after)
    if last is not None:
        chosen = chosen.where(
            (Announcement.made_at < last.made_at)
            | ((Announcement.made_at == last.made_at) & (Announcement.id < last.id))
        )
    rows = session.scalars(
        chosen.order_by(Announcement.made_at.desc(), Announcement.id.desc()).limit(
            PAGE + 1
        )
    ).all()
    shown = tuple(carded(row) for row in rows[:PAGE])
    return Page(shown, str(shown[-1].id) if len(rows) > PAGE else None)


def _last(
    session: Session, association_id: UUID | None, after: str
) -> AnnouncementCard | None:
    try:
        return card(session, association_id, UUID(after))
    except (ValueError, NotFound):
        return None


def waiting(session: Session, association_id: UUID | None) -> int:
    """Count what waits for another person's word."""
    return _count(session, association_id, State.WAITING)


def _count(session: Session, association_id: UUID | None, state: State) -> int:
    asked = (
        select(func.count())
        .select_from(Announcement)
        .where(
            Announcement.association_id == association_id, Announcement.state == state
        )
    )
    return session.scalar(asked) or 0


def sent_alone(session: Session, association_id: UUID | None, since: datetime) -> int:
    """Count whom one person's word sends mail or text messages to, since an instant.

    What is set and has not begun counts as well.
    """
    asked = select(func.sum(Announcement.counted)).where(
        Announcement.association_id == association_id,
        Announcement.approval_id.is_(None),
        or_(Announcement.mail, Announcement.sms),
        or_(Announcement.state == State.SET, Announcement.begun_at >= since),
    )
    return session.scalar(asked) or 0


def due(session: Session, now: datetime) -> tuple[UUID, ...]:
    """Name what is being sent, and what is to be sent by now, the oldest first."""
    rows = session.execute(
        select(Announcement.id, Announcement.from_at)
        .where(Announcement.state.in_((State.SET, State.SENDING)))
        .order_by(Announcement.from_at)
    )
    return tuple(row.id for row in rows if row.from_at is None or row.from_at <= now)


def notices(
    session: Session, account_id: UUID, *, archived: bool, limit: int = 200
) -> tuple[NoticeCard, ...]:
    """List what an account was told, the newest first."""
    kept = (
        Receipt.archived_at.is_not(None) if archived else Receipt.archived_at.is_(None)
    )
    rows = session.execute(
        select(Announcement, Receipt)
        .join(Receipt, Receipt.announcement_id == Announcement.id)
        .where(Receipt.account_id == account_id, kept)
        .order_by(Receipt.at.desc(), Receipt.announcement_id)
        .limit(limit)
    )
    return tuple(_notice(told, had) for told, had in rows)


def notice(session: Session, account_id: UUID, announcement_id: UUID) -> NoticeCard:
    """Give what an account was told.

    Raises: NotFound, for what others were told too.
    """
    had = session.get(Receipt, (announcement_id, account_id))
    told = session.get(Announcement, announcement_id)
    if had is None or told is None:
        raise NotFound("announcement.unknown")
    return _notice(told, had)


def _notice(told: Announcement, had: Receipt) -> NoticeCard:
    return NoticeCard(
        told.id,
        told.association_id,
        told.title,
        told.body,
        had.at,
        had.until,
        had.read_at,
        had.archived_at,
    )


def unread(session: Session, account_id: UUID, on: date) -> int:
    """Count what an account has not read and still should; no further than 99."""
    some = (
        select(Receipt.announcement_id)
        .where(
            Receipt.account_id == account_id,
            Receipt.read_at.is_(None),
            Receipt.archived_at.is_(None),
            Receipt.until.is_(None) | (Receipt.until >= on),
        )
        .limit(MOST_UNREAD)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def read_by(session: Session, announcement_id: UUID) -> int:
    """Count who has read an announcement."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Receipt)
            .where(
                Receipt.announcement_id == announcement_id,
                Receipt.read_at.is_not(None),
            )
        )
        or 0
    )


def of_message(
    session: Session, template: str, facts: Mapping[str, str | int]
) -> AnnouncementCard | None:
    """Give the announcement that a message carries, if it carries one.

    Its words are not copied into each message: a hundred thousand may go out.

    Raises: NotFound.
    """
    if WISHES.get(template) is not Wish.ANNOUNCEMENT:
        return None
    row = session.get(Announcement, UUID(str(facts["announcement"])))
    if row is None:
        raise NotFound("announcement.unknown")
    return carded(row)
