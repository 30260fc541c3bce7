"""Enter a teacher, change what is known, put papers in and take them off."""

import hashlib
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.numbers import folded
from lms.kernel.text import clean_html, normal
from lms.kernel.work import Work
from lms.teachers.models import Teacher, TeacherConsent, TeacherPaper
from lms.teachers.queries import place
from lms.teachers.rules import (
    MOST_PAPERS,
    PaperFacts,
    Scan,
    State,
    TeacherFacts,
    facts_problems,
    paper_problems,
)
from lms.teachers.services.rows import key, note, writable, written

_MARK = "teacher_id_number"


def enter(
    work: Work, association_id: UUID, facts: TeacherFacts, teacher_id: UUID
) -> UUID:
    """Enter a teacher as a draft; `teacher_id` is the form's, so twice is once.

    Raises: Refused with all that is wrong; Conflict for who is there already.
    """
    _insist(work, facts)
    known = work.session.get(Teacher, teacher_id)
    if known is not None:
        if known.association_id != association_id:
            raise NotFound("teacher.unknown")
        return known.id
    row = Teacher(
        id=teacher_id,
        association_id=association_id,
        state=State.DRAFT,
        edition=0,
        wrapped=pii.wrap(pii.new_key(), str(teacher_id)),
        entered_by=[],
        made_at=work.now,
        **_columns(facts),
    )
    _seal(row, facts)
    work.session.add(row)
    _flushed(work)
    written(work, row)
    note(work, row, "entered")
    return row.id


def change(
    work: Work, association_id: UUID, teacher_id: UUID, facts: TeacherFacts, seen: int
) -> None:
    """Rewrite what is known of a teacher; `seen` is the edition that was on the page.

    An empty phone or ID number leaves what is there. A new phone alone asks for no
    new check.

    Raises: NotFound; Refused; Conflict when somebody else wrote meanwhile.
    """
    row = writable(work, association_id, teacher_id)
    if row.edition != seen:
        raise Conflict("teacher.moved_on")
    _insist(work, facts)
    columns = _columns(facts)
    same = all(getattr(row, name) == value for name, value in columns.items())
    for name, value in columns.items():
        setattr(row, name, value)
    _seal(row, facts)
    _flushed(work)
    if same and not facts.id_number.strip():
        row.edition += 1
    else:
        written(work, row)
    note(work, row, "changed")


def _insist(work: Work, facts: TeacherFacts) -> None:
    problems = facts_problems(facts, legal_day(work.now))
    if problems:
        raise Refused("teacher.unsound", reasons=problems)


def _columns(facts: TeacherFacts) -> dict[str, object]:
    return {
        "name": normal(facts.name)[:40],
        "sex": facts.sex,
        "employer": normal(facts.employer)[:120],
        "title": normal(facts.title)[:60],
        "level": facts.level,
        "specialties": [one.value for one in facts.specialties],
        "since_year": facts.since_year,
        "cv_html": clean_html(facts.cv_html.replace("\x00", "")),
    }


def _seal(row: Teacher, facts: TeacherFacts) -> None:
    shut = key(row)
    if facts.phone.strip():
        row.phone = pii.seal(shut, folded(facts.phone), place("phone", row.id))
    if facts.id_number.strip():
        number = folded(facts.id_number)
        row.id_number = pii.seal(shut, number, place("id_number", row.id))
        row.id_mark = pii.blind_index(_MARK, number)


def _flushed(work: Work) -> None:
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Conflict("teacher.twice") from clash


def add_paper(
    work: Work, association_id: UUID, teacher_id: UUID, facts: PaperFacts, scan: Scan
) -> UUID:
    """Put a paper into a teacher's file; the same scan sent again is there already.

    Raises: NotFound; Refused with all that is wrong; Conflict.
    """
    row = writable(work, association_id, teacher_id)
    problems = paper_problems(facts, legal_day(work.now))
    if problems:
        raise Refused("teacher.paper_unsound", reasons=problems)
    there = select(TeacherPaper).where(
        TeacherPaper.teacher_id == row.id, TeacherPaper.removed_at.is_(None)
    )
    again = work.session.scalar(
        there.where(TeacherPaper.sent_sha256 == scan.sent_sha256).limit(1)
    )
    if again is not None:
        return again.id
    if _count(work, row.id) >= MOST_PAPERS:
        raise Refused("teacher.many_papers")
    paper = _paper(work, row, facts, scan)
    work.session.add(paper)
    written(work, row)
    note(
        work, row, "paper_added", paper=paper.id, matter=facts.kind.value,
        valid_until=facts.valid_until, sha256=(paper.sha256 or b"").hex(),
    )  # fmt: skip
    return paper.id


def _count(work: Work, teacher_id: UUID) -> int:
    there = select(func.count()).where(
        TeacherPaper.teacher_id == teacher_id, TeacherPaper.removed_at.is_(None)
    )
    return work.session.scalar(there) or 0


def _paper(work: Work, row: Teacher, facts: PaperFacts, scan: Scan) -> TeacherPaper:
    made, shut, table = new_id(), key(row), "teacher_papers"
    number = normal(facts.number)[:60]
    return TeacherPaper(
        id=made,
        teacher_id=row.id,
        kind=facts.kind,
        called=normal(facts.called)[:60],
        number=pii.seal(shut, number, place("number", made, table)),
        issuer=normal(facts.issuer)[:80],
        granted_on=facts.granted_on,
        valid_until=facts.valid_until,
        media=scan.media,
        sha256=hashlib.sha256(scan.body).digest(),
        sent_sha256=scan.sent_sha256,
        body=pii.seal(shut, scan.body, place("body", made, table)),
        added_at=work.now,
        added_by=work.actor.account_id,
    )


def remove_paper(
    work: Work, association_id: UUID, teacher_id: UUID, paper_id: UUID
) -> None:
    """Take a paper off: its line stays, its number and scan go.

    Raises: NotFound; Conflict.
    """
    row = writable(work, association_id, teacher_id)
    paper = work.session.get(TeacherPaper, paper_id)
    if paper is None or paper.teacher_id != row.id or paper.removed_at is not None:
        raise NotFound("teacher.no_paper")
    paper.removed_at = work.now
    paper.body = paper.number = None
    written(work, row)
    note(work, row, "paper_removed", paper=paper.id, matter=paper.kind.value)


def discard(work: Work, association_id: UUID, teacher_id: UUID) -> None:
    """Throw a draft away that nobody ever checked.

    The caller has seen that no course and no class names it.

    Raises: NotFound; Conflict for one who was in the register.
    """
    row = writable(work, association_id, teacher_id)
    if row.checked_at is not None:
        raise Conflict("teacher.was_checked")
    note(work, row, "discarded")
    for table in (TeacherPaper, TeacherConsent):
        work.session.execute(delete(table).where(table.teacher_id == row.id))
    work.session.delete(row)
    work.session.flush()
