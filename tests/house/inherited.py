"""Files and records of an old platform at each desk, for the walk of the doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.legacy.models import LegacyPerson
from lms.legacy.rules.columns import Kind
from lms.legacy.services import files, linking, withdrawing
from lms.people import queries as people
from tests.house import lives
from tests.house.lives import Things
from tests.make import legacy as make
from tests.make import people as make_people

if TYPE_CHECKING:
    from tests.house.world import World


def lay(work: Work, world: World, houses: tuple[AssociationId, AssociationId]) -> None:
    """Lay a file that waits for a yes, a draft, and a record that somebody asks for."""
    here, there = houses
    for n, (which, house) in enumerate(
        (("own", here), ("same", here), ("foreign", there))
    ):
        asked = make.laid(work, house, _file(n, "A"))
        clerk = make.hand(work, "clerk", lives.person(work, "王守成"))
        files.ask(clerk, house, asked, "旧平台公司移交")
        world.things["staff"][which] |= {
            "old_file_id": asked,
            "record_id": _record(work, house, n),
        }
    draft: Things = {"old_file_id": make.laid(work, here, _file(9, "D"))}
    for deed in ("ask", "remap", "drop"):
        world.instead[f"console_legacy.{deed}"] = draft
    _withdraw(work, world, here)


def _withdraw(work: Work, world: World, here: AssociationId) -> None:
    """A file that may be taken back, and one whose withdrawal somebody asked for."""
    done, leaving = (
        make.taken(work, here, Kind.PEOPLE, [make.person(_number(n), old=f"W{n}")])
        for n in (10, 11)
    )
    manager = make.hand(work, "manager", lives.person(work, "王守成"))
    withdrawing.ask(manager, here, leaving, "移交的是旧名册")
    world.instead["console_legacy_back.ask"] = {"old_file_id": done}
    for deed in ("show", "decide", "recall"):
        world.instead[f"console_legacy_back.{deed}"] = {"old_file_id": leaving}


def _file(n: int, mark: str) -> files.Upload:
    return make.upload(Kind.PEOPLE, make.person(_number(n), old=f"{mark}{n}"))


def _number(n: int) -> str:
    return make_people.id_number(serial=920 + n)


def _record(work: Work, house: AssociationId, n: int) -> object:
    """A record of one of the cast, who has another phone now and asks for it."""
    me = lives.person(work, ("李秀英", "张建国", "孙备")[n])
    number = people.open_id_number(work.session, me)
    row = make.person(
        number, name=people.name(work.session, me), phone="13700009999", old=f"R{n}"
    )
    made = make.taken(work, house, Kind.PEOPLE, [row])
    linking.claim(work, me)
    return (
        work.session.query(LegacyPerson.id)
        .filter(LegacyPerson.import_id == made)
        .scalar()
    )
