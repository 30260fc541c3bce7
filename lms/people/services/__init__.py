"""Write a profile, lock it, correct it, and open it for those who must see."""

from lms.people.queries import certificate_facts
from lms.people.services.corrections import (
    Asked,
    ask_correction,
    decide_correction,
    withdraw_correction,
)
from lms.people.services.erasing import erase
from lms.people.services.filling import (
    fill_profile,
)
from lms.people.services.forgetting import forget_sensitive
from lms.people.services.papers import (
    remove_qualification,
    save_employer,
    save_qualification,
    save_registration,
)
from lms.people.services.persons import (
    lock_profile,
    save_identity,
)
from lms.people.services.pictures import (
    ask_photo_review,
    decide_photo,
    save_photo,
    save_signature,
)
from lms.people.services.reveals import (
    SHORTEST_REASON,
    note_look,
    reveal_correction,
    reveal_id_number,
    reveal_picture,
)

__all__ = [
    "SHORTEST_REASON",
    "Asked",
    "ask_correction",
    "ask_photo_review",
    "certificate_facts",
    "decide_correction",
    "decide_photo",
    "erase",
    "fill_profile",
    "forget_sensitive",
    "lock_profile",
    "note_look",
    "remove_qualification",
    "reveal_correction",
    "reveal_id_number",
    "reveal_picture",
    "save_employer",
    "save_identity",
    "save_photo",
    "save_qualification",
    "save_registration",
    "save_signature",
    "withdraw_correction",
]
