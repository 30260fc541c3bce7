"""Where an old platform's file stands, and how somebody proved to be its person."""

from enum import StrEnum

from lms.claims.rules import DISINHERITED, INHERITED


class ImportState(StrEnum):
    """Where a file stands: on the desk, before a second person, being taken, taken.

    `LEAVING`: two managers are to say whether it is taken back; `WITHDRAWN`: it was.
    """

    DRAFT = "draft"
    ASKED = "asked"
    TAKING = "taking"
    DONE = "done"
    REFUSED = "refused"
    LEAVING = "leaving"
    WITHDRAWN = "withdrawn"


class Proof(StrEnum):
    """What showed that an account belongs to the old platform's person.

    `PHONE`: ID number, name and the phone that both platforms proved are the same.
    `STAFF`: a clerk saw the identity card and a manager agreed.
    """

    PHONE = "phone"
    STAFF = "staff"


ASK_FILE = INHERITED
ASK_LINK = "legacy.link"
ASK_WITHDRAWAL = DISINHERITED
"""What the questions of this room are called."""
