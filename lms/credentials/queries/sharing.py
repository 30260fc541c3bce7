"""What others may see of a certificate: by a link, or as the holder's employer."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.queries.keys import accounts_in_use
from lms.credentials.models import (
    CertificateGrant,
    CertificateShare,
    GrantOpening,
    ShareReads,
)
from lms.credentials.queries.holding import Holding, these
from lms.credentials.rules import FileKind, Verdict, grant_live, share_live
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import EmployerId, GrantId, PersonId, ShareId
from lms.people import queries as people

# -- links ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShareCard:
    """A link as its maker sees it. `days` are the last ones on which it was opened.

    `token` is empty once it is off. PII: `note`.
    """

    id: ShareId
    certificate_id: UUID
    token: str
    note: str
    whole_name: bool
    with_file: bool
    made_at: datetime
    until: datetime | None
    ended_at: datetime | None
    reads: int
    last_read: datetime | None
    days: tuple[tuple[date, int], ...]

    def live(self, at: datetime) -> bool:
        """Tell whether it opens anything."""
        return share_live(self.ended_at, self.until, at)


def shares(
    session: Session, person_id: PersonId, certificate_id: UUID | None = None
) -> tuple[ShareCard, ...]:
    """List a person's links, those to one certificate if asked, the newest first."""
    asked = select(CertificateShare).where(CertificateShare.person_id == person_id)
    if certificate_id is not None:
        asked = asked.where(
            (CertificateShare.certificate_id == certificate_id)
            | (CertificateShare.registration_id == certificate_id)
        )
    rows = session.scalars(
        asked.order_by(CertificateShare.made_at.desc(), CertificateShare.id)
    ).all()
    if not rows:
        return ()
    reads = _reads(session, [row.id for row in rows])
    key = _key(session, person_id)
    return tuple(_share(row, reads.get(row.id, []), key) for row in rows)


def _reads(
    session: Session, ids: Collection[UUID]
) -> dict[UUID, list[Row[*tuple[Any, ...]]]]:
    found: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    rows = session.execute(
        select(
            ShareReads.share_id,
            ShareReads.on,
            ShareReads.count.label("times"),
            ShareReads.last_at,
        )
        .where(ShareReads.share_id.in_(ids))
        .order_by(ShareReads.on.desc())
    )
    for row in rows:
        found.setdefault(row.share_id, []).append(row)
    return found


def _key(session: Session, person_id: PersonId) -> bytes | None:
    try:
        return accounts.data_key(session, person_id)
    except NotFound:
        return None


_SHOWN_DAYS = 7


def _share(
    row: CertificateShare, reads: list[Row[*tuple[Any, ...]]], key: bytes | None
) -> ShareCard:
    token = ""
    if row.token is not None and key is not None:
        token = pii.unseal(key, row.token, token_place(row.id)).decode()
    return ShareCard(
        id=ShareId(row.id),
        certificate_id=_of(row),
        token=token,
        note=row.note,
        whole_name=row.whole_name,
        with_file=row.with_file,
        made_at=row.made_at,
        until=row.until,
        ended_at=row.ended_at,
        reads=sum(read.times for read in reads),
        last_read=max((read.last_at for read in reads), default=None),
        days=tuple((read.on, read.times) for read in reads[:_SHOWN_DAYS]),
    )


def _of(row: CertificateShare | CertificateGrant) -> UUID:
    found = row.certificate_id or row.registration_id
    assert found is not None  # noqa: S101 - a CHECK sees to it
    return found


def token_place(share_id: UUID) -> str:
    """Name the place that a sealed token belongs to."""
    return f"certificate_shares|token|{share_id}"


def token_digest(token: str) -> bytes:
    """Make a token findable without storing it."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link opens, as far as its maker allowed.

    `pictured` where the certificate itself may be seen: it bears the whole name, and
    nobody should carry away the picture of one that is worth nothing any more.
    """

    id: ShareId
    holding: Holding
    whole_name: bool
    with_file: bool
    until: datetime | None
    pictured: bool = False

    @property
    def name(self) -> str:
        """Give the name as the holder chose to show it."""
        name = self.holding.name
        return name if self.whole_name else pii.mask_name(name)


_PICTURED = (Verdict.VALID, Verdict.EXPIRED)


