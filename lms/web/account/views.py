"""All doors of /account. Importing a module hangs its views on the blueprint."""

from lms.web.account import (
    contact,
    enrolment,
    factor,
    joining,
    own_data,
    recovery,
    security,
    sign_in,
    sign_up,
    slips,
)
from lms.web.account.blueprint import bp

__all__ = [
    "bp",
    "contact",
    "enrolment",
    "factor",
    "joining",
    "own_data",
    "recovery",
    "security",
    "sign_in",
    "sign_up",
    "slips",
]
