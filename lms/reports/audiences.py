"""Whom an announcement is for: an association's learners, or some of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Account, Grant, Learner
from lms.accounts.rules import STAFF, AccountState
from lms.announcements.queries import AnnouncementCard
from lms.announcements.rules import Audience, days_of, uuid_of
from lms.announcements.services import CHUNK, Recipient
from lms.announcements.services import Audience as Chunk
from lms.catalogue.models import Course, CourseVersion
from lms.kernel.clock import legal_day
from lms.kernel.ids import AccountId
from lms.learning.models import Enrolment
from lms.notify.models import Refusal
from lms.notify.rules import Channel, Wish
from lms.people.models import Employer, EmployerLink, RegisteredSpecialtyRow
from lms.people.queries.links import ACTIVE
from lms.registration.models import StandingRow

MOST_COMPANIES = 500


@dataclass(frozen=True, slots=True)
class Count:
    """How many an announcement reaches: all in the page, some by mail or text too."""

    people: int
    by_mail: int
    by_sms: int


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What an association can narrow an audience by. Shape: id and words."""

    courses: tuple[tuple[str, str], ...]
    companies: tuple[tuple[str, str], ...]


def count(session: Session, card: AnnouncementCard, on: date) -> Count:
    """Count whom an announcement reaches today."""
    row = session.execute(
        _chosen(card, on).with_only_columns(
            func.count(),
            func.count().filter(
                Account.email_index.is_not(None), ~_refused(Channel.MAIL)
            ),
            func.count().filter(
                Account.phone_index.is_not(None), ~_refused(Channel.SMS)
            ),
        )
    ).one()
    return Count(*row)


def _refused(channel: Channel) -> ColumnElement[bool]:
    return exists().where(
        Refusal.account_id == Account.id,
        Refusal.wish == Wish.ANNOUNCEMENT,
        Refusal.channel == channel,
    )


def chunk(now: datetime) -> Chunk:
    """Give what names the next of an audience, as it stands on the day."""
    on = legal_day(now)

    def after(
        session: Session, card: AnnouncementCard, last: UUID | None
    ) -> tuple[Recipient, ...]:
        chosen = _chosen(card, on).order_by(Account.id).limit(CHUNK)
        if last is not None:
            chosen = chosen.where(Account.id > last)
        return tuple(
            Recipient(AccountId(row.id), row.locale, row.phone, row.mail)
            for row in session.execute(chosen)
        )

    return after


def _chosen(card: AnnouncementCard, on: date) -> Select[UUID, str, bool, bool]:
    return select(
        Account.id,
        Account.locale,
        Account.phone_index.is_not(None).label("phone"),
        Account.email_index.is_not(None).label("mail"),
    ).where(
        Account.state == AccountState.ACTIVE,
        _members(card.association_id),
        _narrowed(card, on),
    )


def _members(association_id: UUID | None) -> ColumnElement[bool]:
    """Take an association's learners, or the house's: all who are no staff."""
    if association_id is None:
        return ~exists().where(Grant.account_id == Account.id, Grant.role.in_(STAFF))
    return exists().where(
        Learner.person_id == Account.person_id,
        Learner.association_id == association_id,
    )


def _narrowed(card: AnnouncementCard, on: date) -> ColumnElement[bool]:
    among, person = card.among, Account.person_id
    if card.audience is Audience.SPECIALTY:
        return exists().where(
            RegisteredSpecialtyRow.person_id == person,
            RegisteredSpecialtyRow.specialty == among,
        )
    if card.audience is Audience.COURSE:
        return exists().where(
            Enrolment.person_id == person, Enrolment.version_id == uuid_of(among)
        )
    if card.audience is Audience.COMPANY:
        return exists().where(
            EmployerLink.person_id == person,
            EmployerLink.employer_id == uuid_of(among),
            ACTIVE,
        )
    if card.audience is Audience.ENDING:
        last = on + timedelta(days=days_of(among))
        return exists().where(
            RegisteredSpecialtyRow.person_id == person,
            RegisteredSpecialtyRow.valid_until >= on,
            RegisteredSpecialtyRow.valid_until <= last,
        )
    if card.audience is Audience.SHORT:
        return exists().where(
            and_(StandingRow.person_id == person, StandingRow.hours_met.is_(False))
        )
    return Account.id.is_not(None)


def narrowing(session: Session, association_id: UUID | None) -> Narrowing:
    """List the courses that were studied, and the companies of those who learn here."""
    courses = select(CourseVersion.id, CourseVersion.title, CourseVersion.n)
    if association_id is not None:
        courses = courses.join(Course, Course.id == CourseVersion.course_id).where(
            Course.association_id == association_id
        )
    courses = courses.where(
        exists().where(Enrolment.version_id == CourseVersion.id)
    ).order_by(CourseVersion.title, CourseVersion.n)
    here = exists().where(
        EmployerLink.employer_id == Employer.id,
        ACTIVE,
        EmployerLink.person_id == Account.person_id,
        _members(association_id),
    )
    companies = (
        select(Employer.id, Employer.name)
        .where(here)
        .order_by(Employer.name)
        .limit(MOST_COMPANIES)
    )
    return Narrowing(
        tuple((str(r.id), f"{r.title} v{r.n}") for r in session.execute(courses)),
        tuple((str(r.id), r.name) for r in session.execute(companies)),
    )
