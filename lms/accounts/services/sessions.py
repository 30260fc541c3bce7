"""Open, move on and end sessions. Only hashes of tokens are stored."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update

from lms.accounts.models import SignedSession
from lms.accounts.rules import (
    SESSIONS_AT_ONCE,
    SessionState,
    browser_of,
    network_of,
)
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, SessionId, new_id, new_token
from lms.kernel.work import Work

_TOKEN_BITS = 256
_OPEN = insert(SignedSession)
_END_SURPLUS = delete(SignedSession).where(
    SignedSession.id.in_(
        select(SignedSession.id)
        .where(SignedSession.account_id == bindparam("b_account"))
        .order_by(SignedSession.seen_at.desc(), SignedSession.opened_at.desc())
        .offset(SESSIONS_AT_ONCE)
    )
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a request comes from. `device` is the mark that its browser carries."""

    user_agent: str | None = None
    ip: str | None = None
    device: str | None = None


def digest(token: str) -> bytes:
    """Hash a token of full entropy as tables keep it."""
    return hashlib.sha256(token.encode()).digest()


def open_session(
    work: Work,
    account_id: AccountId,
    *,
    state: str,
    user_agent: str | None,
    ip: str | None,
) -> str:
    """Open a session and give its token, which nothing else knows.

    Beyond five at once the one unseen for longest ends.
    """
    token = new_token(_TOKEN_BITS)
    connection = work.session.connection()
    connection.execute(
        _OPEN,
        {
            "id": new_id(),
            "token_hash": digest(token),
            "account_id": account_id,
            "state": SessionState(state),
            "browser": browser_of(user_agent),
            "network": network_of(ip),
            "opened_at": work.now,
            "seen_at": work.now,
            "stepped_up_at": work.now,
        },
    )
    connection.execute(_END_SURPLUS, {"b_account": account_id})
    return token


def promote_session(work: Work, session_id: SessionId) -> str:
    """Let a half session become a full one, under a new token.

    Raises: NotFound when it has ended meanwhile.
    """
    token = new_token(_TOKEN_BITS)
    moved = work.session.execute(
        update(SignedSession)
        .where(SignedSession.id == session_id)
        .values(
            token_hash=digest(token),
            state=SessionState.FULL,
            opened_at=work.now,
            seen_at=work.now,
            stepped_up_at=work.now,
        )
        .returning(SignedSession.id)
    ).first()
    if moved is None:
        raise NotFound("session.unknown")
    return token


def step_up(work: Work, session_id: SessionId) -> None:
    """Note that the visitor has just proved who they are again."""
    work.session.execute(
        update(SignedSession)
        .where(SignedSession.id == session_id)
        .values(stepped_up_at=work.now)
    )


def mark_seen(work: Work, session_id: SessionId) -> None:
    """Note that the visitor is still there."""
    work.session.execute(
        update(SignedSession)
        .where(SignedSession.id == session_id)
        .values(seen_at=work.now)
    )


def close_session(work: Work, account_id: AccountId, session_id: UUID) -> None:
    """End one session of an account.

    Raises: NotFound when the account has no such session.
    """
    ended = work.session.execute(
        delete(SignedSession)
        .where(SignedSession.id == session_id, SignedSession.account_id == account_id)
        .returning(SignedSession.id)
    ).first()
    if ended is None:
        raise NotFound("session.unknown")


def close_other_sessions(
    work: Work, account_id: AccountId, keep: SessionId | None = None
) -> None:
    """End every session of an account, but perhaps the one in use."""
    ending = delete(SignedSession).where(SignedSession.account_id == account_id)
    if keep is not None:
        ending = ending.where(SignedSession.id != keep)
    work.session.execute(ending)
