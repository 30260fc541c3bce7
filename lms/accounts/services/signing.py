"""Sign in: count the try, compare outside any transaction, then open the session."""

from dataclasses import dataclass, field

from sqlalchemy import bindparam, exists, insert, or_, select, update

from lms.accounts.models import Account, Grant, KnownDevice, TotpFactor
from lms.accounts.rules import (
    STAFF,
    AccountState,
    CodePurpose,
    CodeVerdict,
    Identifier,
    SessionState,
)
from lms.accounts.services import passwords, throttle
from lms.accounts.services.codes import Holder, holder, spend
from lms.accounts.services.sessions import Visit, digest, open_session
from lms.evidence import services as evidence
from lms.kernel.ids import AccountId, new_token
from lms.kernel.work import Work

_DEVICE_BITS = 256

_LOCKED = (
    select(Account.id, Account.state, Account.password_hash)
    .where(Account.id == bindparam("id"))
    .with_for_update()
)
_REHASH = (
    update(Account)
    .where(Account.id == bindparam("b_id"))
    .values(password_hash=bindparam("b_hash"))
)
_SECOND = select(
    or_(
        exists().where(
            Grant.account_id == bindparam("account_id"), Grant.role.in_(STAFF)
        ),
        exists().where(
            TotpFactor.account_id == bindparam("account_id"),
            TotpFactor.confirmed_at.is_not(None),
        ),
    )
)
"""Whether an account must give, or has chosen to give, a second factor."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who says they are an account; known or not, it looks alike.

    Units: `wait_seconds` is 0 when the password may be compared.
    """

    wait_seconds: int
    account_id: AccountId | None
    password_hash: str = field(repr=False)
    state: AccountState = AccountState.ACTIVE
    bucket: bytes = field(default=b"", repr=False)
    network: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was opened, and the mark for a browser that is now known."""

    account_id: AccountId
    state: SessionState
    token: str = field(repr=False)
    device: str = field(repr=False)


def admit(work: Work, known_as: Identifier | None, visit: Visit) -> Candidate:
    """Count a try to sign in, and say whether it may be made.

    A browser that has signed in to the account before has its own count, so that an
    attack from elsewhere never shuts the owner out.
    """
    account = holder(work, known_as) if known_as else None
    if account is not None and _knows(work, account, visit.device):
        key, network = throttle.bucket("device", visit.device or ""), None
    else:
        key = throttle.bucket("account", known_as.value if known_as else "")
        network = throttle.network_bucket(visit.ip)
    if network:
        wait = throttle.claim_both(work, key, network)
    else:
        wait = throttle.claim(work, key)
    if account is None or account.password_hash is None:
        return Candidate(wait, None, passwords.dummy_hash(), bucket=key)
    return Candidate(
        wait,
        account.id,
        account.password_hash,
        state=account.state,
        bucket=key,
        network=network,
    )


def admit_owner(work: Work, account_id: AccountId) -> Candidate:
    """Count a try of a signed-in visitor to prove the password again."""
    account = work.session.get_one(Account, account_id)
    key = throttle.bucket("owner", str(account_id))
    return Candidate(
        throttle.claim(work, key),
        account_id,
        account.password_hash or passwords.dummy_hash(),
        bucket=key,
    )


def password_matches(candidate: Candidate, text: str) -> bool:
    """Compare, taking the same time for everybody. Never inside a unit of work."""
    if candidate.wait_seconds:
        return False
    right = passwords.matches(candidate.password_hash, text)
    return right and candidate.account_id is not None


def forgive(work: Work, candidate: Candidate) -> None:
    """Forget the failures of a candidate whose password was right."""
    if candidate.network is None:
        throttle.forgive(work, candidate.bucket)
    else:
        throttle.forgive_both(work, candidate.bucket, candidate.network)


def sign_in(
    work: Work,
    candidate: Candidate,
    visit: Visit,
    *,
    rehashed: passwords.NewPassword | None = None,
) -> SignedIn | None:
    """Open a session for a candidate whose password was right.

    Whoever has a second factor, or must have one, gets half a session. None when the
    account is suspended, or its password was changed meanwhile.
    """
    forgive(work, candidate)
    connection = work.session.connection()
    row = connection.execute(_LOCKED, {"id": candidate.account_id}).first()
    if row is None or candidate.account_id is None:
        return None
    if row.state is not AccountState.ACTIVE:
        return None
    if row.password_hash != candidate.password_hash:
        return None
    if rehashed is not None:
        connection.execute(_REHASH, {"b_id": row.id, "b_hash": rehashed.hash})
    return enter(work, candidate.account_id, visit)


def sign_in_by_code(
    work: Work, known_as: Identifier, code: str, visit: Visit
) -> tuple[CodeVerdict, SignedIn | None]:
    """Open a session by a code that was sent to the account's address."""
    verdict, row = spend(work, CodePurpose.SIGN_IN, known_as, code)
    if verdict is not CodeVerdict.RIGHT or row is None or row.account_id is None:
        return verdict, None
    account = work.session.get_one(Account, row.account_id)
    if account.state is not AccountState.ACTIVE:
        return CodeVerdict.WRONG, None
    return verdict, enter(work, AccountId(account.id), visit)


def enter(work: Work, account_id: AccountId, visit: Visit) -> SignedIn:
    """Open the session that an account is due, and remember the browser."""
    second = work.session.connection().execute(_SECOND, {"account_id": account_id})
    state = SessionState.HALF if second.scalar() else SessionState.FULL
    token = open_session(
        work, account_id, state=state, user_agent=visit.user_agent, ip=visit.ip
    )
    evidence.note(work, f"account:{account_id}", "account.signed_in", state=state)
    return SignedIn(account_id, state, token, _remember(work, account_id, visit.device))


def _knows(work: Work, account: Holder, device: str | None) -> bool:
    if not device:
        return False
    return (
        work.session.scalar(
            select(KnownDevice.account_id).where(
                KnownDevice.token_hash == digest(device),
                KnownDevice.account_id == account.id,
            )
        )
        is not None
    )


def _remember(work: Work, account_id: AccountId, device: str | None) -> str:
    """Keep the mark of a browser that is known to this account, or give a new one."""
    if device:
        kept = work.session.execute(
            update(KnownDevice)
            .where(
                KnownDevice.token_hash == digest(device),
                KnownDevice.account_id == account_id,
            )
            .values(seen_at=work.now)
            .returning(KnownDevice.token_hash)
        ).first()
        if kept is not None:
            return device
    fresh = new_token(_DEVICE_BITS)
    work.session.connection().execute(
        insert(KnownDevice),
        {"token_hash": digest(fresh), "account_id": account_id, "seen_at": work.now},
    )
    return fresh
