"""Who a visitor is, and what an account holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import (
    Account,
    Consent,
    Grant,
    PersonKey,
    RecoveryCode,
    SignedSession,
    TotpFactor,
)
from lms.accounts.rules import (
    STAFF,
    AccountState,
    IdentifierKind,
    Role,
    SessionState,
    session_alive,
)
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound
from lms.kernel.ids import (
    AccountId,
    AssociationId,
    EmployerId,
    OfficeId,
    PersonId,
    SessionId,
)


@dataclass(frozen=True, slots=True)
class VisitorCard:
    """Who a session belongs to, and what they may act as."""

    session_id: SessionId
    account_id: AccountId
    person_id: PersonId
    name: str
    locale: str
    state: SessionState
    roles: frozenset[str]
    association_id: AssociationId | None
    employer_id: EmployerId | None
    office_id: OfficeId | None
    association_ids: tuple[AssociationId, ...]
    seen_at: datetime
    stepped_up_at: datetime | None

    @property
    def staff(self) -> bool:
        """Tell whether any role is one of staff."""
        return not self.roles.isdisjoint(STAFF)


_S, _A, _G = SignedSession.__table__.c, Account.__table__.c, Grant.__table__.c

_VISITOR = (
    select(
        _S.id,
        _S.state,
        _S.opened_at,
        _S.seen_at,
        _S.stepped_up_at,
        _A.id.label("account_id"),
        _A.person_id,
        _A.name,
        _A.locale,
        _A.state.label("account_state"),
        _G.role,
        _G.association_id,
        _G.employer_id,
        _G.office_id,
    )
    .select_from(
        SignedSession.__table__.join(
            Account.__table__, _A.id == _S.account_id
        ).outerjoin(
            Grant.__table__,
            (_G.account_id == _A.id)
            & (_G.until.is_(None) | (_G.until >= bindparam("today"))),
        )
    )
    .where(_S.token_hash == bindparam("token_hash"))
    .order_by(_G.granted_at, _G.id)
)


def visitor_of(
    connection: Connection, token_hash: bytes, now: datetime
) -> VisitorCard | None:
    """Find who a session token belongs to: the one select of every request."""
    asked = {"token_hash": token_hash, "today": legal_day(now)}
    rows = connection.execute(_VISITOR, asked).all()
    if not rows or rows[0].account_state is not AccountState.ACTIVE:
        return None
    card = _visitor(rows)
    alive = session_alive(
        card.state,
        staff=card.staff,
        opened_at=rows[0].opened_at,
        seen_at=card.seen_at,
        now=now,
    )
    return card if alive else None


def _visitor(rows: Sequence[Any]) -> VisitorCard:
    row = rows[0]
    associations = tuple(
        dict.fromkeys(r.association_id for r in rows if r.association_id)
    )
    return VisitorCard(
        session_id=row.id,
        account_id=row.account_id,
        person_id=row.person_id,
        name=row.name,
        locale=row.locale,
        state=row.state,
        roles=_roles([r.role for r in rows if r.role]),
        association_id=associations[0] if associations else None,
        employer_id=next((r.employer_id for r in rows if r.employer_id), None),
        office_id=next((r.office_id for r in rows if r.office_id), None),
        association_ids=associations,
        seen_at=row.seen_at,
        stepped_up_at=row.stepped_up_at,
    )


def _roles(granted: Sequence[Role]) -> frozenset[str]:
    """Whoever is no staff is a learner."""
    held = frozenset(granted)
    return held if held & STAFF else held | {Role.LEARNER}


def roles(session: Session, account_id: AccountId) -> frozenset[str]:
    """Tell what an account may act as."""
    return _roles(
        session.scalars(select(Grant.role).where(Grant.account_id == account_id)).all()
    )


def holders(session: Session, role: Role) -> tuple[AccountId, ...]:
    """List the accounts in use that hold a role, the first granted first."""
    rows = session.scalars(
        select(Grant.account_id)
        .join(Account, Account.id == Grant.account_id)
        .where(Grant.role == role, Account.state == AccountState.ACTIVE)
        .order_by(Grant.granted_at, Grant.id)
    )
    return tuple(dict.fromkeys(AccountId(one) for one in rows))


def associations_as(
    session: Session, account_id: UUID, role: Role, on: date
) -> tuple[AssociationId, ...]:
    """List the associations that an account holds a role for on a legal day."""
    rows = session.scalars(
        select(Grant.association_id)
        .where(
            Grant.account_id == account_id,
            Grant.role == role,
            Grant.association_id.is_not(None),
            Grant.until.is_(None) | (Grant.until >= on),
        )
        .order_by(Grant.granted_at, Grant.id)
    )
    return tuple(AssociationId(one) for one in rows if one is not None)


_MERGED = select(Account.person_id).where(Account.merged_into == bindparam("person_id"))
_KEYS = select(PersonKey.person_id, PersonKey.wrapped).where(
    or_(
        PersonKey.person_id == bindparam("person_id"),
        PersonKey.person_id.in_(_MERGED),
    )
)


def data_key(session: Session, person_id: PersonId) -> bytes:
    """Open a person's data key, with those of whoever was merged into them after it.

    Raises: NotFound when the person has none, or it was destroyed.
    """
    rows = session.execute(_KEYS, {"person_id": person_id})
    bunch = {row.person_id: row.wrapped for row in rows}
    own = bunch.pop(person_id, None)
    if own is None:
        raise NotFound("person.unknown")
    return pii.unwrap(own, str(person_id)) + b"".join(
        pii.unwrap(wrapped, str(one)) for one, wrapped in bunch.items()
    )


@dataclass(frozen=True, slots=True)
class ContactCard:
    """How a person is reached, open. For sending only; pages get the masked words."""

    phone: str | None
    email: str | None
    locale: str

    @property
    def masked_phone(self) -> str | None:
        """Give the number as pages show it."""
        return pii.mask_phone(self.phone) if self.phone else None

    @property
    def masked_email(self) -> str | None:
        """Give the address as pages show it."""
        return pii.mask_email(self.email) if self.email else None


def contact(session: Session, account_id: AccountId) -> ContactCard:
    """Tell how an account is reached.

    Raises: NotFound.
    """
    row = session.execute(
        select(Account.person_id, Account.phone, Account.email, Account.locale).where(
            Account.id == account_id
        )
    ).first()
    if row is None:
        raise NotFound("account.unknown")
    if row.phone is None and row.email is None:
        return ContactCard(None, None, row.locale)
    key = data_key(session, PersonId(row.person_id))
    opened = {
        kind: pii.unseal(key, sealed, contact_place(kind, account_id)).decode()
        for kind, sealed in (
            (IdentifierKind.PHONE, row.phone),
            (IdentifierKind.EMAIL, row.email),
        )
        if sealed is not None
    }
    return ContactCard(
        opened.get(IdentifierKind.PHONE), opened.get(IdentifierKind.EMAIL), row.locale
    )


def contact_place(kind: IdentifierKind, account_id: UUID) -> str:
    """Name the place that a sealed contact belongs to."""
    return f"accounts|{kind}|{account_id}"


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account as other rooms see it."""

    id: AccountId
    person_id: PersonId
    name: str
    state: AccountState
    locale: str
    created_at: datetime


