"""Count what is tried without success, where every worker sees it.

A try is counted before it is made and forgiven when it succeeds, so that many at once
cannot all slip through the same gap.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from lms.accounts.models import Throttle
from lms.accounts.rules import NETWORK_FAILURES_AN_HOUR, network_of, wait_after
from lms.kernel import pii
from lms.kernel.work import Work

_HOUR = timedelta(hours=1)
_FOR_EVER = timedelta(days=36_500)

_T = Throttle.__table__.c


def _touch(insert: Callable[..., Any]) -> Any:  # noqa: ANN401 - one of two dialects'
    """Find a count or begin it, and hold its row until the work ends."""
    begun = insert(Throttle).values(
        key=bindparam("key"), failures=0, since=bindparam("now"), until=bindparam("now")
    )
    return begun.on_conflict_do_update(
        index_elements=[_T.key], set_={"failures": _T.failures}
    ).returning(_T.failures, _T.since, _T.until)


_TOUCH = {
    "sqlite": _touch(sqlite.insert),
    "postgresql": _touch(postgresql.insert),
}
_SET = (
    update(Throttle)
    .where(_T.key == bindparam("b_key"))
    .values(
        failures=bindparam("b_failures"),
        since=bindparam("b_since"),
        until=bindparam("b_until"),
    )
)
_FORGIVE = delete(Throttle).where(_T.key == bindparam("b_key"))
_TAKE_BACK = (
    update(Throttle)
    .where(_T.key == bindparam("b_key"), _T.failures > 0)
    .values(failures=_T.failures - 1)
)
_FORGIVE_BOTH = (
    delete(Throttle)
    .where(_T.key == bindparam("b_key"))
    .add_cte(
        update(Throttle)
        .where(_T.key == bindparam("b_network"), _T.failures > 0)
        .values(failures=_T.failures - 1)
        .cte("network")
    )
)


def bucket(kind: str, value: str) -> bytes:
    """Name what is counted without storing it."""
    return pii.blind_index(f"throttle.{kind}", value)


def network_bucket(ip: str | None) -> bytes:
    """Name a visitor's address; an IPv6 visitor counts as a network."""
    address = ip or ""
    return bucket("network", network_of(ip) if ":" in address else address)


def claim(work: Work, key: bytes) -> int:
    """Count one try; or give the seconds to wait, and count nothing.

    Units: whole seconds, 0 when the try may be made.
    """
    failures, since, until = _count(work, key)
    if until > work.now:
        return max(1, int((until - work.now).total_seconds()))
    wait = wait_after(failures + 1)
    until = work.now + (_FOR_EVER if wait is None else wait)
    _write(work, key, failures + 1, since, until)
    return 0


def claim_network(work: Work, key: bytes) -> int:
    """Count one try from an address, where many honest people may share one.

    Units: whole seconds, 0 when the try may be made.
    """
    failures, since, until = _count(work, key)
    if work.now - since >= _HOUR:
        failures, since = 0, work.now
    if failures >= NETWORK_FAILURES_AN_HOUR:
        return max(1, int((since + _HOUR - work.now).total_seconds()))
    _write(work, key, failures + 1, since, until)
    return 0


def forgive(work: Work, key: bytes) -> None:
    """Forget all failures, because the try succeeded."""
    work.session.connection().execute(_FORGIVE, {"b_key": key})


def forgive_both(work: Work, key: bytes, network: bytes) -> None:
    """Forgive a name's failures and an address's one try, in one trip if possible."""
    connection = work.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_FORGIVE_BOTH, {"b_key": key, "b_network": network})
    else:
        forgive(work, key)
        forgive_network(work, network)


def forgive_network(work: Work, key: bytes) -> None:
    """Take back the one try that turned out honest."""
    work.session.connection().execute(_TAKE_BACK, {"b_key": key})


def _count(work: Work, key: bytes) -> tuple[int, datetime, datetime]:
    connection = work.session.connection()
    touch = _TOUCH[connection.dialect.name]
    row = connection.execute(touch, {"key": key, "now": work.now}).one()
    return row.failures, row.since, row.until


def _write(
    work: Work, key: bytes, failures: int, since: datetime, until: datetime
) -> None:
    work.session.connection().execute(
        _SET,
        {"b_key": key, "b_failures": failures, "b_since": since, "b_until": until},
    )
