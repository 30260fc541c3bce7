"""Keep a file of questions that was read, and store all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from lms.evidence import services as evidence
from lms.exams.models import QuestionImport
from lms.exams.rules import NewQuestion
from lms.exams.rules.questions import packed, unpacked
from lms.exams.services.bank import Twins, add_all, note_twins
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work, fail_point

KEPT = timedelta(days=1)
"""How long a file that was read waits for a yes."""

MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it was read: its questions, and what it is like.

    `twins` are places in the file, each with an id of the bank or another place.
    """

    name: str
    sha256: bytes
    questions: tuple[NewQuestion, ...]
    twins: tuple[tuple[int, str | int, int], ...]
    report: Mapping[str, Any]


def keep_import(work: Work, association_id: AssociationId, draft: Draft) -> UUID:
    """Keep a file for its preview. What the same person left open before is let go.

    Raises: Refused for more than `MOST_ROWS` questions, and for none.
    """
    if not 0 < len(draft.questions) <= MOST_ROWS:
        raise Refused("import.rows")
    account_id = work.actor.account_id
    if account_id is None:
        raise NotFound("import.unknown")
    own = QuestionImport.account_id == account_id
    old = QuestionImport.made_at < work.now - KEPT
    work.session.execute(
        delete(QuestionImport).where(QuestionImport.done_at.is_(None), own | old)
    )
    row = QuestionImport(
        id=new_id(),
        association_id=association_id,
        account_id=account_id,
        name=draft.name[:120],
        sha256=draft.sha256,
        made_at=work.now,
        questions=[packed(question) for question in draft.questions],
        report={**draft.report, "twins": [list(one) for one in draft.twins]},
        done_at=None,
    )
    work.session.add(row)
    work.session.flush()
    return row.id


def commit_import(work: Work, association_id: AssociationId, import_id: UUID) -> int:
    """Store a file's questions, all or none.

    Raises: NotFound, also for another's file; Conflict when it was stored before, or
        its time is over.

    Shape: how many were new.
    """
    row = _own(work, association_id, import_id)
    if row.made_at < work.now - KEPT:
        raise Conflict("import.old")
    questions = [unpacked(told, association_id) for told in row.questions]
    ids = add_all(work, questions)
    fail_point("exams.import.before_end")
    note_twins(work, _twins(row.report["twins"], ids))
    added = sum(one is not None for one in ids)
    row.done_at = work.now
    row.questions = []
    row.report = {**row.report, "added": added, "twins": []}
    work.session.flush()
    evidence.note(
        work,
        "house:questions",
        "questions.imported",
        file=row.sha256.hex(),
        count=added,
    )
    return added


def drop_import(work: Work, association_id: AssociationId, import_id: UUID) -> None:
    """Let a file go that was read.

    Raises: NotFound; Conflict when it was stored.
    """
    work.session.delete(_own(work, association_id, import_id))
    work.session.flush()


def _own(work: Work, association_id: AssociationId, import_id: UUID) -> QuestionImport:
    row = work.session.scalar(
        select(QuestionImport)
        .where(
            QuestionImport.id == import_id,
            QuestionImport.association_id == association_id,
            QuestionImport.account_id == work.actor.account_id,
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound("import.unknown")
    if row.done_at is not None:
        raise Conflict("import.done")
    return row


def _twins(told: Sequence[Sequence[Any]], ids: Sequence[UUID | None]) -> list[Twins]:
    found = []
    for place, other, percent in told:
        one = ids[place]
        two = ids[other] if isinstance(other, int) else UUID(other)
        if one is not None and two is not None:
            found.append(Twins(one, two, percent))
    return found
