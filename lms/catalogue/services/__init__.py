"""Draft, check, publish; what is published never changes."""

from lms.catalogue.services.arranging import arrange, move_lesson
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
from lms.catalogue.services.bundles import (
    Came,
    FilmCame,
    Made,
    import_course,
    on_shelf,
)
from lms.catalogue.services.copying import new_version
from lms.catalogue.services.documents import (
    DocumentSent,
    document_came,
    drop_document,
    retry_document,
)
from lms.catalogue.services.films import (
    FilmSent,
    PartSent,
    begin_film,
    drop_film,
    film_came,
    part_came,
    retry_film,
)
from lms.catalogue.services.lessons import (
    LessonFactsIn,
    QuestionIn,
    add_lesson,
    edit_lesson,
    remove_lesson,
    set_captions,
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
    "Came",
    "ChapterSpec",
    "CourseSpec",
    "DocumentSent",
    "DraftFacts",
    "FilmCame",
    "FilmSent",
    "LessonFactsIn",
    "LessonSpec",
    "Made",
    "PackageFacts",
    "PartSent",
    "QuestionIn",
    "add_chapter",
    "add_lesson",
    "arrange",
    "author_course",
    "begin_film",
    "create_association",
    "create_package",
    "document_came",
    "draft_course",
    "drop_document",
    "drop_film",
    "edit_draft",
    "edit_lesson",
    "edit_package",
    "film_came",
    "forget_unnamed",
    "import_course",
    "keep_film",
    "move_chapter",
    "move_lesson",
    "new_version",
    "on_shelf",
    "part_came",
    "publish",
    "remove_chapter",
    "remove_lesson",
    "rename_chapter",
    "retire_overdue",
    "retry_document",
    "retry_film",
    "send_back",
    "set_captions",
    "set_cover",
    "set_questions",
    "submit",
    "turn_package",
    "withdraw",
]