def shared(session: Session, token: str, at: datetime, on: date) -> Shared | None:
    """Find what a link opens; none when it never was, is over, or is off, alike.

    Who has closed their account, or is shut out of it, could not switch it off.
    """
    row = session.scalar(
        select(CertificateShare).where(
            CertificateShare.token_sha256 == token_digest(token)
        )
    )
    if row is None or not share_live(row.ended_at, row.until, at):
        return None
    if not accounts_in_use(session, [row.person_id]):
        return None
    found = these(session, [_of(row)], on)[_of(row)]
    # The file tells the whole name: who shows the family name alone shows no file.
    with_file = row.with_file and row.whole_name
    return Shared(
        ShareId(row.id),
        found,
        row.whole_name,
        with_file,
        row.until,
        pictured=row.whole_name and found.verdict in _PICTURED,
    )


# -- grants ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opening:
    """A file that somebody of the company took. `by` is their name."""

    at: datetime
    kind: FileKind
    by: str


@dataclass(frozen=True, slots=True)
class GrantCard:
    """What a company may see; `bound` while the person belongs there as they did."""

    id: GrantId
    person_id: PersonId
    employer_id: EmployerId
    employer: str
    holding: Holding
    made_at: datetime
    valid_until: date | None
    ended_at: datetime | None
    bound: bool
    openings: tuple[Opening, ...] = ()

    def live(self, on: date) -> bool:
        """Tell whether the company may see it on a legal day."""
        return self.bound and grant_live(self.ended_at, self.valid_until, on)


def grants(
    session: Session, person_id: PersonId, certificate_id: UUID, on: date
) -> tuple[GrantCard, ...]:
    """List to whom a person lets one certificate be seen, and who took it."""
    rows = session.scalars(
        _granted().where(
            CertificateGrant.person_id == person_id,
            (CertificateGrant.certificate_id == certificate_id)
            | (CertificateGrant.registration_id == certificate_id),
        )
    ).all()
    bond = people.employer_of(session, person_id)
    links = {bond.link_id} if bond else set()
    opened = _openings(session, [row.id for row in rows])
    return _grants(session, rows, links, on, opened)


def granted_to(
    session: Session, employer_id: EmployerId, on: date
) -> tuple[GrantCard, ...]:
    """List what a company may see today of those who belong to it."""
    rows = session.scalars(
        _granted().where(
            CertificateGrant.employer_id == employer_id,
            CertificateGrant.ended_at.is_(None),
        )
    ).all()
    links = {one.link_id for one in people.staff_of(session, employer_id)}
    found = _grants(session, rows, links, on)
    return tuple(one for one in found if one.live(on))


def granted(
    session: Session, employer_id: EmployerId, grant_id: UUID, on: date
) -> GrantCard:
    """Give one certificate that a company may see today.

    Raises: NotFound, for another company's, a withdrawn and an old one alike.
    """
    row = session.get(CertificateGrant, grant_id)
    if row is None or row.employer_id != employer_id:
        raise NotFound("certificate_grant.unknown")
    bond = people.employer_of(session, row.person_id)
    (found,) = _grants(session, [row], {bond.link_id} if bond else set(), on)
    if not found.live(on):
        raise NotFound("certificate_grant.unknown")
    return found


def _granted() -> Select[CertificateGrant]:
    return select(CertificateGrant).order_by(
        CertificateGrant.made_at.desc(), CertificateGrant.id
    )


def _grants(
    session: Session,
    rows: Iterable[CertificateGrant],
    links: Collection[UUID],
    on: date,
    opened: Mapping[UUID, list[Opening]] | None = None,
) -> tuple[GrantCard, ...]:
    rows = list(rows)
    found = these(session, [_of(row) for row in rows], on)
    there = accounts_in_use(session, {row.person_id for row in rows})
    return tuple(
        GrantCard(
            id=GrantId(row.id),
            person_id=PersonId(row.person_id),
            employer_id=EmployerId(row.employer_id),
            employer=row.employer,
            holding=found[_of(row)],
            made_at=row.made_at,
            valid_until=row.valid_until,
            ended_at=row.ended_at,
            bound=row.link_id in links and row.person_id in there,
            openings=tuple((opened or {}).get(row.id, ())),
        )
        for row in rows
    )


def _openings(session: Session, ids: Collection[UUID]) -> dict[UUID, list[Opening]]:
    found: dict[UUID, list[Opening]] = {}
    rows = session.execute(
        select(
            GrantOpening.grant_id,
            GrantOpening.at,
            GrantOpening.kind,
            GrantOpening.account_id,
        )
        .where(GrantOpening.grant_id.in_(ids))
        .order_by(GrantOpening.seq.desc())
    )
    for row in rows:
        by = accounts.account(session, row.account_id).name if row.account_id else ""
        found.setdefault(row.grant_id, []).append(
            Opening(row.at, FileKind(row.kind), by)
        )
    return found
