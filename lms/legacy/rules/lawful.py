"""What hours of an old platform may come to, and on which day they count. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lms.legacy.rules.rows import Record, Row, with_fault
from lms.policy.library import rules_for
from lms.policy.model import Province, Specialty, Track


@dataclass(frozen=True, slots=True)
class Owner:
    """What an old platform's list said of the person whose hours these are."""

    province: Province | None
    specialties: tuple[Specialty, ...]
    period_from: date | None
    period_until: date | None


Place = tuple[str, Specialty, Track, str]
"""Whose hours, in what, and within which period or year they are added up."""


def dated(row: Row, owner: Owner) -> Row:
    """Find the day on which hours count of which only the year is told.

    A year that lies wholly inside or outside the period needs no day: whichever day it
    was, it counts the same. In a year in which a period begins or ends it must be told.
    """
    record = row.record
    if record.earned_on is not None or record.year is None:
        return row
    ends = {one.year for one in (owner.period_from, owner.period_until) if one}
    if not ends or record.year in ends:
        return with_fault(row, "legacy.day_needed")
    return replace(row, record=replace(record, earned_on=date(record.year, 12, 31)))


def place_of(record: Record, owner: Owner) -> Place:
    """Say with which other hours these are added up."""
    assert record.track is not None  # noqa: S101 - the reader saw to it
    assert record.earned_on is not None  # noqa: S101 - the reader saw to it
    since, until = owner.period_from, owner.period_until
    inside = since and until and since <= record.earned_on <= until
    window = "period" if inside else str(record.earned_on.year)
    return record.id_number, record.specialties[0], record.track, window


def most(record: Record, owner: Owner, today: date) -> int:
    """Say how much one period may hold on a track. Units: hundredths of a 学时."""
    assert record.track is not None  # noqa: S101 - the reader saw to it
    rules = rules_for(owner.province or Province.NATIONAL, today)
    first = owner.specialties[:1] or record.specialties[:1]
    return rules.quota(first == record.specialties[:1]).asked(record.track)


def within(
    rows: Sequence[Row],
    owners: Mapping[str, Owner],
    already: Mapping[Place, int],
    today: date,
) -> tuple[Row, ...]:
    """Mark every row with which hours come to more than a period may hold."""
    sums: Counter[Place] = Counter(already)
    return tuple(_within(rows, owners, sums, today))


def _within(
    rows: Sequence[Row], owners: Mapping[str, Owner], sums: Counter[Place], today: date
) -> Iterable[Row]:
    for row in rows:
        owner = owners.get(row.record.id_number)
        if owner is None or not row.good or row.known:
            yield row
            continue
        record = row.record
        place = place_of(record, owner)
        sums[place] += record.credit or 0
        above = sums[place] > most(record, owner, today)
        foreign = owner.specialties and record.specialties[0] not in owner.specialties
        if foreign:
            yield with_fault(row, "legacy.other_specialty")
        else:
            yield with_fault(row, "legacy.above") if above else row
