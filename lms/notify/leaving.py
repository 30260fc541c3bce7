"""Say no to words that nobody must have: by oneself, or by the link in a mail."""

import base64
import hmac
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.kernel import pii
from lms.kernel.db import inserting
from lms.kernel.errors import NotFound
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage, Refusal
from lms.notify.rules import LEAVING, Channel, MessageState, Wish

_MARK = 16
_LENGTH = 16 + 1 + _MARK

Refused = frozenset[tuple[Wish, Channel]]


def token(account_id: UUID, wish: Wish, channel: Channel) -> str:
    """Make the words that let whoever has the mail say no, and nothing else."""
    said = account_id.bytes + bytes([LEAVING.index((wish, channel))])
    return base64.urlsafe_b64encode(said + _mark(said)).decode().rstrip("=")


def read(words: str) -> tuple[UUID, Wish, Channel]:
    """Read what a token says.

    Raises: NotFound for one that the house did not make.
    """
    try:
        found = base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))
    except ValueError:
        raise NotFound("leave.unknown") from None
    said = found[:-_MARK]
    if len(found) != _LENGTH or not hmac.compare_digest(found[-_MARK:], _mark(said)):
        raise NotFound("leave.unknown")
    wish, channel = LEAVING[said[16]]
    return UUID(bytes=said[:16]), wish, channel


def _mark(said: bytes) -> bytes:
    return pii.blind_index("leave", said.hex())[:_MARK]


def refused(session: Session, account_id: UUID) -> Refused:
    """Name what an account does not want."""
    return refused_by(session, [account_id]).get(account_id, frozenset())


def refused_by(session: Session, accounts: list[UUID]) -> dict[UUID, Refused]:
    """Name what each of many accounts does not want; who wants all is absent."""
    found: dict[UUID, Refused] = {}
    for row in session.scalars(select(Refusal).where(Refusal.account_id.in_(accounts))):
        mine = found.get(row.account_id, frozenset())
        found[row.account_id] = mine | {(row.wish, row.channel)}
    return found


def choose(work: Work, account_id: UUID, unwanted: Refused) -> None:
    """Keep what an account does not want, in place of what it said before."""
    _drop(work, account_id)
    for wish, channel in LEAVING:
        if (wish, channel) in unwanted:
            leave(work, account_id, wish, channel)


def leave(work: Work, account_id: UUID, wish: Wish, channel: Channel) -> None:
    """Say no once more or for the first time: both end alike."""
    said = {"account_id": account_id, "wish": wish, "channel": channel}
    once = inserting(work.session, Refusal).on_conflict_do_nothing()
    work.session.execute(once, said | {"said_at": work.now})


def _drop(work: Work, account_id: UUID) -> None:
    work.session.execute(delete(Refusal).where(Refusal.account_id == account_id))


def forget(work: Work, account_id: UUID) -> None:
    """Forget the wishes and the messages of an account that is forgotten."""
    _drop(work, account_id)
    work.session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.to_account == account_id,
            OutboxMessage.state != MessageState.DUE,
        )
    )
