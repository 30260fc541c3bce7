"""Read the ledger."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, PersonId
from lms.policy.model import RuleSet, Specialty, Track
from lms.policy.provinces.national import NATIONAL_2010
from lms.policy.substitution import counted

Tally = Mapping[tuple[Specialty, Track], Credit]
_AT_ONCE = 25
"""So many terms in one statement."""

Chosen = TypeVar("Chosen", bound=Select[*tuple[Any, ...]])


_ENTRY: Any = HoursEntry.__table__.c
_OUTSIDE = (_ENTRY.kind == EntryKind.SUBSTITUTION).label("outside")
_SUMS = (
    select(_ENTRY.specialty, _ENTRY.track, _OUTSIDE, func.sum(_ENTRY.credit))
    .where(
        _ENTRY.person_id == bindparam("person_id"),
        _ENTRY.earned_on >= bindparam("since"),
        _ENTRY.earned_on <= bindparam("until"),
    )
    .group_by(_ENTRY.specialty, _ENTRY.track, _OUTSIDE)
    .order_by(func.min(_ENTRY.seq))
)
_SUMS_OF_ONE = _SUMS.where(_ENTRY.association_id == bindparam("association_id"))


@dataclass(frozen=True, slots=True)
class Term:
    """Whose hours, with which association, in which period (both days count)."""

    person_id: PersonId
    association_id: AssociationId
    since: date
    until: date


@lru_cache(maxsize=64)
def _sums_of(count: int) -> CompoundSelect[*tuple[Any, ...]]:
    """Sum for so many terms at once: each has a place in the list, and its own days."""
    return union_all(
        *(
            select(
                literal_column(str(n)).label("place"),
                _ENTRY.specialty,
                _ENTRY.track,
                _OUTSIDE,
                func.sum(_ENTRY.credit),
                func.min(_ENTRY.seq).label("first"),
            )
            .where(
                _ENTRY.person_id == bindparam(f"person_id_{n}"),
                _ENTRY.association_id == bindparam(f"association_id_{n}"),
                _ENTRY.earned_on >= bindparam(f"since_{n}"),
                _ENTRY.earned_on <= bindparam(f"until_{n}"),
            )
            .group_by(_ENTRY.specialty, _ENTRY.track, _OUTSIDE)
            for n in range(count)
        )
    ).order_by("place", "first")


@dataclass(frozen=True, slots=True)
class PostingCard:
    """One entry of the ledger to show. Units: `credit` in hundredths of a 学时."""

    seq: int
    specialty: Specialty
    track: Track
    credit: Credit
    kind: EntryKind
    association_id: AssociationId
    source: str
    earned_at: datetime
    earned_on: date
    evidence_n: int


def tally(
    session: Session,
    person_id: PersonId,
    *,
    since: date,
    until: date,
    association_id: AssociationId | None = None,
    rules: RuleSet = NATIONAL_2010,
) -> Tally:
    """Sum credit by specialty and track over legal days, both ends included.

    With an association: its own ledger and the transfers it approved. What was granted
    for work outside (充抵) counts up to the cap of the rules. A pair without credit is
    absent; read with `.get(pair, Credit(0))`.

    Units: hundredths of a 学时.
    """
    statement = _SUMS if association_id is None else _SUMS_OF_ONE
    rows = session.connection().execute(
        statement,
        {
            "person_id": person_id,
            "since": since,
            "until": until,
        }
        | ({} if association_id is None else {"association_id": association_id}),
    )
    return _folded(rows, rules)


def tallies(session: Session, terms: Sequence[Term]) -> tuple[Tally, ...]:
    """Sum for many as `tally` does for one; each has a period of its own.

    Units: hundredths of a 学时.
    """
    found: list[list[Any]] = [[] for _term in terms]
    for start in range(0, len(terms), _AT_ONCE):
        some = terms[start : start + _AT_ONCE]
        named = {
            f"{name}_{n}": getattr(term, name)
            for n, term in enumerate(some)
            for name in Term.__slots__
        }
        for place, *sums, _first in session.connection().execute(
            _sums_of(len(some)), named
        ):
            found[start + place].append(sums)
    return tuple(_folded(rows, NATIONAL_2010) for rows in found)


def _folded(rows: Iterable[Any], rules: RuleSet) -> Tally:
    """Read sums by specialty, track and whether they are outside, as they came."""
    sums: dict[tuple[Specialty, Track], Credit] = {}
    outside: dict[Specialty, int] = {}
    for specialty, track, is_outside, credit in rows:
        if is_outside:
            outside[specialty] = int(credit)
        else:
            sums[specialty, track] = Credit(int(credit))
    for specialty, worth in counted(rules, outside).items():
        place = specialty, Track.ELECTIVE
        sums[place] = Credit(sums.get(place, 0) + worth)
    return sums


def reduced(session: Session, persons: Collection[UUID]) -> frozenset[PersonId]:
    """Tell from whom of these a correction took hours."""
    rows = session.scalars(
        select(HoursEntry.person_id)
        .where(
            HoursEntry.person_id.in_(persons),
            HoursEntry.credit < 0,
            HoursEntry.source.startswith("approval:", autoescape=True),
        )
        .distinct()
    )
    return frozenset(PersonId(one) for one in rows)


def substituted(
    session: Session, person_id: PersonId, *, since: date, until: date
) -> Credit:
    """Sum what was granted for work outside (充抵), before any cap.

    Units: hundredths of a 学时.
    """
    total = session.scalar(
        select(func.sum(HoursEntry.credit)).where(
            HoursEntry.person_id == person_id,
            HoursEntry.kind == EntryKind.SUBSTITUTION,
            HoursEntry.earned_on >= since,
            HoursEntry.earned_on <= until,
        )
    )
    return Credit(int(total or 0))


def postings(  # noqa: PLR0913 - each argument narrows the list by one fact
    session: Session,
    person_id: PersonId,
    *,
    since: date,
    until: date,
    specialty: Specialty | None = None,
    track: Track | None = None,
    association_id: AssociationId | None = None,
) -> tuple[PostingCard, ...]:
    """List the entries behind a sum, newest first."""
    chosen = _between(
        select(
            HoursEntry.seq,
            HoursEntry.specialty,
            HoursEntry.track,
            HoursEntry.credit,
            HoursEntry.kind,
            HoursEntry.association_id,
            HoursEntry.source,
            HoursEntry.earned_at,
            HoursEntry.earned_on,
            HoursEntry.evidence_n,
        ),
        person_id,
        since,
        until,
        association_id,
    )
    if specialty is not None:
        chosen = chosen.where(HoursEntry.specialty == specialty)
    if track is not None:
        chosen = chosen.where(HoursEntry.track == track)
    rows = session.execute(chosen.order_by(HoursEntry.seq.desc()))
    return tuple(PostingCard(**row._asdict()) for row in rows)


@dataclass(frozen=True, slots=True)
class DayCard:
    """What one person earned on one legal day. `outside` is 充抵.

    Units: `credit` in hundredths of a 学时.
    """

    specialty: Specialty
    track: Track
    outside: bool
    earned_on: date
    credit: int


def days(
    session: Session, persons: Collection[UUID], *, since: date, until: date
) -> dict[PersonId, list[DayCard]]:
    """Sum what many persons earned, by day; both ends are inside."""
    rows = session.connection().execute(
        select(
            _ENTRY.person_id,
            _ENTRY.specialty,
            _ENTRY.track,
            _OUTSIDE,
            _ENTRY.earned_on,
            func.sum(_ENTRY.credit),
        )
        .where(
            _ENTRY.person_id.in_(persons),
            _ENTRY.earned_on >= since,
            _ENTRY.earned_on <= until,
        )
        .group_by(
            _ENTRY.person_id,
            _ENTRY.specialty,
            _ENTRY.track,
            _OUTSIDE,
            _ENTRY.earned_on,
        )
    )
    found: dict[PersonId, list[DayCard]] = {}
    for person_id, specialty, track, outside, earned_on, credit in rows:
        card = DayCard(specialty, track, bool(outside), earned_on, int(credit))
        found.setdefault(PersonId(person_id), []).append(card)
    return found


def _between(
    chosen: Chosen,
    person_id: PersonId,
    since: date,
    until: date,
    association_id: AssociationId | None,
) -> Chosen:
    chosen = chosen.where(
        HoursEntry.person_id == person_id,
        HoursEntry.earned_on >= since,
        HoursEntry.earned_on <= until,
    )
    if association_id is not None:
        chosen = chosen.where(HoursEntry.association_id == association_id)
    return chosen
