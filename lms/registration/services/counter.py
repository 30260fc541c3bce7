"""Who comes to a counter: a person with the ID card, or somebody for a company."""

from uuid import UUID

from sqlalchemy.orm import Session

from lms.kernel.clock import legal_day, start_of
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import queries as companies
from lms.people import services as people
from lms.people.rules import OnSite, ProofFault
from lms.policy.flow import Party
from lms.policy.model import Province
from lms.policy.offices import Task
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.desk import Desk
from lms.registration.rules.desk import keeps, serves
from lms.registration.services.opening import Asked, open_application

_COUNTER = (Task.INTAKE, Task.ON_SITE)
_LOOK = "counter"


def at_counter(work: Work, desk: Desk, person_id: PersonId) -> None:
    """Check that this desk takes people in at its counter.

    Raises: Refused.
    """
    if Party.TELLER not in desk.parties:
        raise Refused("application.not_yours")
    if not any(desk.office.provinces(task, desk.today) for task in _COUNTER):
        raise Refused("desk.not_here")
    if work.actor.person_id == person_id:
        raise Refused("desk.own")


def came_in(work: Work, desk: Desk, person_id: PersonId) -> None:
    """Note that somebody showed their ID card at the counter; they can read of it.

    Raises: Refused.
    """
    at_counter(work, desk, person_id)
    people.note_look(work, person_id, _LOOK, f"本人到窗口办理（{desk.office.name}）")


def prove_company(
    work: Work, desk: Desk, employer_id: UUID, agent_id: UUID, shown: OnSite
) -> None:
    """Note that a company proved itself at this counter.

    Raises: NotFound; Refused with what was not shown, and where nobody is seen to.
    """
    _sees(work, desk, employer_id)
    counter = people.Counter(desk.office.id)
    people.prove_employer(work, employer_id, agent_id, shown, counter)


def unprove_company(work: Work, desk: Desk, employer_id: UUID) -> None:
    """Note that a company's papers will not do, or take its proof back.

    Raises: NotFound; Refused where nobody is seen to, and for one's own company.
    """
    _sees(work, desk, employer_id)
    counter, place = people.Counter(desk.office.id), desk.office.name
    if companies.company(work.session, employer_id).proved:
        people.withdraw_proof(work, employer_id, place, counter)
    else:
        people.refuse_employer(work, employer_id, ProofFault.PAPERS, place, counter)


def _sees(work: Work, desk: Desk, employer_id: UUID) -> None:
    sees = any(desk.office.provinces(task, desk.today) for task in _COUNTER)
    uscc = companies.company(work.session, employer_id).uscc
    sees = sees and keeps(desk.office.region, uscc)
    if Party.TELLER not in desk.parties or not sees:
        raise Refused("desk.not_here")


def present(work: Work, desk: Desk, person_id: PersonId) -> None:
    """Check that whoever sits here saw this person's ID card today.

    An old form, or an id from an address, brings nobody to the counter.

    Raises: Refused.
    """
    at_counter(work, desk, person_id)
    account_id = work.actor.account_id
    since = start_of(legal_day(work.now))
    if not companies.looked(work.session, person_id, account_id, _LOOK, since):
        raise Refused("desk.not_present")


def begin(work: Work, desk: Desk, asked: Asked) -> UUID:
    """Begin an application for the person who is here.

    Raises: Refused where nobody was seen, for another area's company, and as for
        anybody who begins one; Conflict while one is under way.
    """
    present(work, desk, asked.person_id)
    uscc = ""
    if asked.employer_id is not None:
        uscc = companies.company(work.session, asked.employer_id).uscc
    if not takes(desk, asked.province, uscc):
        raise Refused("desk.not_here")
    return open_application(work, asked, Party.TELLER)


def takes(desk: Desk, province: Province, uscc: str) -> bool:
    """Tell whether this counter takes somebody in: by province, and by company."""
    sees = any(province in desk.office.provinces(t, desk.today) for t in _COUNTER)
    return sees and serves(desk.office.region, uscc)


def serves_here(session: Session, desk: Desk, card: ApplicationCard) -> bool:
    """Tell whether an application is of this counter's province and area."""
    uscc = ""
    if card.employer_id is not None:
        uscc = companies.company(session, card.employer_id).uscc
    return takes(desk, card.province, uscc)
