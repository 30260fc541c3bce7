"""Put the chapters and lessons of a draft in order, whoever else is at it."""

from uuid import UUID

from sqlalchemy import select

from lms.catalogue.models import Chapter, Lesson
from lms.catalogue.rules.trees import Tree, mark_of, moved, same_things
from lms.catalogue.services.authoring import draft_of
from lms.catalogue.services.lessons import lesson_of
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work


def arrange(
    work: Work, association_id: AssociationId, version_id: UUID, tree: Tree, seen: str
) -> str:
    """Put a draft's tree in a new order; give the mark of what stands now.

    `seen` is the mark of the order that was looked at: who comes second with an older
    one is told so, and changes nothing.

    Raises: NotFound; Conflict for what is no draft, or another order by now; Refused
    for an order that loses something or names something strange.
    """
    draft_of(work, association_id, version_id)
    before = standing(work, version_id)
    if mark_of(before) != seen:
        raise Conflict("course.tree_moved")
    if not same_things(before, tree):
        raise Refused("course.tree_strange")
    _write(work, version_id, tree)
    return mark_of(tree)


def move_lesson(
    work: Work, association_id: AssociationId, lesson_id: UUID, *, up: bool
) -> None:
    """Move a lesson by one place, over the edge of its chapter into the next one.

    At the very beginning and the very end nothing moves.
    """
    lesson = lesson_of(work, association_id, lesson_id)
    tree = moved(standing(work, lesson.version_id), lesson_id, up=up)
    _write(work, lesson.version_id, tree)


def standing(work: Work, version_id: UUID) -> Tree:
    """Read the order as it stands. The caller holds the version."""
    chapters = work.session.scalars(
        select(Chapter.id)
        .where(Chapter.version_id == version_id)
        .order_by(Chapter.position, Chapter.id)
    ).all()
    rows = work.session.execute(
        select(Lesson.id, Lesson.chapter_id)
        .where(Lesson.version_id == version_id, Lesson.chapter_id.is_not(None))
        .order_by(Lesson.position, Lesson.id)
    ).all()
    return tuple(
        (chapter, tuple(row.id for row in rows if row.chapter_id == chapter))
        for chapter in chapters
    )


def _write(work: Work, version_id: UUID, tree: Tree) -> None:
    chapters = {
        row.id: row
        for row in work.session.scalars(
            select(Chapter).where(Chapter.version_id == version_id)
        )
    }
    lessons = {
        row.id: row
        for row in work.session.scalars(
            select(Lesson).where(Lesson.version_id == version_id)
        )
    }
    for n, (chapter, kept) in enumerate(tree, 1):
        chapters[chapter].position = n
        for place, lesson in enumerate(kept, 1):
            lessons[lesson].chapter_id = chapter
            lessons[lesson].position = place
    work.session.flush()
