"""A class with a session at each desk, and learners with places, for the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from lms.approvals import services as approvals
from lms.approvals.rules import Terms
from lms.classes import queries, services
from lms.classes.services.hands import KIND
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.learning import services as learning
from lms.policy.model import Specialty
from tests.house import lives
from tests.make import classes as make
from tests.make import offers

if TYPE_CHECKING:
    from tests.house.world import World


def lay(
    work: Work,
    world: World,
    cast: dict[str, PersonId],
    houses: tuple[AssociationId, AssociationId],
) -> None:
    """Lay a session with one place taken, and a word by hand that waits, at each."""
    here, there = houses
    clerk = lives.person(work, "王守成")
    for which, name, house in (
        ("own", "李秀英", here),
        ("same", "张建国", here),
        ("foreign", "孙备", there),
    ):
        taught = make.course(work, association_id=house)
        meeting = make.session(work, taught)
        learning.enrol(
            work,
            cast[name],
            taught.version_id,
            source=f"test:meeting:{which}",
            specialty=Specialty.BUILDING,
        )
        services.take(work, cast[name], meeting)
        place = queries.in_session(work.session, cast[name], meeting)
        assert place is not None
        asked = offers.hand(work, house, "clerk", clerk)
        world.things["staff"][which] |= {
            "meeting_id": meeting,
            "place_id": place.id,
            "mark_id": _waits(asked, house, meeting, place),
        }
        world.things["learner"][which]["place_id"] = place.id
        if which == "own":
            world.instead["console_class_roll.screen"] = {"mode": "in"}
            world.instead["classes.scanned"] = {"code": "x"}
            # A session is on sale for everybody: nobody's is foreign.
            world.things["learner"]["own"]["meeting_id"] = meeting
            world.instead["classes.show"] = {"lesson_id": taught.lesson_id}


def _waits(
    work: Work, house: AssociationId, meeting: UUID, place: queries.PlaceCard
) -> UUID:
    """A word by hand that waits for the second person."""
    return approvals.ask(
        work,
        KIND,
        f"person:{place.person_id}",
        {
            "place": str(place.id),
            "session": str(meeting),
            "came": "",
            "went": "",
            "excused": True,
        },
        "没带手机",
        terms=Terms(association_id=house, last_role="clerk|manager"),
    )
