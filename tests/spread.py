"""Which tests an engine is asked, and which worker takes them when."""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

ROOT = Path(__file__).parents[1]
WALK = "tests/house/test_doors.py"
FIRST = (
    "tests/hostile/test_hostile.py",
    "tests/chaos/test_kill.py",
    "tests/commerce/test_coupon_races.py",
    "tests/commerce/test_seat_races.py",
    "tests/learning/test_race.py",
    WALK,
    "tests/chaos/test_power.py",
    "tests/evidence/test_killed.py",
    "tests/web/test_shared_limits.py",
)
"""What takes longest: begun last, it would keep one worker while the others rest."""

ALONE = "sqlite_alone"
"""The mark of a test, or of a file of tests, that only SQLite is asked; it says why."""
PAGES = "the walk past the doors and other tests put these questions to PostgreSQL"


class Spread(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """A file is one worker's; of the walk past the doors each part is, by itself."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return part_of_walk(nodeid) if file == WALK else file

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=_place), last=False)
        super()._assign_work_unit(node)


def part_of_walk(nodeid: str) -> str:
    """Name the part of the walk that a test belongs to.

    Three tests judge one visitor's walk, and take it together; each other one, of one
    visitor or of all, goes by itself.
    """
    name, _, given = nodeid.removeprefix(f"{WALK}::").partition("[")
    judged = {
        "test_doors_open_to_those_of_the_table_alone",
        "test_no_get_changes_anything",
        "test_who_is_kept_out_changes_nothing",
    }
    return f"{WALK}::{'walk' if name in judged else name}[{given}"


def _place(scope: str) -> int:
    file = scope.partition("::")[0]
    return FIRST.index(file) if file in FIRST else len(FIRST)


def asks_an_engine(item: pytest.Item) -> bool:
    """Tell whether another engine could make a difference to a test.

    It cannot where nothing in reach of the test knows which engine runs: no fixture
    that it uses, however far down, needs the house's `settings`, and no module that its
    file or its fixtures come from imports, however far down, one that asks for
    `engines`. Such a test does the same twice, to the letter. Nor can it where
    a mark says so and why: then what is asked there is asked of both engines
    elsewhere, but for plain looks and writes by a key (`tests/statements.py` tells).
    """
    if item.get_closest_marker(ALONE):
        return False
    names: list[str] = getattr(item, "fixturenames", [])
    if "settings" in names:
        return True
    info = item._fixtureinfo  # type: ignore[attr-defined]  # pytest keeps it there
    modules = {item.module.__name__}  # type: ignore[attr-defined]  # pytest keeps it there
    for defined in info.name2fixturedefs.values():
        modules |= {one.func.__module__ for one in defined}
    return any(knows_engines(name) for name in modules - {"tests.conftest"})


@functools.cache
def knows_engines(name: str) -> bool:
    """Tell whether a module imports `engines`, however far down.

    What stands in conftest.py does so for everybody's `settings`, which is asked above.
    """
    seen: set[str] = set()
    left = [name]
    while left:
        one = left.pop()
        if one in seen or one == "tests.conftest":
            continue
        seen.add(one)
        left += _imported(one)
    return "tests.engines" in seen


@functools.cache
def _imported(name: str) -> tuple[str, ...]:
    """List the modules of the tests that a module imports, wherever in its text."""
    module: ModuleType | None = sys.modules.get(name)
    path = ROOT / f"{name.replace('.', '/')}.py"
    if not path.exists():
        path = Path(getattr(module, "__file__", None) or "")
    if not path.is_file():
        return ()
    found: list[str] = []
    lines = re.finditer(
        r"^\s*(?:from\s+(tests[\w.]*)\s+import\s+(\([^)]*\)|[^\n]*)|import\s+(tests[\w.]*))",
        path.read_text("utf-8"),
        re.M,
    )
    for line in lines:
        base, names, plain = line.groups()
        if plain:
            found.append(plain)
            continue
        found.append(base)
        found += [f"{base}.{one}" for one in re.findall(r"\w+", names)]
    return tuple(found)
