"""`python -m tests.bench.night`: the real nightly assessment over a province.

A database of its own is filled with made-up persons (sealed as the house seals, a
lesson's credit at a time), and the job runs over it. On SQLite everything is in one
process, so its CPU is the whole; on PostgreSQL the server's comes on top, and the clock
of a quiet machine bounds both. It prints; nothing is asserted.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Connection, func, insert, select, text

from lms import tables
from lms.accounts.models import PersonKey
from lms.assembly import assemble
from lms.credentials.models import Certificate, CertificateStanding
from lms.credentials.rules import State
from lms.hours.models import HoursEntry
from lms.hours.rules import EntryKind
from lms.jobs import night
from lms.kernel import pii
from lms.kernel.db import db
from lms.kernel.settings import from_env
from lms.people.models import Person, RegisteredSpecialtyRow, Registration
from lms.policy.model import Province, Specialty, Track
from lms.registration.models import StandingRow
from tests import engines

GOAL = 60.0
WHOLE = 100_000
TONIGHT = datetime(2026, 11, 21, 16, 5, tzinfo=UTC)
_BLOCK = 1000

Rows = dict[type[Any], list[dict[str, Any]]]


def _person(dice: Random, entries: int, rows: Rows) -> None:
    who = UUID(int=dice.getrandbits(128), version=4)
    key = pii.new_key()
    born = date(dice.randrange(1963, 2002), dice.randrange(1, 13), 7)
    ends = TONIGHT.date() + timedelta(days=dice.randrange(5, 1095))
    begins = ends - timedelta(days=1095)
    codes = dice.sample(list(Specialty), dice.choice((1, 1, 1, 2, 3)))
    rows[PersonKey].append(
        {
            "person_id": who,
            "wrapped": pii.wrap(key, str(who)),
            "created_at": TONIGHT,
        }
    )
    rows[Person].append(
        {
            "id": who,
            "name": "测试",
            "born_on": pii.seal(key, born.isoformat(), f"persons|born_on|{who}"),
            "created_at": TONIGHT,
            "changed_at": TONIGHT,
        }
    )
    rows[Registration].append(
        {
            "person_id": who,
            "number": f"T{who.hex[:12]}",
            "province": dice.choice(list(Province)),
            "changed_at": TONIGHT,
        }
    )
    for place, code in enumerate(codes):
        rows[RegisteredSpecialtyRow].append(
            {
                "person_id": who,
                "specialty": code,
                "is_main": place == 0,
                "valid_from": begins,
                "valid_until": ends,
            }
        )
    _study(dice, who, (begins, codes), entries, rows)


def _study(
    dice: Random,
    who: UUID,
    registered: tuple[date, list[Specialty]],
    entries: int,
    rows: Rows,
) -> None:
    begins, codes = registered
    for n in range(entries):
        day = begins + timedelta(days=dice.randrange(1095))
        rows[HoursEntry].append(
            {
                "person_id": who,
                "specialty": dice.choice(codes),
                "track": dice.choice(list(Track)),
                "credit": 300,
                "kind": EntryKind.SUBSTITUTION if n % 40 == 39 else EntryKind.STUDY,
                "association_id": who,
                "source": f"bench:{who.hex}:{n}",
                "earned_at": TONIGHT,
                "earned_on": day,
                "posted_at": TONIGHT,
                "evidence_n": n,
            }
        )
    if dice.randrange(3):
        return
    made = UUID(int=dice.getrandbits(128), version=4)
    until = begins + timedelta(days=1095)
    rows[Certificate].append(
        {
            "id": made,
            "number": made.hex,
            "token": made.hex[:26],
            "person_id": who,
            "association_id": made,
            "year": 2026,
            "serial": dice.getrandbits(30),
            "specialty": codes[0],
            "period_from": begins,
            "period_until": until,
            "facts": {},
            "issued_at": TONIGHT,
            "file_sha256": made.bytes * 2,
        }
    )
    rows[CertificateStanding].append(
        {
            "certificate_id": made,
            "person_id": who,
            "specialty": codes[0],
            "period_from": begins,
            "state": State.VALID,
            "changed_at": TONIGHT,
        }
    )


def _blocks(persons: int, entries: int) -> Iterator[Rows]:
    dice = Random(20261121)
    kinds = (PersonKey, Person, Registration, RegisteredSpecialtyRow, HoursEntry,
             Certificate, CertificateStanding)  # fmt: skip
    for start in range(0, persons, _BLOCK):
        rows: Rows = {kind: [] for kind in kinds}
        for _ in range(min(_BLOCK, persons - start)):
            _person(dice, entries, rows)
        yield rows


def load(persons: int, entries: int) -> float:
    """Fill the database; references to what is left out are not looked after."""
    since = time.monotonic()
    with db.engine.connect() as connection:
        _careless(connection)
        for rows in _blocks(persons, entries):
            for kind, some in rows.items():
                if some:
                    connection.execute(insert(kind), some)
            connection.commit()
    db.engine.dispose()
    return time.monotonic() - since


def _careless(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        connection.commit()
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("PRAGMA synchronous=OFF")


def measure(app: Flask) -> tuple[float, float]:
    """Run the job once. Units: seconds of this process, seconds of the clock."""
    wall, cpu = time.monotonic(), time.process_time()
    night.run(app.extensions["lms.clock"], app.extensions["lms.ports"])
    return time.process_time() - cpu, time.monotonic() - wall


def bench(engine: str, persons: int, entries: int) -> None:
    """Fill, run and print for one engine."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"LMS_DATA_DIR": str(Path(folder) / "house")}
        if engine == "postgresql":
            env["DATABASE_URL"] = engines.durable_postgresql_url()
        app = assemble(from_env(env), clock=lambda: TONIGHT, limits=False)
        with app.app_context():
            tables.METADATA.create_all(db.engine)
            took = load(persons, entries)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            cpu, wall = measure(app)
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            kept = db.session.scalar(select(func.count()).select_from(StandingRow))
            db.session.remove()
            db.engine.dispose()
    print(
        f"{engine:<11} {persons:>7} persons × {entries} entries ({took:.0f} s to fill)"
        f"   CPU {cpu:6.1f} s   clock {wall:6.1f} s   memory +{grown / 1024:.0f} MB"
        f"   stand {kept}"
    )


def main() -> int:
    """Print the figures of both engines, or of one."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--persons", type=int, default=WHOLE)
    asked.add_argument("--entries", type=int, default=40, help="lessons of a person")
    asked.add_argument("--engine", choices=("sqlite", "postgresql", "both"),
                       default="both")  # fmt: skip
    told = asked.parse_args()
    both = ("sqlite", "postgresql")
    chosen = both if told.engine == "both" else (told.engine,)
    print(f"goal for {WHOLE} persons on one core: {GOAL:.0f} s of CPU")
    for one in chosen:
        bench(one, told.persons, told.entries)
    return 0


if __name__ == "__main__":
    sys.exit(main())
