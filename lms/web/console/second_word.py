"""What pages with a second person's word share: the question, and its answer."""

from uuid import UUID

from flask import request

from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.web import desk

_LONGEST = 400


def said() -> tuple[bool, str]:
    """Read whether it is a yes, and the comment, from the form that was sent."""
    comment = request.form.get("comment", "").strip()[:_LONGEST]
    return request.form.get("answer") == "yes", comment


def question(asked_id: UUID, kind: str) -> ApprovalCard:
    """Fetch a question of this kind that is before the visitor's association.

    Raises: NotFound, for another kind or association too.
    """
    card = approvals.approval(
        desk.reading(), asked_id, association_id=desk.association()
    )
    if card.kind != kind:
        raise NotFound("approval.unknown")
    return card


def status(no: Conflict | Refused) -> int:
    """Say with which status a no of the house is answered."""
    return 409 if isinstance(no, Conflict) else 422
