"""Print for nobody, so that nobody waits while a number is held.

The first certificate of a process takes seconds: fonts are opened, the design is drawn.
While a number is held, every other issuer of the association waits.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.credentials.ports import Printer
from lms.credentials.queries import designs
from lms.credentials.rules import Facts, HoursRow
from lms.credentials.rules.files import Seals
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId
from lms.policy.model import Specialty
from lms.signing import queries as signing
from lms.signing import rules as signers
from lms.signing.rules import Ring

_DAY = date(2026, 1, 1)
_HOURS = HoursRow(
    Specialty.BUILDING, is_main=True, required=Credit(6000), elective=Credit(6000)
)
_NOBODY = Facts(
    number="REHEARSAL-JXJY-2026-0000000-0",
    token="0" * 26,
    name="某某某",
    sex="male",
    id_masked="0000**********0000",
    employer="某某单位",
    registration_no="某0000000000000",
    hours=(_HOURS,),
    score=100,
    passed_on=_DAY,
    period_from=_DAY,
    period_until=_DAY,
    issuer="某某协会",
    issued_on=_DAY,
)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """That all is ready, and whether keys lie `elsewhere`."""

    elsewhere: bool


def rehearse(
    session: Session, now: datetime, association_id: AssociationId, printer: Printer
) -> Rehearsed:
    """Print a certificate of an association's design, and throw it away.

    It takes no work: on SQLite nobody else would write for as long as fonts are opened,
    and keys elsewhere are asked over a network.

    Raises: Refused("signing.no_keys"); Unavailable.
    """
    design = designs.current_design(session, association_id)
    issuer = catalogue.association(session, association_id).name
    lent: list[Ring] = []

    def lend() -> Ring:
        lent.append(signing.ring(session, signers.association(association_id), now))
        return lent[-1]

    facts = Facts.restored({**_NOBODY.stored(), "issuer": issuer})
    printer.print(facts, None, design, Seals(now, lend))
    return Rehearsed(any(ring.elsewhere for ring in lent))
