"""What one beat must know: who sends it, and the lease. One select."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lms.accounts.rules import STAFF, AccountState, SessionState, session_alive
from lms.kernel.bare import Statement
from lms.learning.services.rows import COLUMNS, LeaseRow


class _Found(NamedTuple):
    session_state: str
    account_state: str
    opened_at: datetime
    seen_at: datetime
    staff: int
    account_id: UUID


class Sender(NamedTuple):
    """Who a session belongs to. `seen_at` is when a page last noted it."""

    account_id: UUID
    person_id: UUID
    seen_at: datetime


_ROLES = ", ".join(f"'{role.value}'" for role in sorted(STAFF))
# All that is put in are our own constants; the values are bound.
_SQL = (
    "SELECT s.state, a.state, s.opened_at, s.seen_at, "  # noqa: S608 - no part of it is from outside
    "(SELECT count(*) FROM grants g WHERE g.account_id = a.id "
    f"AND g.role IN ({_ROLES})), a.id, {COLUMNS} FROM sessions s "
    "JOIN accounts a ON a.id = s.account_id "
    "JOIN leases l ON l.person_id = a.person_id AND l.id = :lease_id "
    "WHERE s.token_hash = :token_hash"
)
_READ = Statement(_SQL, _Found, LeaseRow)
_WIDTH = len(_Found._fields)


def sender_and_lease(
    driver: Any,  # noqa: ANN401 - the driver's own type
    token_hash: bytes,
    lease_id: UUID,
    now: datetime,
) -> tuple[Sender, LeaseRow] | None:
    """Find a learner who is wholly signed in, and their lease; nothing otherwise."""
    rows = _READ.rows(driver, {"token_hash": token_hash, "lease_id": lease_id})
    if not rows:
        return None
    who, lease = _Found._make(rows[0][:_WIDTH]), LeaseRow._make(rows[0][_WIDTH:])
    if (who.session_state, who.account_state) != (
        SessionState.FULL.value,
        AccountState.ACTIVE.value,
    ):
        return None
    alive = session_alive(
        SessionState.FULL,
        staff=False,
        opened_at=who.opened_at,
        seen_at=who.seen_at,
        now=now,
    )
    if who.staff or not alive:
        return None
    return Sender(who.account_id, lease.person_id, who.seen_at), lease
