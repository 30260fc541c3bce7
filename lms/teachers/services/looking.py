"""What lies sealed of a teacher, opened for a reason; each look is written down."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.kernel import pii
from lms.kernel.errors import NotFound, Refused
from lms.kernel.work import Work
from lms.teachers.models import Teacher, TeacherConsent, TeacherPaper
from lms.teachers.queries import Opened, OpenedScan, opened, place, teacher
from lms.teachers.services.rows import key, locked, note

_SHORTEST_REASON = 4


def reveal_private(
    work: Work, association_id: UUID, teacher_id: UUID, reason: str
) -> Opened:
    """Open phone, ID number and the numbers of the papers.

    Raises: NotFound; Refused without a reason.
    """
    row = locked(work, association_id, teacher_id)
    if len(reason.strip()) < _SHORTEST_REASON:
        raise Refused("reveal.no_reason")
    note(work, row, "seen", what="numbers")
    return _numbers(work, row)


def _numbers(work: Work, row: Teacher) -> Opened:
    shut = key(row)
    papers = work.session.scalars(
        select(TeacherPaper).where(
            TeacherPaper.teacher_id == row.id, TeacherPaper.removed_at.is_(None)
        )
    )
    return Opened(
        opened(shut, row.phone, "phone", row.id),
        opened(shut, row.id_number, "id_number", row.id),
        {one.id: _number(one, shut) for one in papers},
    )


def _number(paper: TeacherPaper, shut: bytes) -> str:
    return opened(shut, paper.number, "number", paper.id, "teacher_papers")


def reveal_paper(
    work: Work, association_id: UUID, teacher_id: UUID, paper_id: UUID
) -> OpenedScan:
    """Open the scan of a paper, and the number that was typed from it.

    Raises: NotFound.
    """
    row = locked(work, association_id, teacher_id)
    paper = work.session.get(TeacherPaper, paper_id)
    if paper is None or paper.teacher_id != row.id or paper.body is None:
        raise NotFound("teacher.no_paper")
    where = place("body", paper.id, "teacher_papers")
    note(work, row, "paper_seen", paper=paper.id)
    shut = key(row)
    body = pii.unseal(shut, paper.body, where)
    return OpenedScan(paper.media, body, _number(paper, shut))


def reveal_consent(
    work: Work, association_id: UUID, teacher_id: UUID, consent_id: UUID
) -> OpenedScan:
    """Open what a teacher signed.

    Raises: NotFound.
    """
    row = locked(work, association_id, teacher_id)
    consent = work.session.get(TeacherConsent, consent_id)
    if consent is None or consent.teacher_id != row.id or consent.body is None:
        raise NotFound("teacher.no_paper")
    where = place("body", consent.id, "teacher_consents")
    note(work, row, "paper_seen", consent=consent.id)
    return OpenedScan(consent.media, pii.unseal(key(row), consent.body, where))


def copy_of(work: Work, association_id: UUID, teacher_id: UUID) -> dict[str, Any]:
    """Give all that is held of a teacher, for them who asked to have it.

    Shape: JSON. Source: 个人信息保护法 art. 45.
    Raises: NotFound.
    """
    row = locked(work, association_id, teacher_id)
    card = teacher(work.session, association_id, row.id)
    numbers = _numbers(work, row)
    note(work, row, "copied")
    return {
        "name": card.name,
        "sex": card.sex,
        "employer": card.employer,
        "title": card.title,
        "level": card.level.value,
        "specialties": [one.value for one in card.specialties],
        "since_year": card.since_year,
        "phone": numbers.phone,
        "id_number": numbers.id_number,
        "cv_html": card.cv_html,
        "state": card.state.value,
        "entered_at": card.made_at.isoformat(),
        "papers": [
            _paper_told(work, one.id, numbers.papers.get(one.id, ""))
            for one in card.papers
        ],
        "consents": [
            {
                "given_on": one.given_on.isoformat(),
                "how": one.how.value,
                "withdrawn_at": one.withdrawn_at and one.withdrawn_at.isoformat(),
            }
            for one in card.consents
        ],
    }


def _paper_told(work: Work, paper_id: UUID, number: str) -> dict[str, Any]:
    row = work.session.get_one(TeacherPaper, paper_id)
    return {
        "kind": row.kind.value,
        "called": row.called,
        "number": number,
        "issuer": row.issuer,
        "granted_on": row.granted_on.isoformat(),
        "valid_until": row.valid_until and row.valid_until.isoformat(),
        "sha256": row.sha256 and row.sha256.hex(),
    }
