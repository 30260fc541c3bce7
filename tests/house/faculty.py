"""Teachers of two associations who wait for a check, with a paper and a consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.teachers import queries, services
from lms.teachers.rules import How
from tests.make import teachers as make

if TYPE_CHECKING:
    from tests.house.world import World


def lay(work: Work, world: World, houses: tuple[AssociationId, AssociationId]) -> None:
    here, there = houses
    for which, house in (("own", here), ("same", here), ("foreign", there)):
        clerk = make.nobody(work, house)
        one = make.waiting(clerk, house, id_number="")
        said = (legal_day(work.now), How.SIGNED)
        consent = services.give_consent(clerk, house, one, said, make.scan())
        paper = queries.teacher(work.session, house, one).papers[0].id
        world.things["staff"][which] |= {
            "teacher_id": one,
            "teacher_paper_id": paper,
            "teacher_consent_id": consent,
        }
