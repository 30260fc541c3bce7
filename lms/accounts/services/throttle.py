"""Count what is tried without success, where every worker sees it.

A try is counted before it is made and forgiven when it succeeds, so that many at once
cannot all slip through the same gap.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, text, update

from lms.accounts.models import Throttle
from lms.accounts.rules import NETWORK_FAILURES_AN_HOUR, network_of, wait_after
from lms.kernel import pii
from lms.kernel.work import Work

_HOUR = timedelta(hours=1)
_FOR_EVER = timedelta(days=36_500)

_T = Throttle.__table__.c


@dataclass(frozen=True, slots=True)
class _Count:
    """What is counted under one key."""

    key: bytes
    failures: int
    since: datetime
    until: datetime


def _touch(keys: int) -> Any:  # noqa: ANN401 - a text with typed columns
    """Find counts or begin them, and hold their rows until the work ends.

    As text, because an insert of several rows is compiled anew at every run.
    """
    rows = ", ".join(f"(:key{place}, 0, :now, :now)" for place in range(keys))
    sql = (
        f"INSERT INTO throttles (key, failures, since, until) VALUES {rows} "  # noqa: S608 - only marks for values are put in
        "ON CONFLICT (key) DO UPDATE SET failures = throttles.failures "
        "RETURNING key, failures, since, until"
    )
    return (
        text(sql)
        .bindparams(bindparam("now", type_=_T.since.type))
        .columns(_T.key, _T.failures, _T.since, _T.until)
    )


_TOUCH = {keys: _touch(keys) for keys in (1, 2)}


def _set(mark: str) -> Any:  # noqa: ANN401 - an update
    return (
        update(Throttle)
        .where(_T.key == bindparam(f"{mark}_key"))
        .values(
            failures=bindparam(f"{mark}_failures"),
            since=bindparam(f"{mark}_since"),
            until=bindparam(f"{mark}_until"),
        )
    )


_SET = _set("b")
_SET_BOTH = _set("c").add_cte(_set("b").cte("first"))
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
    (count,) = _counts(work, key)
    wait, new = _next(work.now, count)
    if new:
        _write(work, new)
    return wait


def claim_both(work: Work, key: bytes, network: bytes) -> int:
    """Count one try of a name from an address, where many honest people may share one.

    An address that must wait counts nothing.

    Units: whole seconds, 0 when the try may be made.
    """
    # The address first, here and everywhere, so that no two wait for each other.
    place, name = _counts(work, network, key)
    wait, moved = _next_of_network(work.now, place)
    if moved is None:
        return wait
    wait, counted = _next(work.now, name)
    _write(work, moved, *([counted] if counted else []))
    return wait


def _next(now: datetime, count: _Count) -> tuple[int, _Count | None]:
    """Give the seconds to wait, or the count with one try more."""
    if count.until > now:
        return max(1, int((count.until - now).total_seconds())), None
    wait = wait_after(count.failures + 1)
    until = now + (_FOR_EVER if wait is None else wait)
    return 0, replace(count, failures=count.failures + 1, until=until)


def _next_of_network(now: datetime, count: _Count) -> tuple[int, _Count | None]:
    """Give the seconds to wait, or the count of the hour with one try more."""
    if now - count.since >= _HOUR:
        count = replace(count, failures=0, since=now)
    if count.failures >= NETWORK_FAILURES_AN_HOUR:
        return max(1, int((count.since + _HOUR - now).total_seconds())), None
    return 0, replace(count, failures=count.failures + 1)


def claim_of(work: Work, key: bytes, most: int) -> bool:
    """Count one try of some that may be made; or say that there are no more."""
    (count,) = _counts(work, key)
    if count.failures >= most:
        return False
    _write(work, replace(count, failures=count.failures + 1))
    return True


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


def _counts(work: Work, *keys: bytes) -> list[_Count]:
    connection = work.session.connection()
    touch = _TOUCH[len(keys)]
    named = {f"key{place}": key for place, key in enumerate(keys)}
    rows = connection.execute(touch, {**named, "now": work.now}).all()
    found = {row.key: _Count(*row) for row in rows}
    return [found[key] for key in keys]


def _write(work: Work, *counts: _Count) -> None:
    connection = work.session.connection()
    if len(counts) > 1 and connection.dialect.name == "postgresql":
        both = {**_named(counts[0]), **_named(counts[1], "c")}
        connection.execute(_SET_BOTH, both)
        return
    for count in counts:
        connection.execute(_SET, _named(count))


def _named(count: _Count, mark: str = "b") -> dict[str, object]:
    return {
        f"{mark}_key": count.key,
        f"{mark}_failures": count.failures,
        f"{mark}_since": count.since,
        f"{mark}_until": count.until,
    }