_ACCOUNT = select(
    Account.id,
    Account.person_id,
    Account.name,
    Account.state,
    Account.locale,
    Account.created_at,
)


def account(session: Session, account_id: AccountId) -> AccountCard:
    """Give an account.

    Raises: NotFound.
    """
    row = session.execute(_ACCOUNT.where(Account.id == account_id)).first()
    if row is None:
        raise NotFound("account.unknown")
    return _account(row)


def account_of(session: Session, person_id: PersonId) -> AccountCard:
    """Give the account of a person.

    Raises: NotFound.
    """
    row = session.execute(_ACCOUNT.where(Account.person_id == person_id)).first()
    if row is None:
        raise NotFound("account.unknown")
    return _account(row)


def _account(row: Any) -> AccountCard:  # noqa: ANN401 - a row of any select
    return AccountCard(
        id=AccountId(row.id),
        person_id=PersonId(row.person_id),
        name=row.name,
        state=row.state,
        locale=row.locale,
        created_at=row.created_at,
    )


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One signed-in browser, for its owner's list."""

    id: SessionId
    browser: str
    network: str
    opened_at: datetime
    seen_at: datetime


def sessions(session: Session, account_id: AccountId) -> tuple[SessionCard, ...]:
    """List an account's browsers, the newest first."""
    rows = session.execute(
        select(
            SignedSession.id,
            SignedSession.browser,
            SignedSession.network,
            SignedSession.opened_at,
            SignedSession.seen_at,
        )
        .where(
            SignedSession.account_id == account_id,
            SignedSession.state == SessionState.FULL,
        )
        .order_by(SignedSession.seen_at.desc())
    )
    return tuple(SessionCard(SessionId(row.id), *row[1:]) for row in rows)


@dataclass(frozen=True, slots=True)
class FactorCard:
    """Whether an account has a second factor, and how many spare codes are left.

    `begun`: it has a secret; `confirmed`: and a code of it has been typed.
    """

    begun: bool
    confirmed: bool
    recovery_left: int


def factor(session: Session, account_id: AccountId) -> FactorCard:
    """Tell about the second factor."""
    row = session.execute(
        select(TotpFactor.confirmed_at).where(TotpFactor.account_id == account_id)
    ).first()
    left = session.scalars(
        select(RecoveryCode.id).where(
            RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
        )
    ).all()
    confirmed = row is not None and row.confirmed_at is not None
    return FactorCard(row is not None, confirmed, len(left))


@dataclass(frozen=True, slots=True)
class ConsentCard:
    """A consent as it was given or taken back."""

    subject: str
    text_on: date
    agreed: bool
    at: datetime


def agreed(
    session: Session, account_id: AccountId, subject: str, text_on: date
) -> bool:
    """Tell whether a dated text is agreed to today: the last word counts."""
    last = session.execute(
        select(Consent.agreed, Consent.text_on)
        .where(Consent.account_id == account_id, Consent.subject == subject)
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
    ).first()
    return last is not None and last.agreed and last.text_on == text_on


def consents(session: Session, account_id: AccountId) -> tuple[ConsentCard, ...]:
    """List what an account has agreed to, the newest first."""
    rows = session.execute(
        select(Consent.subject, Consent.text_on, Consent.agreed, Consent.at)
        .where(Consent.account_id == account_id)
        .order_by(Consent.at.desc())
    )
    return tuple(ConsentCard(*row) for row in rows)
