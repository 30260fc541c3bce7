"""Lists that companies handed in: how they read, and who is known already."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries import reaching
from lms.accounts.rules import identifier
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import EmployerId
from lms.people.models import EmployerLink, Nudge, Person, RosterDraft, RosterEntry
from lms.people.queries.links import ACTIVE
from lms.people.rules.roster import Checked, Entry
from lms.policy.model import Specialty

_SOME = 500


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A list that was handed in, without what it says."""

    id: UUID
    employer_id: EmployerId
    made_at: datetime
    rows: int
    bad: int
    known: int
    open: bool
    taken: bool

    @property
    def fresh(self) -> int:
        """Say how many would be invited."""
        return self.rows - self.known


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row of a list, for whoever handed it in: numbers are masked.

    PII: the name, and `checked` all of it.
    """

    checked: Checked = field(repr=False)

    @property
    def n(self) -> int:
        """Give the row's number in the sheet."""
        return self.checked.entry.n

    @property
    def name(self) -> str:
        """Give the name."""
        return self.checked.entry.name

    @property
    def shown(self) -> str:
        """Give the address, masked."""
        entry = self.checked.entry
        return pii.mask_phone(entry.phone) if entry.phone else _mail(entry.email)

    @property
    def id_masked(self) -> str:
        """Give the ID number, masked."""
        number = self.checked.entry.id_number
        return pii.mask_id(number) if number else ""


def _mail(address: str) -> str:
    return pii.mask_email(address) if address else ""


def roster_draft(
    session: Session, employer_id: UUID, account_id: UUID, draft_id: UUID
) -> DraftCard:
    """Find a list that this account handed in for a company.

    Raises: NotFound, also for a colleague's.
    """
    return _card(_row(session, employer_id, account_id, draft_id))


def roster_rows(
    session: Session, employer_id: UUID, account_id: UUID, draft_id: UUID
) -> tuple[RosterRow, ...]:
    """Open the rows of a list; none once it was taken over or dropped.

    Raises: NotFound.
    """
    return rows_of(_row(session, employer_id, account_id, draft_id))


def _row(
    session: Session, employer_id: UUID, account_id: UUID, draft_id: UUID
) -> RosterDraft:
    found = session.scalar(
        select(RosterDraft).where(
            RosterDraft.id == draft_id,
            RosterDraft.employer_id == employer_id,
            RosterDraft.made_by == account_id,
        )
    )
    if found is None:
        raise NotFound("roster.unknown")
    return found


def _card(row: RosterDraft) -> DraftCard:
    return DraftCard(
        id=row.id,
        employer_id=EmployerId(row.employer_id),
        made_at=row.made_at,
        rows=row.rows,
        bad=row.bad,
        known=row.known,
        open=row.sealed is not None,
        taken=row.taken_at is not None,
    )


def sealed_place(draft_id: UUID) -> str:
    """Name the place that a list's sealed words belong to."""
    return f"roster_drafts|sealed|{draft_id}"


def rows_of(row: RosterDraft) -> tuple[RosterRow, ...]:
    """Open what a list says."""
    if row.sealed is None or row.wrapped is None:
        return ()
    place = sealed_place(row.id)
    told = json.loads(pii.unseal(pii.unwrap(row.wrapped, place), row.sealed, place))
    return tuple(RosterRow(_checked(one)) for one in told)


def _checked(told: dict[str, object]) -> Checked:
    entry = Entry(
        n=int(str(told["n"])),
        name=str(told["name"]),
        phone=str(told["phone"]),
        email=str(told["email"]),
        id_number=str(told["id_number"]),
        specialty=str(told["specialty"]),
    )
    return Checked(
        entry,
        tuple(_listed(told["problems"])),
        tuple(Specialty(one) for one in _listed(told["specialties"])),
        str(told["known"]),
    )


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


# -- who is known already ------------------------------------------------------------


