"""Fill the bank of questions, and take questions out of use."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from lms.evidence import services as evidence
from lms.exams.models import Question
from lms.exams.rules import QuestionKind
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question to add to the bank."""

    association_id: AssociationId | None
    specialty: Specialty | None
    kind: QuestionKind
    chapter: str
    stem: str
    options: tuple[str, ...]
    key: tuple[int, ...]
    explanation: str = ""
    basis: str = ""


def add_questions(work: Work, questions: Sequence[NewQuestion]) -> int:
    """Add questions to the bank; one that is there already is passed over.

    Raises: Refused for a question whose key its options do not hold.

    Shape: how many were new.
    """
    known = set(work.session.scalars(select(Question.digest)))
    new = 0
    for question in questions:
        _check(question)
        digest = _digest(question)
        if digest in known:
            continue
        known.add(digest)
        new += 1
        work.session.add(_row(question, digest))
    work.session.flush()
    if new:
        evidence.note(work, "house:questions", "questions.added", count=new)
    return new


def retire(work: Work, association_id: AssociationId, question_id: UUID) -> None:
    """Take a question out of future papers; those that used it keep it.

    Raises: NotFound, also for another association's.
    """
    done = work.session.execute(
        update(Question)
        .where(
            Question.id == question_id,
            Question.association_id == association_id,
            Question.retired_at.is_(None),
        )
        .values(retired_at=work.now)
        .returning(Question.id)
    ).first()
    if done is None:
        raise NotFound("question.unknown")
    evidence.note(work, "house:questions", "question.retired", question=question_id)


def _check(question: NewQuestion) -> None:
    places = set(range(len(question.options)))
    wanted = question.kind is QuestionKind.MULTIPLE
    sound = (
        question.stem.strip()
        and len(places) > 1
        and question.key
        and set(question.key) <= places
        and (wanted or len(question.key) == 1)
    )
    if not sound:
        raise Refused("question.unsound")


def _digest(question: NewQuestion) -> bytes:
    """Tell two questions apart by bank, stem and options, whatever their spacing."""
    words = "".join(f"{question.stem}{''.join(question.options)}".split())
    owner = question.association_id or "shared"
    return hashlib.sha256(f"{owner}|{question.specialty}|{words}".encode()).digest()


def _row(question: NewQuestion, digest: bytes) -> Question:
    return Question(
        id=new_id(),
        association_id=question.association_id,
        specialty=question.specialty,
        kind=question.kind,
        chapter=question.chapter,
        stem=question.stem,
        options=list(question.options),
        key=sorted(question.key),
        explanation=question.explanation,
        basis=question.basis,
        digest=digest,
    )
