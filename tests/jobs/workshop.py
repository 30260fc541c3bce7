"""A draft's one lesson whose media a job makes ready, and the disks they pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from lms.catalogue import queries, services
from lms.catalogue.services import LessonFactsIn
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, VersionId
from tests.conftest import HandClock
from tests.make import catalogue as make

Begin = Callable[..., Any]


@dataclass
class Workshop:
    """What the tests of films and of documents share; `doing` is the job."""

    doing: ClassVar[ModuleType]
    begin: Begin
    clock: HandClock
    ports: dict[type[Any], Any]
    folder: Path
    here: AssociationId
    version: VersionId
    lesson: UUID

    def run(self) -> None:
        self.doing.run(self.clock, self.ports)
        db.session.remove()

    def missing(self) -> set[str]:
        db.session.rollback()
        return {code for code, _t in queries.missing(db.session(), self.version)}


def drafted(
    begin: Begin, facts: LessonFactsIn
) -> tuple[AssociationId, VersionId, UUID]:
    """A draft with one lesson; whose, which, and the lesson."""
    with begin() as work:
        here = make.association(work)
        version = services.draft_course(work, here, make.facts())
        chapter = services.add_chapter(work, here, version, "第一章")
        return here, version, services.add_lesson(work, here, chapter, facts)
