"""Write the book of evidence, and seal it."""

from lms.evidence.services.bodies import drop_bodies, drop_bodies_of
from lms.evidence.services.holds import place_hold, release_hold
from lms.evidence.services.lines import Noted, note, note_all
from lms.evidence.services.sealing import Sealed, seal
from lms.evidence.services.witnesses import add_witness, drop_witness

__all__ = [
    "Noted",
    "Sealed",
    "add_witness",
    "drop_bodies",
    "drop_bodies_of",
    "drop_witness",
    "note",
    "note_all",
    "place_hold",
    "release_hold",
    "seal",
]
