"""A draft whose film has just come: the clock's work makes it ready meanwhile."""

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lms.catalogue import queries
from lms.catalogue import services as authoring
from lms.catalogue.ports import PartShelf
from lms.catalogue.rules import LessonKind
from lms.catalogue.rules.films import part_bytes
from lms.catalogue.services import DraftFacts, FilmSent, LessonFactsIn, PartSent
from lms.jobs.demo import content
from lms.jobs.demo.people import Made
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track

_FILM = "film-11"
_FACTS = DraftFacts(
    title="危大工程专项方案编审要点",
    summary_html="<p>哪些要专家论证，方案写什么，变了怎么办。</p>",
    specialty=Specialty.BUILDING,
    track=Track.ELECTIVE,
    price_fen=3000,
    teacher="高老师",
    teacher_title="高级工程师",
    year=2026,
)


def lay(
    work: Work, ports: Mapping[type[Any], Any], here: AssociationId, author: Made
) -> None:
    """Let the author send a film for a lesson, part by part."""
    own = replace(work, actor=author.actor)
    version_id = authoring.draft_course(own, here, _FACTS)
    chapter_id = authoring.add_chapter(own, here, version_id, "第一章 编制与论证")
    facts = LessonFactsIn(
        "方案的编制与论证",
        LessonKind.FILM,
        100,
        captions_vtt=content.captions(_FILM),
    )
    lesson_id = authoring.add_lesson(own, here, chapter_id, facts)
    file = content.film_path(_FILM)
    size = file.stat().st_size
    sent = FilmSent(f"{_FACTS.title}.mp4", size, "0" * 64)
    film_id = authoring.begin_film(own, here, lesson_id, sent)
    film = queries.film(own.session, film_id)
    shelf: PartShelf = ports[PartShelf]
    with file.open("rb") as stream:
        for n in range(film.parts):
            length = part_bytes(size, film.part_size, n)
            digest = shelf.put(film_id, n, io.BytesIO(stream.read(length)), length)
            authoring.part_came(own, here, film_id, PartSent(n, length, digest))
    authoring.film_came(own, here, film_id)
