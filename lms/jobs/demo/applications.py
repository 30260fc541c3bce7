"""The demonstration's desk: applications of one province at three of its steps."""

from collections.abc import Mapping
from dataclasses import replace

from lms.credentials.ports import RegistrationPrinter
from lms.jobs.demo import checks
from lms.jobs.demo.hall import Hall
from lms.jobs.demo.people import Made
from lms.kernel.work import Work
from lms.people import queries as people
from lms.policy.flow import Case, Path
from lms.policy.model import Application, Province, Specialty
from lms.registration.services import Asked


def lay(
    work: Work,
    cast: Mapping[str, Made],
    seats: Mapping[str, Made],
    agent: Made,
    printer: RegistrationPrinter,
) -> None:
    """Let one wait for acceptance, one for the decision, one for a public notice."""
    hall = Hall(work, seats, printer)
    for name, days in (("欧阳㛃𬀩", 1), ("王守成", 5)):
        made = cast[name]
        one = hall.begin(hall.at(days, made), made, _renewal(work, made))
        hall.confirm(hall.at(days, agent), one, "企业经办人")
        if days > 1:
            hall.desk(days - 1, one)
            hall.desk(days - 2, one)
    left = cast["马驰"]
    asked = replace(
        _renewal(work, left),
        application=Application.CANCELLATION,
        path=Path.WRITTEN,
        specialties=(Specialty.BUILDING, Specialty.MECHANICAL),
        cases=frozenset({Case.DISMISSED}),
    )
    one = hall.begin(hall.at(3, left), left, asked)
    hall.desk(2, one)
    checks.lay(work, hall, seats["approver"], agent)


def _renewal(work: Work, made: Made) -> Asked:
    bond = people.employer_of(work.session, made.person_id)
    return Asked(
        made.person_id,
        Province.INNER_MONGOLIA,
        Application.RENEWAL,
        specialties=(Specialty.BUILDING,),
        employer_id=bond.company.id if bond else None,
    )
