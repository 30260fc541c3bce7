"""Send money back that came by mistake: one asks, another agrees, the bank pays."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.approvals import services as approvals
from lms.approvals.rules import Terms
from lms.commerce.models import LineReturn, StatementLine
from lms.commerce.rules.statements import LineState, ReturnState
from lms.commerce.services.lines import lock_line, recount, shares
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work

KIND = "line_return"


def ask_return(
    work: Work,
    association_id: AssociationId,
    line_id: UUID,
    amount_fen: Fen,
    reason: str,
) -> UUID:
    """Put it to a manager to send money of a line back to who sent it.

    Raises: NotFound; Refused without a reason, and above what is left of the line.
    """
    line = lock_line(work, association_id, line_id)
    if not reason.strip():
        raise Refused("line.no_reason")
    left = Fen(max(0, shares(line).left_fen))
    if line.state is LineState.ASIDE or not 0 < amount_fen <= left:
        raise Refused("line.over", left=yuan(left))
    made = new_id()
    terms = Terms(association_id=association_id, last_role="manager")
    told = {"return": str(made), "amount_fen": int(amount_fen)}
    about, why = f"statement-line:{line.id}", reason.strip()[:400]
    approval_id = approvals.ask(work, KIND, about, told, why, terms=terms)
    work.session.add(
        LineReturn(
            id=made,
            line_id=line.id,
            association_id=association_id,
            approval_id=approval_id,
            amount_fen=amount_fen,
            state=ReturnState.ASKED,
            asked_by=work.actor.person_id,
            asked_at=work.now,
        )
    )
    recount(work, line)
    _note(work, line, "line.return_asked", made, amount_fen)
    return made


def decide_return(
    work: Work, association_id: AssociationId, return_id: UUID, answer: tuple[bool, str]
) -> None:
    """Agree, or not: then the money is free again.

    Raises: NotFound; Conflict when it is decided; Refused for the asker.
    """
    line, row = _locked(work, association_id, return_id)
    approved, comment = answer
    approvals.decide(
        work, row.approval_id, approved, comment, association_id=association_id
    )
    row.state = ReturnState.AGREED if approved else ReturnState.REFUSED
    row.decided_at = work.now
    recount(work, line)
    _note(work, line, f"line.return_{row.state.value}", row.id, row.amount_fen)


def note_return(
    work: Work,
    association_id: AssociationId,
    return_id: UUID,
    bank_line: str,
    returned_on: date,
) -> None:
    """Note the bank's line by which the money went back.

    Raises: NotFound; Refused when nobody agreed; Conflict for a line used already.
    """
    line, row = _locked(work, association_id, return_id)
    if row.state is not ReturnState.AGREED:
        raise Refused("line.not_agreed")
    try:
        with work.session.begin_nested():
            row.bank_line = bank_line.strip().upper()
            row.returned_on = returned_on
    except IntegrityError as error:
        raise Conflict("refund.line_known") from error
    row.state, row.done_at = ReturnState.DONE, work.now
    recount(work, line)
    _note(work, line, "line.returned", row.id, row.amount_fen)


def _locked(
    work: Work, association_id: AssociationId, return_id: UUID
) -> tuple[StatementLine, LineReturn]:
    line_id = work.session.scalar(
        select(LineReturn.line_id).where(
            LineReturn.id == return_id, LineReturn.association_id == association_id
        )
    )
    if line_id is None:
        raise NotFound("line.no_return")
    line = lock_line(work, association_id, line_id)
    return line, work.session.get_one(LineReturn, return_id, populate_existing=True)


def _note(
    work: Work, line: StatementLine, deed: str, return_id: UUID, amount_fen: int
) -> None:
    evidence.note(
        work,
        f"association:{line.association_id}",
        deed,
        line=str(line.id),
        returned=str(return_id),
        amount_fen=int(amount_fen),
    )
