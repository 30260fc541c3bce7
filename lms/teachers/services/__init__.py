"""Write the register of teachers."""

from lms.teachers.services.checking import (
    MATTER,
    ask_check,
    decide,
    retire,
    revive,
    take_back,
)
from lms.teachers.services.consenting import give_consent, withdraw_consent
from lms.teachers.services.entering import (
    add_paper,
    change,
    discard,
    enter,
    remove_paper,
)
from lms.teachers.services.keeping import drop_old
from lms.teachers.services.looking import (
    copy_of,
    reveal_consent,
    reveal_paper,
    reveal_private,
)

__all__ = [
    "MATTER",
    "add_paper",
    "ask_check",
    "change",
    "copy_of",
    "decide",
    "discard",
    "drop_old",
    "enter",
    "give_consent",
    "remove_paper",
    "retire",
    "reveal_consent",
    "reveal_paper",
    "reveal_private",
    "revive",
    "take_back",
    "withdraw_consent",
]
