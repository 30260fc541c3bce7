"""Draft, check, publish; what is published never changes."""

from lms.catalogue.services.authoring import (
    DraftFacts,
    add_chapter,
    draft_course,
    edit_draft,
    move_chapter,
    remove_chapter,
    rename_chapter,
    set_cover,
)
from lms.catalogue.services.copying import new_version
from lms.catalogue.services.lessons import (
    LessonFactsIn,
    QuestionIn,
    add_lesson,
    edit_lesson,
    move_lesson,
    remove_lesson,
    set_questions,
)
from lms.catalogue.services.media import forget_unnamed
from lms.catalogue.services.packages import (
    PackageFacts,
    create_package,
    edit_package,
    turn_package,
)
from lms.catalogue.services.publishing import (
    publish,
    retire_overdue,
    send_back,
    submit,
    withdraw,
)
from lms.catalogue.services.setup import (
    AssociationFacts,
    ChapterSpec,
    CourseSpec,
    LessonSpec,
    author_course,
    create_association,
    keep_film,
)

__all__ = [
    "AssociationFacts",
    "ChapterSpec",
    "CourseSpec",
    "DraftFacts",
    "LessonFactsIn",
    "LessonSpec",
    "PackageFacts",
    "QuestionIn",
    "add_chapter",
    "add_lesson",
    "author_course",
    "create_association",
    "create_package",
    "draft_course",
    "edit_draft",
    "edit_lesson",
    "edit_package",
    "forget_unnamed",
    "keep_film",
    "move_chapter",
    "move_lesson",
    "new_version",
    "publish",
    "remove_chapter",
    "remove_lesson",
    "rename_chapter",
    "retire_overdue",
    "send_back",
    "set_cover",
    "set_questions",
    "submit",
    "turn_package",
    "withdraw",
]
