"""The list of a million learners, narrowed by everything and by pairs and threes of it.

`python -m tests.bench.learners 0.1` loads a tenth of a province: only what the list
reads, 0.8 GB then, on PostgreSQL. Whoever was found by `crowd` differs in what a
list is narrowed by. `make bench-long` asks the same of its own database.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from itertools import combinations
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from tests import engines
from tests.bench import crowd, lists, scene

PERSONS = 1_000_000
THREES = 20


def narrowings(url: str) -> tuple[dict[str, str], ...]:
    """Name what a desk narrows by: what many fit, and what few do."""
    with psycopg.connect(url) as raw:
        course = raw.execute(
            "SELECT v.course_id FROM enrolments e JOIN course_versions v "
            "ON v.id = e.version_id GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
    assert course is not None
    common = str(course[0])
    return (
        {"specialty": "mining"},
        {"study": "done"},
        {"study": "none"},
        {"ending": "30"},
        {"ending": "180"},
        {"company": "建筑"},
        {"company": "宏远36"},
        {"course": common},
        {"course": common, "taken": "done"},
        {"course": common, "taken": "waiting"},
        {"course": common, "taken": "closed"},
        {"account": "shut"},
        {"account": "bare"},
        {"account": "closed"},
        {"certificate": "yes"},
        {"certificate": "no"},
        {"certificate": "no", "year": "2026"},
        {"certificate": "yes", "year": "2025"},
    )


def paths(url: str) -> list[str]:
    """Give the addresses: each narrowing, each pair, and some threes by chance."""
    each = narrowings(url)
    threes = [one for one in combinations(each, 3) if _apart(one)]
    chosen = random.Random(1).sample(threes, THREES)
    asked = [
        *((one,) for one in each),
        *(one for one in combinations(each, 2) if _apart(one)),
        *chosen,
    ]
    return [f"/console/people?{urlencode(_together(one))}" for one in asked]


def _together(some: tuple[dict[str, str], ...]) -> dict[str, str]:
    return {name: value for one in some for name, value in one.items()}


def _apart(some: tuple[dict[str, str], ...]) -> bool:
    """Tell whether no field is asked for twice."""
    return len(_together(some)) == sum(map(len, some))


def main() -> int:
    """Seed a house, load what the list reads, and open it."""
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    folder = Path(tempfile.mkdtemp(prefix="lms-learners-"))
    url = engines.durable_postgresql_url()
    env = {"LMS_DEMO": "1", "LMS_DATA_DIR": str(folder), "DATABASE_URL": url}
    scene.prepare(env)
    loaded = crowd.load(url, int(PERSONS * scale), listed=True)
    print(
        f"loaded {loaded.persons:,} persons, {loaded.size / 1e9:.1f} GB, "
        f"in {loaded.seconds:,.0f} s",
        flush=True,
    )
    good = lists.told(env, ["/console/people", *paths(url)])
    shutil.rmtree(folder, ignore_errors=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
