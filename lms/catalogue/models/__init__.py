"""The room's tables: associations and what they teach, and films and documents."""

from lms.catalogue.models.courses import (
    Association,
    Chapter,
    Course,
    CourseVersion,
    Lesson,
    LessonQuestion,
    Package,
    Revision,
)
from lms.catalogue.models.documents import Document, DocumentPage
from lms.catalogue.models.faces import AssociationDomain, AssociationFace
from lms.catalogue.models.films import Film, FilmPart, MediaFile, Rendition
from lms.catalogue.models.teaching import VersionTeacher
from lms.catalogue.models.terms import AssociationTerms

__all__ = [
    "Association",
    "AssociationDomain",
    "AssociationFace",
    "AssociationTerms",
    "Chapter",
    "Course",
    "CourseVersion",
    "Document",
    "DocumentPage",
    "Film",
    "FilmPart",
    "Lesson",
    "LessonQuestion",
    "MediaFile",
    "Package",
    "Rendition",
    "Revision",
    "VersionTeacher",
]
