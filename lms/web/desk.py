"""The desk where a request becomes an actor and a unit of work."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, TypeVar, cast

from flask import current_app, g, has_request_context
from flask_login import current_user
from sqlalchemy.orm import Session

from lms.credentials.services import ahead
from lms.kernel import work
from lms.kernel.clock import Clock, Tick, legal_day, tick_of
from lms.kernel.errors import Forbidden
from lms.kernel.ids import AccountId, AssociationId, OfficeId, PersonId
from lms.kernel.settings import Settings
from lms.kernel.work import ANONYMOUS, Actor, Work, unit_of_work
from lms.web.account.visitor import Visitor

Port = TypeVar("Port")
Done = TypeVar("Done")


def begin() -> AbstractContextManager[Work]:
    """Open this request's unit of work, as the signed-in account."""
    return unit_of_work(actor(), clock=now_clock)


def carried(deed: Callable[[Work], Done]) -> Done:
    """Carry a deed out in this request's unit of work; one that may print and seal.

    Raises: Unavailable when a key that lies elsewhere does not sign.
    """
    return ahead.carried(begin, deed)


def actor() -> Actor:
    """Say who acts: the signed-in account, or nobody."""
    found = visitor()
    if found is None:
        return ANONYMOUS
    return Actor(
        account_id=AccountId(found.account_id),
        person_id=PersonId(found.person_id),
        roles=found.roles,
        association_id=found.association_id,
        employer_id=found.employer_id,
        office_id=found.office_id,
    )


def reading() -> Session:
    """Give the session for reads. A view that only reads opens no work."""
    return work.reading()


def walking() -> Session:
    """Give the session for a long read, row after row."""
    return work.walking()


def visitor() -> Visitor | None:
    """Give the visitor who is wholly signed in, if any."""
    if not has_request_context():
        return None
    found = user()
    # Half signed in is nobody: no page may tell anything before the second factor.
    if not found.is_authenticated or found.state != "full":
        return None
    return cast("Visitor", found)


def user() -> Any:  # noqa: ANN401 - a Visitor, or Flask-Login's stranger
    """Give who the cookie says it is, at whatever stage, without a proxy."""
    return current_user._get_current_object()  # noqa: SLF001 - the proxy's own way to the visitor


def me() -> PersonId:
    """Name the signed-in person."""
    return PersonId(current_user.person_id)


def association() -> AssociationId:
    """Name the association that a member of staff works for.

    Raises: Forbidden for staff of none.
    """
    if current_user.association_id is None:
        raise Forbidden("staff.no_association")
    return AssociationId(current_user.association_id)


def office() -> OfficeId:
    """Name the office of the authority that somebody sits in.

    Raises: Forbidden for who sits in none.
    """
    if current_user.office_id is None:
        raise Forbidden("staff.no_office")
    return OfficeId(current_user.office_id)


def now() -> datetime:
    """Give this request's one instant."""
    if "now" not in g:
        g.now = clock()()
    instant: datetime = g.now
    return instant


def now_clock() -> datetime:
    """Read the clock as a unit of work does: afresh."""
    return clock()()


def tick() -> Tick | None:
    """Read the steady clock."""
    return tick_of(clock())


def today() -> date:
    """Name the legal day."""
    return legal_day(now())


def clock() -> Clock:
    """Give the clock that the house was built with."""
    found: Clock = current_app.extensions["lms.clock"]
    return found


def settings() -> Settings:
    """Give the settings."""
    found: Settings = current_app.extensions["lms.settings"]
    return found


def port(kind: Callable[..., Port]) -> Port:
    """Give the gateway that assembly joined to a port.

    A port is a Protocol: it is named here, never made, which `type` would promise.
    """
    ports: dict[object, Any] = current_app.extensions["lms.ports"]
    return cast("Port", ports[kind])
