"""Count what is tried without success, where every worker sees it.

A try is counted before it is made and forgiven when it succeeds, so that many at once
cannot all slip through the same gap.
"""

import contextlib
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Throttle
from lms.accounts.rules import NETWORK_FAILURES_AN_HOUR, network_of, wait_after
from lms.kernel import pii
from lms.kernel.work import Work

_HOUR = timedelta(hours=1)
_FOR_EVER = timedelta(days=36_500)


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
    row = _row(work, key)
    if row.until > work.now:
        return max(1, int((row.until - work.now).total_seconds()))
    row.failures += 1
    wait = wait_after(row.failures)
    row.until = work.now + (_FOR_EVER if wait is None else wait)
    return 0


def claim_network(work: Work, key: bytes) -> int:
    """Count one try from an address, where many honest people may share one.

    Units: whole seconds, 0 when the try may be made.
    """
    row = _row(work, key)
    if work.now - row.since >= _HOUR:
        row.failures, row.since = 0, work.now
    if row.failures >= NETWORK_FAILURES_AN_HOUR:
        return max(1, int((row.since + _HOUR - work.now).total_seconds()))
    row.failures += 1
    return 0


def forgive(work: Work, key: bytes) -> None:
    """Forget all failures, because the try succeeded."""
    work.session.execute(delete(Throttle).where(Throttle.key == key))


def forgive_network(work: Work, key: bytes) -> None:
    """Take back the one try that turned out honest."""
    row = _row(work, key)
    row.failures = max(0, row.failures - 1)


def _row(work: Work, key: bytes) -> Throttle:
    seek = select(Throttle).where(Throttle.key == key).with_for_update()
    found = work.session.scalar(seek)
    if found is not None:
        return found
    # When another worker is first, its row is the one that counts.
    with contextlib.suppress(IntegrityError), work.session.begin_nested():
        work.session.add(Throttle(key=key, failures=0, since=work.now, until=work.now))
    return work.session.scalars(seek).one()
