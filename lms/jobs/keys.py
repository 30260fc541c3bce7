"""Remind of keys that end soon, and let go of what nobody decided."""

from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.queries import staffing
from lms.accounts.rules import Role
from lms.kernel.clock import SHANGHAI, Clock, legal_day
from lms.kernel.db import db
from lms.kernel.ids import AccountId, PersonId
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.notify import services as notify
from lms.signing import queries, services
from lms.signing.rules import END_NEAR, PublishedKey, Purpose

_FROM, _TO = time(9), time(21)
"""The hours in which words may go out, in Shanghai."""

_WHAT = {
    Purpose.DOCUMENT: "文件签名密钥",
    Purpose.SEAL: "电子印章密钥",
    Purpose.CREDENTIAL: "凭证密钥",
}


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Owe each keeper one reminder for each key that ends within sixty days."""
    now = clock()
    with unit_of_work(HOUSE, clock=clock) as work:
        services.drop_stale(work, now)
    if _FROM <= now.astimezone(SHANGHAI).time() < _TO:
        session = reading()
        owed = [
            (key, account_id)
            for key in queries.ending(session, now, now + END_NEAR)
            for account_id in _keepers(session, key, clock)
        ]
        for key, account_id in owed:
            _remind(clock, key, account_id)
    db.session.remove()


def _remind(clock: Clock, key: PublishedKey, account_id: AccountId) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        notify.message(
            work,
            account_id,
            "key_ending",
            dedupe=f"key-ending:{key.kid}:{account_id}",
            owner=key.owner_name,
            what=_WHAT[key.purpose],
            kind=key.purpose.value,
            last=legal_day(key.valid_until).isoformat(),
        )


def _keepers(session: Session, key: PublishedKey, clock: Clock) -> list[AccountId]:
    """Name who looks after a key: its association's managers, or the operators."""
    kind, _, name = key.owner.partition(":")
    if kind != "association":
        return list(accounts.holders(session, Role.OPERATOR))
    managers = staffing.acting_for(
        session, UUID(name), (Role.MANAGER,), legal_day(clock())
    )
    return [accounts.account_of(session, PersonId(one)).id for one in managers]
