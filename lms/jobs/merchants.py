"""Say at the start which merchant's file is named after no association."""

import structlog
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.kernel.settings import Settings

log = structlog.get_logger("lms.jobs")


def note_astray(session: Session, settings: Settings) -> tuple[str, ...]:
    """Log each such file: whoever it is meant for is paid by the house's own merchant.

    Shape: their codes. It does not stop the house: an association may be opened after
        its file was laid down.
    """
    known = [one.code for one in catalogue.associations(session)]
    found = settings.astray(known)
    for code in found:
        log.warning("merchant.of_no_association", file=f"{code}.env", known=known)
    return found
