"""Begin applications and act on them; the one way in which they move."""

from lms.registration.services.acting import Doing, act, commit_to, prove
from lms.registration.services.flags import look_at, raise_flag, settle, under_way
from lms.registration.services.opening import Asked, open_application

__all__ = [
    "Asked",
    "Doing",
    "act",
    "commit_to",
    "look_at",
    "open_application",
    "prove",
    "raise_flag",
    "settle",
    "under_way",
]
