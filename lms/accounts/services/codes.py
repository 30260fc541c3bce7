"""Codes that prove an address: sent once, tried five times, used once."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from lms.accounts.models import Account, Grant, VerificationCode
from lms.accounts.rules import (
    CODE_DIGITS,
    STAFF,
    AccountState,
    CodeFacts,
    CodePurpose,
    CodeVerdict,
    Identifier,
    IdentifierKind,
    judge_code,
    may_send_code,
)
from lms.kernel import pii
from lms.kernel.ids import AccountId, new_id
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.notify.rules import Channel, Letter

CHANNELS = {
    IdentifierKind.PHONE: Channel.SMS,
    IdentifierKind.EMAIL: Channel.MAIL,
}


def index_of(identifier: Identifier) -> bytes:
    """Make an identifier findable without storing it."""
    return pii.blind_index(f"account.{identifier.kind}", identifier.value)


@dataclass(frozen=True, slots=True)
class Holder:
    """The account that an address belongs to, as far as a door must know it."""

    id: AccountId
    state: AccountState
    locale: str
    password_hash: str | None = field(repr=False)


_HELD = select(Account.id, Account.state, Account.locale, Account.password_hash)
_BY = {
    IdentifierKind.PHONE: _HELD.where(Account.phone_index == bindparam("index")),
    IdentifierKind.EMAIL: _HELD.where(Account.email_index == bindparam("index")),
}
_NAMED = _HELD.where(Account.handle == bindparam("handle"))


def holder(work: Work, identifier: Identifier) -> Holder | None:
    """Find the account that an identifier belongs to."""
    connection = work.session.connection()
    if identifier.kind is IdentifierKind.HANDLE:
        row = connection.execute(_NAMED, {"handle": identifier.value}).first()
    else:
        wanted = {"index": index_of(identifier)}
        row = connection.execute(_BY[identifier.kind], wanted).first()
    if row is None:
        return None
    return Holder(AccountId(row.id), row.state, row.locale, row.password_hash)


def send_code(
    work: Work, purpose: CodePurpose, identifier: Identifier, *, locale: str = "zh"
) -> bool:
    """Owe a code to an address; False when one went there too short a while ago.

    An address that the code would be of no use to gets a message that says so. Either
    way the same rows are written, so that the asker learns nothing.
    """
    address_index = index_of(identifier)
    if not may_send_code(_sent_lately(work, address_index), work.now):
        return False
    account = holder(work, identifier)
    valid = _useful(work, purpose, account)
    code_id, code = new_id(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    work.session.add(
        VerificationCode(
            id=code_id,
            purpose=purpose,
            address_index=address_index,
            account_id=_bound_to(work, purpose, account),
            valid=valid,
            code_hash=_hash(code_id, code),
            tries=0,
            sent_at=work.now,
            used_at=None,
        )
    )
    notify.owe(
        work,
        Letter(
            channel=CHANNELS[identifier.kind],
            template=f"code_{purpose}" if valid else f"no_code_{purpose}",
            to_account=account.id if account else None,
            address=identifier.value,
            locale=account.locale if account else locale,
            secrets={"code": code} if valid else {},
        ),
    )
    return True


def judge(
    work: Work, purpose: CodePurpose, identifier: Identifier, typed: str
) -> tuple[CodeVerdict, VerificationCode | None]:
    """Judge a typed code and count the try; nothing is used up yet."""
    row = work.session.scalar(
        select(VerificationCode)
        .where(
            VerificationCode.address_index == index_of(identifier),
            VerificationCode.purpose == purpose,
        )
        .order_by(VerificationCode.sent_at.desc(), VerificationCode.id)
        .limit(1)
        .with_for_update()
    )
    if row is None:
        return CodeVerdict.WRONG, None
    matches = hmac.compare_digest(row.code_hash, _hash(row.id, typed))
    facts = CodeFacts(row.valid, row.tries, row.sent_at, row.used_at is not None)
    verdict = judge_code(facts, matches=matches, now=work.now)
    row.tries += 1
    return verdict, row


def spend(
    work: Work, purpose: CodePurpose, identifier: Identifier, typed: str
) -> tuple[CodeVerdict, VerificationCode | None]:
    """Judge a typed code, and use it up when it is right."""
    verdict, row = judge(work, purpose, identifier, typed)
    if row is not None and verdict is CodeVerdict.RIGHT:
        row.used_at = work.now
    return verdict, row


def _sent_lately(work: Work, address_index: bytes) -> list[datetime]:
    return list(
        work.session.scalars(
            select(VerificationCode.sent_at).where(
                VerificationCode.address_index == address_index,
                VerificationCode.sent_at > work.now - timedelta(hours=1),
            )
        )
    )


def _useful(work: Work, purpose: CodePurpose, account: Holder | None) -> bool:
    """Tell whether a code for this purpose could do anything for the address."""
    match purpose:
        case CodePurpose.SIGN_UP | CodePurpose.NEW_CONTACT:
            return account is None
        case CodePurpose.RESET:
            return account is not None and account.state is AccountState.ACTIVE
        case CodePurpose.IDENTITY:
            return account is not None and account.id == work.actor.account_id
        case CodePurpose.SIGN_IN:
            return (
                account is not None
                and account.state is AccountState.ACTIVE
                and not is_staff(work, account.id)
            )


def _bound_to(work: Work, purpose: CodePurpose, account: Holder | None) -> UUID | None:
    """Name the account that alone may use the code."""
    if purpose is CodePurpose.NEW_CONTACT:
        return work.actor.account_id
    return account.id if account else None


def is_staff(work: Work, account_id: AccountId) -> bool:
    """Tell whether an account holds a role that needs a second factor."""
    return (
        work.session.scalar(
            select(Grant.id)
            .where(Grant.account_id == account_id, Grant.role.in_(STAFF))
            .limit(1)
        )
        is not None
    )


def _hash(code_id: UUID, code: str) -> bytes:
    """Key the hash: a million codes are tried in a second."""
    return pii.blind_index(f"code.{code_id}", code)
