"""Ask for a check, check, let go, and take up again."""

from uuid import UUID

from lms.approvals import services as approvals
from lms.approvals.rules import ApprovalState, Terms
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.text import normal
from lms.kernel.work import Work
from lms.teachers.models import Teacher
from lms.teachers.queries import teacher
from lms.teachers.rules import State
from lms.teachers.services.rows import LONGEST_REASON, locked, note, writable

MATTER = "teacher.check"
"""The kind of question that a second person settles."""


def ask_check(work: Work, association_id: AssociationId, teacher_id: UUID) -> None:
    """Ask another person to compare a teacher with their papers.

    Raises: NotFound; Conflict while it is asked; Refused without a scanned paper.
    """
    row = writable(work, association_id, teacher_id)
    if row.state is not State.DRAFT:
        raise Conflict("teacher.not_a_draft")
    papers = teacher(work.session, association_id, row.id).papers
    if not papers or not all(one.scanned for one in papers):
        raise Refused("teacher.no_papers")
    # Whoever wrote any of it since the last check is no second person, asker or not.
    terms = Terms(
        association_id,
        last_role="manager|clerk",
        barred=frozenset(UUID(one) for one in row.entered_by if one != "None"),
    )
    row.approval_id = approvals.ask(
        work, MATTER, f"teacher:{row.id}", {"edition": row.edition}, "", terms=terms
    )
    row.state, row.returned_for = State.WAITING, None
    note(work, row, "submitted", edition=row.edition)


def take_back(work: Work, association_id: UUID, teacher_id: UUID) -> None:
    """Take a teacher back from the check, to write on.

    Raises: NotFound; Conflict when nobody checks.
    """
    row = _waiting(work, association_id, teacher_id)
    approvals.drop(work, _question(row))
    row.state, row.approval_id = State.DRAFT, None
    note(work, row, "taken_back")


def decide(
    work: Work,
    association_id: UUID,
    teacher_id: UUID,
    word: tuple[bool, str],
    *,
    seen: int,
) -> State:
    """Say that all is as the papers say, or what is not: then it goes back.

    `seen` is the edition that was compared: what was taken back, changed and put again
    since was compared by nobody.

    Raises: NotFound; Conflict when it was decided, or is another edition by now;
        Refused for who wrote any of it, and for a no without words.
    """
    row = _waiting(work, association_id, teacher_id)
    if row.edition != seen:
        raise Conflict("teacher.anew")
    approved, comment = word[0], normal(word[1])[:LONGEST_REASON]
    if not approved and not comment:
        raise Refused("approval.no_comment")
    card = approvals.decide(
        work, _question(row), approved, comment, association_id=association_id
    )
    row.approval_id = None
    if card.state is ApprovalState.APPROVED:
        row.state, row.entered_by = State.REGISTERED, []
        row.checked_at, row.checked_by = work.now, work.actor.account_id
        note(work, row, "checked", approval=card.id)
    else:
        row.state, row.returned_for = State.DRAFT, comment
        note(work, row, "returned", approval=card.id)
    return row.state


def _waiting(work: Work, association_id: UUID, teacher_id: UUID) -> Teacher:
    row = locked(work, association_id, teacher_id)
    if row.state is not State.WAITING:
        raise Conflict("teacher.not_waiting")
    return row


def _question(row: Teacher) -> UUID:
    if row.approval_id is None:
        raise Conflict("teacher.not_waiting")
    return row.approval_id


def retire(work: Work, association_id: UUID, teacher_id: UUID, reason: str) -> None:
    """Let a teacher go, and say why; from then on their data are kept for a time.

    Raises: NotFound; Conflict for who has gone, and for who was never checked; Refused
        without a reason.
    """
    row = writable(work, association_id, teacher_id)
    said = normal(reason)[:LONGEST_REASON]
    if row.checked_at is None:
        raise Conflict("teacher.never_checked")
    if not said:
        raise Refused("teacher.no_reason")
    row.state, row.retired_at, row.retired_for = State.RETIRED, work.now, said
    note(work, row, "retired")


def revive(work: Work, association_id: UUID, teacher_id: UUID) -> None:
    """Take a teacher up again who had left; they are checked anew.

    Raises: NotFound; Conflict for who has not left.
    """
    row = locked(work, association_id, teacher_id)
    if row.state is not State.RETIRED:
        raise Conflict("teacher.not_retired")
    row.state, row.retired_at, row.retired_for = State.DRAFT, None, None
    row.edition += 1
    note(work, row, "revived")
