"""Read what buyers ask to have back, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState
from lms.commerce.queries.cards import RefundCard
from lms.commerce.queries.refunds import refunds
from lms.commerce.rules import RefundState
from lms.kernel.ids import PersonId
from lms.kernel.money import Fen

KIND = "refund_wish"
"""How the questions are called by which a buyer asks for money back."""


class WishStage(StrEnum):
    """How far a learner's wish is, as the learner sees it."""

    WAITING = "waiting"
    TAKEN_UP = "taken_up"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class WishCard:
    """A learner's wish to have money back, and what came of it.

    `most_fen` is what the rule would have given on the day it was asked; `answer` are
    the words of who said no. Units: fen.

    PII: `reason`, in the learner's words.
    """

    id: UUID
    stage: WishStage
    reason: str
    lines: frozenset[UUID]
    most_fen: Fen
    asked_at: datetime
    asked_by: PersonId | None
    answer: str
    answered_at: datetime | None


def wishes(session: Session, order_id: UUID) -> tuple[WishCard, ...]:
    """List what was asked to have back of an order, the newest first."""
    asked = approvals.about(session, KIND, f"order:{order_id}")
    if not asked:
        return ()
    by_wish = {
        one.question.payload.get("wish"): one for one in refunds(session, order_id)
    }
    return tuple(_card(one, by_wish.get(str(one.id))) for one in asked)


def _card(asked: ApprovalCard, refund: RefundCard | None) -> WishCard:
    stage = _stage(asked, refund)
    answered = asked if refund is None else refund.question
    said = answered.decisions[-1].comment if answered.decisions else ""
    return WishCard(
        id=asked.id,
        stage=stage,
        reason=asked.reason,
        lines=frozenset(UUID(one) for one in asked.payload["lines"]),
        most_fen=Fen(asked.payload["most_fen"]),
        asked_at=asked.asked_at,
        asked_by=PersonId(who) if (who := asked.asked_person_id) else None,
        answer=said if stage is WishStage.REFUSED else "",
        answered_at=answered.decided_at,
    )


def _stage(asked: ApprovalCard, refund: RefundCard | None) -> WishStage:
    if refund is not None:
        return _STAGES.get(refund.state, WishStage.TAKEN_UP)
    if asked.state is ApprovalState.OPEN:
        return WishStage.WAITING
    if asked.state is ApprovalState.APPROVED:
        return WishStage.TAKEN_UP
    refused = asked.state is ApprovalState.REFUSED
    return WishStage.REFUSED if refused else WishStage.WITHDRAWN


_STAGES = {
    RefundState.SENDING: WishStage.SENDING,
    RefundState.DONE: WishStage.DONE,
    RefundState.REFUSED: WishStage.REFUSED,
}
"""One that failed at the provider is with the desk again."""


def open_wish(session: Session, order_id: UUID) -> WishCard | None:
    """Give the wish of an order that waits for the desk, if there is one."""
    found = wishes(session, order_id)
    return next((one for one in found if one.stage is WishStage.WAITING), None)
