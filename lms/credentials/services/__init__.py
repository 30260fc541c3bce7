"""Issue certificates, and change where they stand."""

from lms.credentials.services.issuing import issue, wait_for_hand
from lms.credentials.services.life import revoke, supersede

__all__ = ["issue", "revoke", "supersede", "wait_for_hand"]
