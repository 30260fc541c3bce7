"""Begin an application: one at a time, in a way that the province knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts import services as accounts
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import EmployerId, PersonId, new_id
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.rules import Section
from lms.policy.flow import Case, Flow, Party, Path
from lms.policy.flow_checks import shut_by_end
from lms.policy.flows import closure_on, flow_for
from lms.policy.model import Application, Province, Specialty
from lms.registration.models import ApplicationRow
from lms.registration.queries import eligibility, offices
from lms.registration.queries.provenance import former_employer
from lms.registration.rules.numbers import number
from lms.registration.rules.states import Act, Status, first
from lms.registration.services import filing
from lms.registration.services.book import write

_NO_PROFILE = frozenset({Application.CANCELLATION})
_NOT_REGISTERED = frozenset({Application.INITIAL, Application.RE_REGISTRATION})


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody begins to apply for.

    `facts` are dates and codes of the matter, as JSON.
    """

    person_id: PersonId
    province: Province
    application: Application
    path: Path = Path.ORDINARY
    specialties: tuple[Specialty, ...] = ()
    employer_id: EmployerId | None = None
    cases: frozenset[Case] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict)


def open_application(work: Work, asked: Asked, by: Party) -> UUID:
    """Begin an application, as a draft in the hands of whoever starts such a one.

    Raises: Refused where the province knows no such way, or not now or not in these
        circumstances, what is registered forbids it, the profile is not whole, a
        specialty is missing, or another must start; Conflict while one is under way.
    """
    today = legal_day(work.now)
    flow = flow_for(asked.province, asked.application, asked.path, today)
    if flow is None:
        raise Refused("application.no_such_way")
    _shut(work, asked, flow, today)
    _check(work, asked, flow, by)
    accounts.lock_person(work, asked.person_id)
    under_way = select(ApplicationRow.id).filter_by(
        person_id=asked.person_id, closed_at=None
    )
    if work.session.scalar(under_way) is not None:
        raise Conflict("application.in_flight")
    row = _row(work, asked, flow, by)
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Conflict("application.in_flight") from clash
    write(work, row, Act.OPEN, by)
    return row.id


def _shut(work: Work, asked: Asked, flow: Flow, today: date) -> None:
    """Refuse on days, and in circumstances, in which this way is not open."""
    shut = closure_on(asked.province, today) is not None
    if shut or not offices.takes_in(work.session, asked.province, today):
        raise Refused("application.closed_days")
    if not flow.only <= asked.cases:
        raise Refused("application.case_needed")
    held = people_services.periods_of(work, asked.person_id)
    if any(shut_by_end(flow, today, each.valid_until) for each in held):
        raise Refused("application.shut_near_end")


def _check(work: Work, asked: Asked, flow: Flow, by: Party) -> None:
    helped = by is Party.TELLER and flow.starts is Party.PERSON
    if by not in flow.starters and not helped:
        raise Refused("application.other_starts", starts=flow.starts)
    if not asked.specialties:
        raise Refused("application.no_specialty")
    _held(work, asked)
    _moves(work, asked)
    if asked.application in _NO_PROFILE:
        return
    missing = set(people.completeness(work.session, asked.person_id).missing_sections)
    if asked.application in _NOT_REGISTERED:
        missing.discard(Section.REGISTRATION)
    if missing:
        raise Refused("application.profile", reasons=tuple(sorted(missing)))


def _moves(work: Work, asked: Asked) -> None:
    """Refuse a change of company that leads nowhere else."""
    ordinary = asked.application is Application.CHANGE and asked.path is Path.ORDINARY
    if not ordinary or asked.employer_id is None:
        return
    new = people.company(work.session, asked.employer_id).name
    if former_employer(work.session, asked.person_id) == new:
        raise Refused("application.same_employer")


def _held(work: Work, asked: Asked) -> None:
    """Refuse what does not go with the registration that is held, or that ended."""
    filing.agrees(work, asked.person_id, asked.province, asked.application)
    if asked.application is not Application.RE_REGISTRATION:
        return
    known = eligibility.deregistered_on(work.session, asked.person_id)
    told = asked.facts.get("deregistered_on")
    if known is None and not told:
        raise Refused("application.deregistered_unknown")
    if told and date.fromisoformat(told) > legal_day(work.now):
        raise Refused("application.deregistered_future")


def _row(work: Work, asked: Asked, flow: Flow, by: Party) -> ApplicationRow:
    one = new_id()
    today = legal_day(work.now)
    return ApplicationRow(
        id=one,
        number=number(asked.province, asked.application, today, one),
        person_id=asked.person_id,
        employer_id=asked.employer_id,
        province=asked.province,
        application=asked.application,
        path=asked.path,
        flow=flow.key,
        specialties=[each.value for each in asked.specialties],
        cases=sorted(each.value for each in asked.cases),
        facts=dict(asked.facts),
        started_by=by,
        opened_at=work.now,
        step=first(flow, asked.cases).name,
        status=Status.OPEN,
        met=[],
        version=0,
    )
