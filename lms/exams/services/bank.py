"""Fill the bank of questions, write new versions, take questions out of use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update

from lms.evidence import services as evidence
from lms.exams.models import Question, QuestionTwin
from lms.exams.queries.bank import content
from lms.exams.rules import NewQuestion, QuestionKind
from lms.exams.rules.questions import (
    Part,
    faults,
    sameness,
    shown_digest,
    tidied,
    wording,
)
from lms.kernel.db import inserting
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work

_BOOK = "house:questions"


@dataclass(frozen=True, slots=True)
class Twins:
    """Two versions that are alike. Units: percent of shingles in common."""

    one_id: UUID
    other_id: UUID
    percent: int


def add_questions(work: Work, questions: Sequence[NewQuestion]) -> int:
    """Add questions to the bank; one that is there already is passed over.

    Raises: Refused for a question that is not sound.

    Shape: how many were new.
    """
    return sum(one is not None for one in add_all(work, questions))


def add_question(work: Work, question: NewQuestion) -> UUID:
    """Add one question.

    Raises: Refused when it is not sound, or there already.
    """
    (added,) = add_all(work, [question])
    if added is None:
        raise Refused("question.twin")
    return added


def add_all(work: Work, questions: Sequence[NewQuestion]) -> tuple[UUID | None, ...]:
    """Add questions. Shape: the id of each, None for one that is there already."""
    clean = [tidied(question) for question in questions]
    if any(faults(question) for question in clean):
        raise Refused("question.unsound")
    ids = [new_id() for _ in clean]
    rows = [_row(work, one, ids[n], ids[n]) for n, one in enumerate(clean)]
    known = _insert_roots(work, rows)
    parts = [
        part
        for one, root in zip(clean, ids, strict=True)
        if root in known
        for part in _parts(work, one, root)
    ]
    if parts:
        work.session.execute(insert(Question), parts)
    if known:
        evidence.note(work, _BOOK, "questions.added", count=len(known))
    return tuple(one if one in known else None for one in ids)


def edit(
    work: Work, association_id: AssociationId, question_id: UUID, wanted: NewQuestion
) -> UUID:
    """Write the next version of an own question, and retire this one.

    Papers that used this one keep it.

    Raises: NotFound, also for another association's; Conflict when there is a newer
        version or it is out of use; Refused when it is not sound, unchanged, or the
        same as another question.
    """
    old = _own(work, association_id, question_id)
    if old.replaced_by is not None:
        raise Conflict("question.newer")
    if old.retired_at is not None:
        raise Conflict("question.retired")
    clean = tidied(replace(wanted, association_id=association_id))
    if faults(clean):
        raise Refused("question.unsound")
    if clean == read(work, old):
        raise Refused("question.unchanged")
    made = new_id()
    old.retired_at, old.replaced_by = work.now, made
    _retire_parts(work, old.id)
    work.session.flush()
    row = _row(work, clean, made, old.root_id) | {"version": old.version + 1}
    if made not in _insert_roots(work, [row]):
        raise Refused("question.twin")
    parts = list(_parts(work, clean, made))
    if parts:
        work.session.execute(insert(Question), parts)
    _forget_twins(work, old.root_id)
    evidence.note(work, _BOOK, "question.edited", question=old.id, into=made)
    return made


def retire(work: Work, association_id: AssociationId, question_id: UUID) -> None:
    """Take a question out of future papers; those that used it keep it.

    Raises: NotFound, also for another association's, and when it is out already.
    """
    row = _own(work, association_id, question_id)
    if row.retired_at is not None:
        raise NotFound("question.unknown")
    row.retired_at = work.now
    _retire_parts(work, row.id)
    work.session.flush()
    evidence.note(work, _BOOK, "question.retired", question=question_id)


def restore(work: Work, association_id: AssociationId, question_id: UUID) -> None:
    """Put a retired question back into future papers.

    Raises: NotFound; Conflict for an older version, for one that is in use, and when
        the same question is in use again.
    """
    row = _own(work, association_id, question_id)
    if row.replaced_by is not None:
        raise Conflict("question.newer")
    if row.retired_at is None:
        raise Conflict("question.in_use")
    same = select(Question.id).where(
        Question.sameness == row.sameness,
        Question.retired_at.is_(None),
        Question.case_id.is_(None),
    )
    if work.session.scalar(same.with_for_update()) is not None:
        raise Conflict("question.twin")
    row.retired_at = None
    _retire_parts(work, row.id, back=True)
    work.session.flush()
    evidence.note(work, _BOOK, "question.restored", question=question_id)


def note_twins(work: Work, found: Sequence[Twins]) -> None:
    """Write down which questions are alike; what somebody let stand stays so."""
    ids = {one for twins in found for one in (twins.one_id, twins.other_id)}
    asked = select(Question.id, Question.root_id).where(Question.id.in_(ids))
    roots = dict(work.session.execute(asked).all())
    rows = {}
    for twins in found:
        if {twins.one_id, twins.other_id} <= set(roots):
            row = _twin_row(work, twins, roots)
            if row["left_root"] != row["right_root"]:
                rows[row["left_root"], row["right_root"]] = row
    if rows:
        made = inserting(work.session, QuestionTwin).on_conflict_do_nothing()
        work.session.execute(made, list(rows.values()))


def settle_twins(
    work: Work, association_id: AssociationId, left_root: UUID, right_root: UUID
) -> None:
    """Let two questions that are alike both stand.

    Raises: NotFound, also where neither is the association's.
    """
    own = select(Question.root_id).where(Question.association_id == association_id)
    row = work.session.scalar(
        select(QuestionTwin)
        .where(
            QuestionTwin.left_root == left_root,
            QuestionTwin.right_root == right_root,
            QuestionTwin.settled_at.is_(None),
            QuestionTwin.left_root.in_(own) | QuestionTwin.right_root.in_(own),
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound("question.unknown")
    row.settled_at, row.settled_by = work.now, work.actor.account_id
    work.session.flush()
    evidence.note(
        work, _BOOK, "question.twins_settled", left=left_root, right=right_root
    )


def read(work: Work, row: Question) -> NewQuestion:
    """Give a stored question as it would be typed."""
    parts = work.session.scalars(
        select(Question).where(Question.case_id == row.id).order_by(Question.place)
    )
    return content(
        row,
        tuple(
            Part(p.kind, p.stem, tuple(p.options), tuple(p.key), p.explanation)
            for p in parts
        ),
    )


def _own(work: Work, association_id: AssociationId, question_id: UUID) -> Question:
    row = work.session.scalar(
        select(Question)
        .where(
            Question.id == question_id,
            Question.association_id == association_id,
            Question.case_id.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound("question.unknown")
    return row


def _retire_parts(work: Work, case_id: UUID, *, back: bool = False) -> None:
    work.session.execute(
        update(Question)
        .where(Question.case_id == case_id)
        .values(retired_at=None if back else work.now)
    )


def _forget_twins(work: Work, root_id: UUID) -> None:
    either = (QuestionTwin.left_root == root_id) | (QuestionTwin.right_root == root_id)
    work.session.execute(
        delete(QuestionTwin).where(either, QuestionTwin.settled_at.is_(None))
    )


def _insert_roots(work: Work, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Insert what is new; the index of live questions says what is not."""
    if not rows:
        return set()
    live: ColumnElement[bool] = Question.retired_at.is_(None)
    made = (
        inserting(work.session, Question)
        .on_conflict_do_nothing(
            index_elements=[Question.sameness],
            index_where=live & Question.case_id.is_(None),
        )
        .returning(Question.id)
    )
    return set(work.session.scalars(made, list(rows)))


