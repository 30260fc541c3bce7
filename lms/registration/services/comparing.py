"""An office says that a registration is as somebody typed it: it has seen the proof."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import services as people_services
from lms.people.rules import RegistrationFacts, folded
from lms.policy.flow import Need, Party
from lms.policy.model import Specialty
from lms.registration.queries import applications, provenance
from lms.registration.queries.desk import Desk
from lms.registration.queries.provenance import Origin, Provenance, Source
from lms.registration.rules.states import Act
from lms.registration.services.book import Said, locked, write
from lms.registration.services.counter import present, serves_here
from lms.registration.services.desk import handled


@dataclass(frozen=True, slots=True)
class Compared:
    """What an office read elsewhere, of an application that it saw at a version.

    `number` and the last day of each specialty are typed from that source; `days` says
    that the name and the first days agree too.
    """

    seen: int | None
    source: Source
    number: str
    days: bool
    note: str = ""
    ends: Mapping[Specialty, date] = field(default_factory=dict)


def compare_registration(
    work: Work, desk: Desk, application_id: UUID, compared: Compared
) -> None:
    """Note at a desk that a registration was found in a source as it is written here.

    Raises: NotFound; Conflict; Refused where the source says otherwise, the number is
        another person's, or there is nothing to compare.
    """
    here = handled(work, desk, application_id)
    party = desk.party(here.card) or min(desk.parties)
    compare(work, application_id, party, compared, desk.office.id)


def compare_present(
    work: Work, desk: Desk, application_id: UUID, compared: Compared
) -> None:
    """Note the same for somebody at the counter, whose draft is in nobody's queue yet.

    So the draft goes on where it is: nobody has to withdraw it for the desk to begin.

    Raises: NotFound; Conflict; Refused where the person was not seen here today.
    """
    card = applications.application(work.session, application_id)
    present(work, desk, card.person_id)
    if not serves_here(work.session, desk, card):
        raise Refused("desk.not_here")
    compare(work, application_id, Party.TELLER, compared, desk.office.id)


def compare(
    work: Work,
    application_id: UUID,
    by: Party,
    compared: Compared,
    office_id: UUID | None = None,
) -> None:
    """Note what a party of an office compared.

    Number and days stand in the note: what is typed afterwards is seen by nobody.

    Raises: NotFound; Conflict; Refused.
    """
    row = locked(work, application_id, compared.seen)
    if row.closed_at is not None:
        raise Refused("application.ended")
    known = _typed(work, PersonId(row.person_id))
    ends = {each.specialty: each.valid_until for each in known.held}
    same = folded(compared.number) == known.number and dict(compared.ends) == ends
    if not (same and compared.days):
        raise Refused("registration.differs")
    facts = {
        "need": Need.REGISTRATION.value,
        "how": compared.source.value,
        "number": known.number,
        "held": [each.noted() for each in known.held],
    }
    write(work, row, Act.PROVE, by, Said(compared.note.strip(), office_id, facts))


def _typed(work: Work, person_id: PersonId) -> Provenance:
    known = provenance.provenance(work.session, person_id)
    if known is None or known.origin is not Origin.TYPED:
        raise Refused("application.not_needed")
    if known.anothers:
        raise Refused("registration.number_taken")
    return known


def save_registration(
    work: Work, person_id: PersonId, facts: RegistrationFacts
) -> None:
    """Write what a person says of their registration: nobody else's number.

    Raises: Refused.
    """
    people_services.save_registration(work, person_id, facts)
    known = provenance.provenance(work.session, person_id)
    if known is not None and known.anothers:
        raise Refused("registration.number_taken")
