"""Accounts, sessions, roles, keys and consents."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.accounts.rules import (
    AccountState,
    CodePurpose,
    Role,
    SessionState,
    SlipPurpose,
    Stage,
)
from lms.kernel.db import BY_BEGINNING, Table, append_only

_UNUSUAL = text("state <> 'active'")


class Account(Table):
    """Someone who may sign in. Never removed: orders and evidence point at it.

    `person_id` is minted here and is the key of the person's row in `people`.
    Closing erases the sealed contact and its indexes. One that was merged keeps them,
    so that who signs in by habit is told where to; `merged_into` is the person who
    stayed. `handle` is a name to sign in by for who came to a counter.

    PII: name open; phone and e-mail sealed with the person's key, found by blind index.
    """

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    email: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_set_at: Mapped[datetime | None]
    state: Mapped[AccountState] = mapped_column(default=AccountState.ACTIVE)
    locale: Mapped[str] = mapped_column(String(10), default="zh")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    handle: Mapped[str | None] = mapped_column(String(12))
    merged_into: Mapped[UUID | None] = mapped_column(index=True)

    __table_args__ = (
        Index("ix_accounts_name", "name", postgresql_ops=BY_BEGINNING),
        Index("uq_accounts_handle", "handle", unique=True),
        Index(
            "ix_accounts_unusual",
            "state",
            "person_id",
            sqlite_where=_UNUSUAL,
            postgresql_where=_UNUSUAL,
        ),
    )


class SignedSession(Table):
    """One browser that is signed in, or half way.

    The token itself is known to the browser alone.

    PII: browser family and network prefix of the visitor, open.
    """

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[SessionState]
    browser: Mapped[str] = mapped_column(String(60))
    network: Mapped[str] = mapped_column(String(50))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    stepped_up_at: Mapped[datetime | None]


class Grant(Table):
    """A role that an account holds, perhaps for one association, employer or office.

    `until` is the last legal day that it holds; None where no end was set. Two persons
    gave it, as accounts: who asked and who agreed; none for the operator's command.

    PII: none.
    """

    __tablename__ = "grants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[Role]
    association_id: Mapped[UUID | None] = mapped_column(index=True)
    employer_id: Mapped[UUID | None] = mapped_column(index=True)
    office_id: Mapped[UUID | None] = mapped_column(index=True)
    granted_at: Mapped[datetime]
    until: Mapped[date | None]
    asked_by: Mapped[UUID | None]
    agreed_by: Mapped[UUID | None]


class StaffInvitation(Table):
    """Somebody whom two managers ask to work for their association.

    The row comes with the first manager's question, the link with the second's yes.
    What is sealed goes, and the address can be found no more, once it has an answer.

    PII: name and address, sealed under a key of the row's own; a blind index.
    """

    __tablename__ = "staff_invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), unique=True)
    association_id: Mapped[UUID] = mapped_column(index=True)
    role: Mapped[Role]
    contact_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None]

    # One address is invited once at a time: what has ended has no index any more.
    __table_args__ = (UniqueConstraint("association_id", "contact_index"),)


class Learner(Table):
    """A person whom an association knows: ordered, studied or was certified there.

    It is written with the first of these and stays. An association's lists of a
    million go by it instead of by all that was ever studied. `certified` has a bit for
    each year whose certificates from here stand (`rules.year_bit`); 0 is nobody's.

    PII: none.
    """

    __tablename__ = "learners"

    association_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    stage: Mapped[Stage] = mapped_column(default=Stage.NONE)
    certified: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (
        # What a list is narrowed by stands in it: a walk along it reads nothing else.
        Index(
            "ix_learners_since",
            "association_id",
            "since",
            "person_id",
            postgresql_include=["stage", "certified"],
        ),
        Index("ix_learners_stage", "association_id", "stage", "since", "person_id"),
        Index(
            "ix_learners_person",
            "person_id",
            postgresql_include=["association_id", "since", "stage", "certified"],
        ),
    )


class PersonKey(Table):
    """The data key of one person, wrapped by the house's key.

    Losing the row makes every sealed value of the person unreadable, on purpose.

    PII: none; it opens what is sealed elsewhere.
    """

    __tablename__ = "person_keys"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Consent(Table):
    """Someone agreed to a dated text, or took the agreement back. Append-only.

    PII: none.
    """

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    subject: Mapped[str] = mapped_column(String(40))
    text_on: Mapped[date]
    agreed: Mapped[bool]
    at: Mapped[datetime]


append_only(cast("SqlTable", Consent.__table__))


class VerificationCode(Table):
    """A six-digit code that was sent to an address, as a keyed hash.

    A code of no account's (`valid` false) is written for an address that must not
    learn whether it is known; it never matches.

    PII: the address as a blind index only.
    """

    __tablename__ = "verification_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[CodePurpose]
    address_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    account_id: Mapped[UUID | None]
    valid: Mapped[bool]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_verification_codes_address", "address_index", "purpose", "sent_at"),
    )


class Throttle(Table):
    """How often something has been tried without success.

    Units: `until` is the instant before which nothing more is tried.
    PII: none; the key is a keyed hash.
    """

    __tablename__ = "throttles"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime]
    until: Mapped[datetime]


class KnownDevice(Table):
    """A browser that has signed in before: an attack elsewhere must not shut it out.

    PII: none.
    """

    __tablename__ = "known_devices"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    seen_at: Mapped[datetime]


class TotpFactor(Table):
    """The second factor of an account: a shared secret, sealed.

    `last_step` is the newest time step that was used, so that no code works twice.

    PII: none; the secret is sealed with the person's key.
    """

    __tablename__ = "totp_factors"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id"), primary_key=True
    )
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(Integer, default=0)


class RecoveryCode(Table):
    """One of ten codes that stand in for a lost second factor, once.

    PII: none.
    """

    __tablename__ = "recovery_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)


class CounterSlip(Table):
    """A printed slip with a code by which an account's password is set, once.

    Only a keyed hash of the code is kept. A new slip of an account ends the one before
    (`ended_at`); `association_id` and `made_by` say at whose counter it was printed.

    PII: none beyond ids.
    """

    __tablename__ = "counter_slips"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    purpose: Mapped[SlipPurpose]
    association_id: Mapped[UUID]
    made_by: Mapped[UUID]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_counter_slips_desk", "made_by", "made_at"),)