def _row(work: Work, question: NewQuestion, own: UUID, root: UUID) -> dict[str, Any]:
    return {
        "id": own,
        "association_id": question.association_id,
        "specialty": question.specialty,
        "kind": question.kind,
        "chapter": question.chapter,
        "stem": question.stem,
        "options": list(question.options),
        "key": list(question.key),
        "explanation": question.explanation,
        "basis": question.basis,
        "retired_at": None,
        "digest": shown_digest(question),
        "difficulty": question.difficulty,
        "root_id": root,
        "version": 1,
        "replaced_by": None,
        "case_id": None,
        "place": 0,
        "sameness": sameness(question),
        "words": wording(question),
        "made_at": work.now,
        "made_by": work.actor.account_id,
    }


def _parts(work: Work, case: NewQuestion, case_id: UUID) -> Iterator[dict[str, Any]]:
    if case.kind is not QuestionKind.CASE:
        return
    for place, part in enumerate(case.parts, 1):
        own = new_id()
        yield _row(work, case, own, own) | {
            "kind": part.kind,
            "stem": part.stem,
            "options": list(part.options),
            "key": list(part.key),
            "explanation": part.explanation,
            "digest": shown_digest(part, case.stem),
            "case_id": case_id,
            "place": place,
            "words": "",
        }


def _twin_row(work: Work, twins: Twins, roots: dict[UUID, UUID]) -> dict[str, Any]:
    pair = sorted((twins.one_id, twins.other_id), key=lambda one: str(roots[one]))
    return {
        "left_root": roots[pair[0]],
        "right_root": roots[pair[1]],
        "left_id": pair[0],
        "right_id": pair[1],
        "percent": twins.percent,
        "found_at": work.now,
        "settled_at": None,
        "settled_by": None,
    }
