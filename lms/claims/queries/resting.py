"""What stands on hours in the book: certificates that say them, corrections of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from lms.claims import queries
from lms.claims.rules import Inherited
from lms.credentials import queries as credentials
from lms.credentials.queries import CertificateCard
from lms.credentials.queries.standing import valid_periods
from lms.credentials.rules import HoursRow, Verdict
from lms.hours import queries as ledger
from lms.kernel.credit import Credit
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.policy.model import Specialty, Track

STANDING = {Verdict.VALID, Verdict.EXPIRED}

Sums = tuple[int, int]
"""Required and elective. Units: hundredths of a 学时."""


def earned(session: Session, card: CertificateCard) -> Sums:
    """Sum what is in the book for a certificate, in its period."""
    done = ledger.tally(
        session,
        card.person_id,
        since=card.facts.period_from,
        until=card.facts.period_until,
        association_id=card.association_id,
    )
    return (
        done.get((card.specialty, Track.REQUIRED), Credit(0)),
        done.get((card.specialty, Track.ELECTIVE), Credit(0)),
    )


def below(has: Sums, row: HoursRow) -> bool:
    """Tell whether somebody has less than a certificate says."""
    return has[0] < row.required or has[1] < row.elective


def resting(
    session: Session, lines: Sequence[Inherited], on: date
) -> tuple[CertificateCard, ...]:
    """List the certificates that would say more hours than there are without these."""
    mine = _by_person(lines)
    certified = {who for who, _what, _since in valid_periods(session, list(mine))}
    return tuple(
        card
        for person_id, own in mine.items()
        if person_id in certified
        for card in credentials.held(session, person_id, on)
        if card.verdict in STANDING and _rests(session, card, own)
    )


def _rests(session: Session, card: CertificateCard, own: Sequence[Inherited]) -> bool:
    row = next((r for r in card.facts.hours if r.specialty is card.specialty), None)
    gone: Counter[Track] = Counter()
    for one in own:
        inside = card.facts.period_from <= one.earned_on <= card.facts.period_until
        same = one.specialty is card.specialty
        if inside and same and one.association_id == card.association_id:
            gone[one.track] += one.credit
    if row is None or not gone:
        return False
    required, elective = earned(session, card)
    left = required - gone[Track.REQUIRED], elective - gone[Track.ELECTIVE]
    return below(left, row)


def corrected(
    session: Session, lines: Sequence[Inherited], on: date
) -> tuple[PersonId, ...]:
    """Name those of whose hours a correction took some, so that too few are left."""
    mine = _by_person(lines)
    reduced = ledger.reduced(session, list(mine))
    return tuple(
        person_id
        for person_id, own in mine.items()
        if person_id in reduced and _too_few(session, own, on)
    )


def _too_few(session: Session, own: Sequence[Inherited], on: date) -> bool:
    return any(
        _lacks(session, [one for one in own if one.specialty is specialty], on)
        for specialty in dict.fromkeys(one.specialty for one in own)
    )


def _lacks(session: Session, own: Sequence[Inherited], on: date) -> bool:
    first = own[0]
    since, until = _period(session, first.person_id, first.specialty, own, on)
    has = ledger.tally(
        session,
        first.person_id,
        since=since,
        until=until,
        association_id=first.association_id,
    )
    gone: Counter[Track] = Counter()
    for one in own:
        gone[one.track] += one.credit if since <= one.earned_on <= until else 0
    return any(has.get((first.specialty, t), 0) < gone[t] for t in gone if gone[t])


def _period(
    session: Session,
    person_id: PersonId,
    specialty: Specialty,
    own: Sequence[Inherited],
    on: date,
) -> tuple[date, date]:
    """Give the days within which a correction counts, or those of the hours."""
    try:
        found = queries.grounds(session, person_id, specialty, on)
    except Refused:
        days = sorted(one.earned_on for one in own)
        return days[0], days[-1]
    return found.since, found.until


def _by_person(
    lines: Sequence[Inherited],
) -> Mapping[PersonId, Sequence[Inherited]]:
    found: defaultdict[PersonId, list[Inherited]] = defaultdict(list)
    for one in lines:
        found[one.person_id].append(one)
    return found
