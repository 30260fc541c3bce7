"""One unit of work: one actor, one instant, one transaction."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.kernel.clock import Clock, system_clock
from lms.kernel.db import WRITE, db
from lms.kernel.held import AT_WORK
from lms.kernel.ids import AccountId, AssociationId, EmployerId, OfficeId, PersonId


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting: an account, or the house itself (`account_id` None)."""

    account_id: AccountId | None
    person_id: PersonId | None = None
    roles: frozenset[str] = frozenset()
    association_id: AssociationId | None = None
    employer_id: EmployerId | None = None
    office_id: OfficeId | None = None


HOUSE = Actor(account_id=None, roles=frozenset({"house"}))
ANONYMOUS = Actor(account_id=None)


@dataclass(frozen=True, slots=True)
class Work:
    """What a command needs: the session, the one `now`, and the actor."""

    session: Session
    now: datetime
    actor: Actor


@contextmanager
def unit_of_work(actor: Actor, *, clock: Clock = system_clock) -> Iterator[Work]:
    """Open a transaction; commit on a clean exit, roll back on any error.

    Only doors (web, jobs) open one. Services take it, and never end it. What was read
    before is forgotten first: the snapshot under a write must be its own.
    """
    session = db.session()
    if session.info.get("at_work"):
        raise RuntimeError("a unit of work is already open")
    session.rollback()
    session.info["at_work"] = True
    entered = AT_WORK.set(True)
    try:
        session.connection(execution_options={WRITE: True})
        yield Work(session=session, now=clock(), actor=actor)
        session.flush()
        fail_point("work.before_commit")
        session.commit()
        fail_point("work.after_commit")
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["at_work"] = False
        AT_WORK.reset(entered)


def reading() -> Session:
    """Give the session for reads.

    On PostgreSQL each read has its own snapshot anyhow, so they carry no BEGIN and
    no ROLLBACK, which would cost a trip each.
    """
    session = db.session()
    if not session.in_transaction() and _dialect(session) == "postgresql":
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    return session


@contextmanager
def glance() -> Iterator[Connection]:
    """Give a connection for one look before a work: no session is woken for it."""
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def walking() -> Session:
    """Give the session for a long read by a cursor, which needs a transaction."""
    session = db.session()
    if not session.info.get("at_work"):
        session.rollback()
    session.connection()
    return session


def abandon() -> None:
    """Let go of what a failure left open on this session."""
    db.session.rollback()


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


_ARMED: dict[str, int] = {}


def arm(name: str, nth: int = 1) -> None:
    """Let the process die at the nth passing of a fail point. Tests only."""
    _ARMED[name] = nth


def arm_from(setting: str) -> None:
    """Arm fail points from `name:nth,name:nth`."""
    for part in filter(None, setting.split(",")):
        name, _, nth = part.partition(":")
        arm(name, int(nth or 1))


def fail_point(name: str) -> None:
    """Mark a place where a test may kill the process, as a power cut would."""
    if not _ARMED or name not in _ARMED:
        return
    _ARMED[name] -= 1
    if _ARMED[name] <= 0:
        os._exit(137)