def known_people(
    session: Session, employer_id: UUID, rows: Sequence[Checked]
) -> tuple[Checked, ...]:
    """Mark whom a company has invited or bound already: they are passed over.

    `known` says how: "staff" who belongs to it, "invited" who was asked.
    """
    indexes = {one.entry.n: _indexes(one.entry) for one in rows}
    flat = [index for each in indexes.values() for index in each]
    invited = set(_asked(session, employer_id, flat))
    staff = _staff_indexes(session, employer_id)
    return tuple(
        replace(one, known=_known(one.entry, indexes[one.entry.n], invited, staff))
        for one in rows
    )


def _indexes(entry: Entry) -> list[bytes]:
    places = (identifier(entry.phone), identifier(entry.email))
    return [reaching.contact_index(place) for place in places if place is not None]


def _known(
    entry: Entry, indexes: Iterable[bytes], invited: set[bytes], staff: set[bytes]
) -> str:
    own = set(indexes)
    if entry.id_number:
        own.add(pii.blind_index("id_number", entry.id_number))
    if own & staff:
        return "staff"
    return "invited" if own & invited else ""


def _asked(
    session: Session, employer_id: UUID, indexes: Sequence[bytes]
) -> Iterator[bytes]:
    for start in range(0, len(indexes), _SOME):
        some = indexes[start : start + _SOME]
        yield from (
            bytes(one)
            for one in session.scalars(
                select(EmployerLink.contact_index).where(
                    EmployerLink.employer_id == employer_id,
                    EmployerLink.contact_index.in_(some),
                    EmployerLink.ended_at.is_(None),
                )
            )
            if one is not None
        )


def _staff_indexes(session: Session, employer_id: UUID) -> set[bytes]:
    """Give every index under which the company's people are known."""
    rows = session.execute(
        select(EmployerLink.person_id, Person.id_index)
        .join(Person, Person.id == EmployerLink.person_id)
        .where(EmployerLink.employer_id == employer_id, ACTIVE)
    ).all()
    found = {bytes(row.id_index) for row in rows if row.id_index is not None}
    people = [row.person_id for row in rows]
    return found | reaching.indexes_of(session, people)


# -- after the list was taken over -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class RosterNote:
    """What the company's list said of one, and whether the own number is the same.

    `same_id` is None while either has given no number.
    """

    link_id: UUID
    specialties: tuple[Specialty, ...]
    same_id: bool | None


def roster_note(
    session: Session, employer_id: UUID, link_id: UUID
) -> RosterNote | None:
    """Give what the company's list said of one of its people, if one did."""
    row = session.execute(
        select(
            RosterEntry.link_id,
            RosterEntry.specialties,
            RosterEntry.id_index,
            Person.id_index.label("own"),
            EmployerLink.person_agreed_at,
        )
        .join(EmployerLink, EmployerLink.id == RosterEntry.link_id)
        .outerjoin(Person, Person.id == EmployerLink.person_id)
        .where(
            RosterEntry.link_id == link_id,
            EmployerLink.employer_id == employer_id,
            EmployerLink.ended_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    return RosterNote(
        row.link_id,
        tuple(Specialty(one) for one in row.specialties),
        # Before the person has spoken nothing of theirs is compared.
        _same(row.id_index, row.own) if row.person_agreed_at else None,
    )


def _same(listed: bytes | None, own: bytes | None) -> bool | None:
    if listed is None or own is None:
        return None
    return bytes(listed) == bytes(own)


def nudged_since(
    session: Session, employer_id: UUID, since: datetime
) -> dict[UUID, datetime]:
    """Say which links were nudged since an instant, and when last."""
    rows = session.execute(
        select(Nudge.link_id, Nudge.told_at)
        .where(Nudge.employer_id == employer_id, Nudge.told_at > since)
        .order_by(Nudge.told_at)
    )
    return {row.link_id: row.told_at for row in rows}
