"""Issue certificates, and change where they stand."""

from lms.credentials.services.asking import (
    MadeKey,
    make_api_key,
    missed,
    revoke_api_key,
    spend,
)
from lms.credentials.services.copies import (
    CopyAsk,
    ask_use_copy,
    confirm_use_copy,
    refuse_use_copy,
    withdraw_use_copy,
)
from lms.credentials.services.issuing import (
    issue,
    seal_no_more,
    wait_for_hand,
    wait_for_sealing,
)
from lms.credentials.services.life import revoke, supersede
from lms.credentials.services.practice import PracticeEvent, record_practice
from lms.credentials.services.registering import (
    issue_registration,
    keep_only,
    void_registration,
)
from lms.credentials.services.sharing import (
    ShareAsk,
    end_grant,
    end_share,
    forget,
    grant,
    open_granted,
    open_share,
    share,
)

__all__ = [
    "CopyAsk",
    "MadeKey",
    "PracticeEvent",
    "ShareAsk",
    "ask_use_copy",
    "confirm_use_copy",
    "end_grant",
    "end_share",
    "forget",
    "grant",
    "issue",
    "issue_registration",
    "keep_only",
    "make_api_key",
    "missed",
    "open_granted",
    "open_share",
    "record_practice",
    "refuse_use_copy",
    "revoke",
    "revoke_api_key",
    "seal_no_more",
    "share",
    "spend",
    "supersede",
    "void_registration",
    "wait_for_hand",
    "wait_for_sealing",
    "withdraw_use_copy",
]
