"""Issue certificates, and change where they stand."""

from lms.credentials.services.copies import (
    CopyAsk,
    ask_use_copy,
    confirm_use_copy,
    refuse_use_copy,
    withdraw_use_copy,
)
from lms.credentials.services.issuing import issue, wait_for_hand
from lms.credentials.services.life import revoke, supersede
from lms.credentials.services.practice import PracticeEvent, record_practice
from lms.credentials.services.registering import (
    issue_registration,
    keep_only,
    reissue_registration,
    void_registration,
)

__all__ = [
    "CopyAsk",
    "PracticeEvent",
    "ask_use_copy",
    "confirm_use_copy",
    "issue",
    "issue_registration",
    "keep_only",
    "record_practice",
    "refuse_use_copy",
    "reissue_registration",
    "revoke",
    "supersede",
    "void_registration",
    "wait_for_hand",
    "withdraw_use_copy",
]
