"""Remind persons of an end, and their employers of all of a day's, once each."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.queries.keys import accounts_in_use
from lms.kernel.clock import legal_day
from lms.kernel.db import inserting
from lms.kernel.ids import AccountId, EmployerId, PersonId
from lms.kernel.work import Work, fail_point
from lms.notify import services as notify
from lms.people import queries as people
from lms.people.queries import RegistrationCard, many
from lms.policy.dates import days_left
from lms.policy.library import rules_for
from lms.policy.reminders import MARKS, Reminder, due
from lms.policy.renewal import window_for
from lms.policy.verdict import Window
from lms.registration.models import EndedSpecialty, ReminderRow
from lms.registration.queries.standings import StandingCard, standings
from lms.registration.rules.standings import EndCause
from lms.registration.services.lapsing import renewing

AHEAD = timedelta(days=max(MARKS))
BEHIND = timedelta(days=30)
"""How far back a lapse is still news."""


@dataclass(frozen=True, slots=True)
class _Word:
    """One message to one person: of which end, what, and what else it covers."""

    person_id: PersonId
    window: Window
    kinds: tuple[Reminder, ...]
    specialties: str


def candidates(
    session: Session, last: UUID | None, on: date, *, limit: int
) -> tuple[PersonId, ...]:
    """Name persons of whom an end is near, or has just passed."""
    ending = many.ending_after(
        session, last, since=on - BEHIND, until=on + AHEAD, limit=limit
    )
    lapsed = (
        select(EndedSpecialty.person_id)
        .where(
            EndedSpecialty.cause == EndCause.LAPSED,
            EndedSpecialty.ended_on >= on - BEHIND,
        )
        .distinct()
        .order_by(EndedSpecialty.person_id)
        .limit(limit)
    )
    if last is not None:
        lapsed = lapsed.where(EndedSpecialty.person_id > last)
    both = {*ending, *(PersonId(one) for one in session.scalars(lapsed))}
    # Only as far as both lists reach: what lies beyond comes with the next chunk.
    return tuple(sorted(both, key=lambda one: one.hex)[:limit])


def remind_all(work: Work, persons: Collection[UUID]) -> int:
    """Owe each person the words that today has reached; say how many messages.

    Each kind is told once for each end, however often this runs. Who has filed for
    renewal is left alone.
    """
    on = legal_day(work.now)
    known = accounts_in_use(work.session, persons)
    stand = standings(work.session, persons, on=on)
    busy = renewing(work.session, persons)
    bonds = many.employers_of(work.session, persons)
    sent = 0
    for word in _words(work.session, persons, on):
        account = known.get(word.person_id)
        told = _LAPSED if Reminder.LAPSED in word.kinds else _NEAR
        if account is None or (word.person_id in busy and told is _NEAR):
            continue
        new = _noted(work, word, bonds.get(word.person_id), on)
        if new:
            _tell(work, account[0], word, stand.get(word.person_id), told)
            sent += 1
    fail_point("night.reminded")
    return sent


_NEAR, _LAPSED = "registration_ends", "registration_lapsed"


def _words(session: Session, persons: Collection[UUID], on: date) -> Iterator[_Word]:
    for person, card in many.registrations(session, persons).items():
        for ends_on in sorted({each.valid_until for each in card.specialties}):
            window = _window(card, ends_on, on)
            kinds = due(window, on)
            if kinds and Reminder.LAPSED not in kinds:
                codes = [e.code for e in card.specialties if e.valid_until == ends_on]
                yield _Word(person, window, kinds, ",".join(codes))
    yield from _lapses(session, persons, on)


def _lapses(session: Session, persons: Collection[UUID], on: date) -> Iterator[_Word]:
    rows = session.scalars(
        select(EndedSpecialty)
        .where(
            EndedSpecialty.person_id.in_(persons),
            EndedSpecialty.cause == EndCause.LAPSED,
            EndedSpecialty.ended_on >= on - BEHIND,
        )
        .order_by(EndedSpecialty.seq)
    )
    ends: dict[tuple[UUID, date], list[EndedSpecialty]] = {}
    for row in rows:
        ends.setdefault((row.person_id, row.valid_until), []).append(row)
    for (person_id, ends_on), gone in ends.items():
        rules = rules_for(gone[0].province, on)
        codes = ",".join(each.specialty for each in gone)
        window = window_for(rules, ends_on, on)
        yield _Word(PersonId(person_id), window, (Reminder.LAPSED,), codes)


def _window(card: RegistrationCard, ends_on: date, on: date) -> Window:
    return window_for(rules_for(card.province, on), ends_on, on)


def _noted(
    work: Work, word: _Word, employer_id: EmployerId | None, on: date
) -> tuple[Reminder, ...]:
    """Write the kinds down; give those that nobody had told yet.

    Of two who write at once, the second waits here and then finds them told.
    """
    new = []
    for kind in word.kinds:
        made = work.session.execute(
            inserting(work.session, ReminderRow)
            .values(
                person_id=word.person_id,
                ends_on=word.window.ends_on,
                kind=kind,
                told_with=word.kinds[0],
                employer_id=employer_id,
                told_on=on,
                told_at=work.now,
            )
            .on_conflict_do_nothing()
            .returning(ReminderRow.seq)
        )
        if made.first() is not None:
            new.append(kind)
    return tuple(new)


def _tell(
    work: Work,
    account_id: AccountId,
    word: _Word,
    stand: StandingCard | None,
    template: str,
) -> None:
    window, on = word.window, legal_day(work.now)
    same = stand is not None and stand.found.ends_on == window.ends_on
    notify.message(
        work,
        account_id,
        template,
        dedupe=f"ends:{word.person_id}:{window.ends_on}:{'+'.join(word.kinds)}",
        specialties=word.specialties,
        ends=window.ends_on.isoformat(),
        left=days_left(window.ends_on, on),
        opens=window.opens_on.isoformat() if window.opens_on else "",
        closes=window.closes_on.isoformat(),
        state=window.state.value,
        per_cent=stand.found.per_cent if same and stand else -1,
        stays=int(stand is not None and not stand.found.lapsed),
    )


def tell_employers(work: Work, on: date) -> int:
    """Owe each employer one message about all of its people who were told on a day.

    It says how many, never who: names are read behind the door.
    """
    rows = work.session.execute(
        select(
            ReminderRow.employer_id, func.count(func.distinct(ReminderRow.person_id))
        )
        .where(ReminderRow.told_on == on, ReminderRow.employer_id.is_not(None))
        .group_by(ReminderRow.employer_id)
    ).all()
    sent = 0
    for employer_id, count in rows:
        assert employer_id is not None  # noqa: S101 - the select saw to it
        for agent in people.agents(work.session, employer_id):
            if agent.confirmed_at is None:
                continue
            notify.message(
                work,
                agent.account_id,
                "people_end",
                dedupe=f"ends:{on}:{employer_id}:{agent.account_id}",
                count=count,
            )
            sent += 1
    return sent
