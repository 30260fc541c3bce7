"""What a day of study leaves behind: bytes in the database and bytes in files.

A hundredth of a province: 100 learners sit eight hours and beat every half minute, in
time that passes by hand, on PostgreSQL. Their lessons are of 45 minutes, presence is
checked as the house does by itself, and the book is sealed every minute. What a whole
day of 10,000 learners, 9.6 million beats, would leave is a hundred times that.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from lms.assembly import assemble
from lms.evidence.ports import Sealer
from lms.gateways.beats import BeatFiles
from lms.jobs import evidence as sealing
from lms.jobs import leases, migrate
from lms.kernel.db import db
from lms.kernel.ids import EnrolmentId, LessonId, PersonId
from lms.kernel.settings import from_env
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning import services as learning
from lms.learning.services.replies import Reply
from tests import engines
from tests.conftest import HandClock
from tests.learning.ground import course
from tests.make import learning as make

LEARNERS = 100
HOURS = 8
EVERY = 30
LESSON = 2700
SCALE = 100
"""From this day to that of a province."""
GOAL_MB = 200

_BOOK = (
    "evidence_lines",
    "evidence_leaves",
    "evidence_nodes",
    "evidence_heads",
    "evidence_bodies",
)


@dataclass
class Pupil:
    """One learner, who goes from lesson to lesson."""

    person: PersonId
    enrolment: EnrolmentId
    lessons: list[LessonId]
    seat: make.Sitting | None = None
    at: int = 0

    def beat(self, work: Work) -> str | None:
        """Beat once, answering whoever asks; give the beat's record."""
        seat = self.seat or self._sit(work)
        heard = make.send(work, seat, seat.beat(self.at, self.at + EVERY))
        told = heard.told
        self.at = told["position"]
        if check := told.get("check"):
            self._answer(work, seat, check)
        if told["done"]:
            self.seat, self.at = None, 0
        return heard.line

    def _sit(self, work: Work) -> make.Sitting:
        lesson = self.lessons.pop(0)
        self.seat = make.sit(work, self.person, self.enrolment, lesson)
        return self.seat

    def _answer(self, work: Work, seat: make.Sitting, check: dict[str, Any]) -> None:
        said = Reply(seat.lease, UUID(check["id"]), 1, code=check["code"])
        learning.answer_check(work, self.person, said)


def study(clock: HandClock, files: BeatFiles, sealer: Sealer) -> int:
    """Let the class study for a day; count the beats."""
    with unit_of_work(HOUSE, clock=clock) as work:
        # One lesson more than fits: nobody ends early.
        lengths = [LESSON] * (HOURS * 3600 // LESSON + 2)
        version, lessons = course(work, *lengths, presence={})
        pupils = [
            Pupil(*make.enrolled(work, version), [*lessons]) for _ in range(LEARNERS)
        ]
        for pupil in pupils:
            pupil._sit(work)
    count = 0
    for turn in range(HOURS * 3600 // EVERY):
        with unit_of_work(HOUSE, clock=clock) as work:
            lines = [line for one in pupils if (line := _beat(one, work, clock))]
        files.lay(clock(), lines)
        count += len(lines)
        if turn % (60 // EVERY):
            sealing.seal(clock, sealer)
    clock.pass_seconds(3600)
    leases.run(clock)
    sealing.seal(clock, sealer)
    return count


def _beat(pupil: Pupil, work: Work, clock: HandClock) -> str | None:
    """Beat at this learner's own instant within the half minute."""
    clock.pass_seconds(EVERY / LEARNERS)
    return pupil.beat(replace(work, now=clock()))


def sizes() -> dict[str, int]:
    """Measure the book's tables with their indexes. Units: bytes."""
    with db.engine.connect() as connection:
        return {
            name: connection.scalar(
                text("SELECT pg_total_relation_size(CAST(:name AS regclass))"),
                {"name": name},
            )
            or 0
            for name in (*_BOOK, "evidence_checkpoints")
        }


def packed(folder: Path) -> tuple[int, int]:
    """Close the day's files; give their size before and after."""
    plain = 0
    old = time.time() - timedelta(days=1).total_seconds()
    for file in folder.glob("*/*.jsonl"):
        plain += file.stat().st_size
        os.utime(file, (old, old))
    BeatFiles(folder).tidy(HandClock().now.date())
    return plain, sum(file.stat().st_size for file in folder.glob("*/*.gz"))


def tell(beats: int, grown: dict[str, int], files: tuple[int, int]) -> bool:
    """Print what a beat and a province's day leave; hold the book to the goal."""
    with db.engine.connect() as connection:
        kinds = connection.execute(
            text(
                "SELECT kind, count(*), sum(pg_column_size(l.*)) FROM evidence_lines l "
                "GROUP BY kind ORDER BY 3 DESC"
            )
        ).all()
    book = sum(grown[name] for name in _BOOK)
    whole = sum(size for _, _, size in kinds)
    segments = sum(size for kind, _, size in kinds if kind == "study.segment")
    sealed = book * segments / whole
    print(f"{beats:,} beats")
    for kind, count, size in kinds:
        print(f"  {kind:<22}{count:>7,} lines {size / count:>6.0f} bytes each")
    for name, size in grown.items():
        print(f"  {name:<22}{size / 1e6:>9.2f} MB")
    everyday = grown["evidence_checkpoints"]
    plain, gzip = files
    print(
        f"a beat leaves {book / beats:.1f} bytes in the database, "
        f"{sealed / beats:.1f} of them segments; in files {plain / beats:.1f} bytes, "
        f"{gzip / beats:.1f} compressed\n"
        f"a day of {beats * SCALE / 1e6:.1f} million beats leaves "
        f"{sealed * SCALE / 1e6:.0f} MB of sealed segments (goal {GOAL_MB}), "
        f"{(book * SCALE + everyday) / 1e6:.0f} MB with every other line of evidence, "
        f"and {gzip * SCALE / 1e6:.0f} MB of compressed files "
        f"({plain * SCALE / 1e6:.0f} MB before)"
    )
    return bool(sealed * SCALE / 1e6 <= GOAL_MB)


def main() -> int:
    """Study for a day and weigh what is left."""
    with tempfile.TemporaryDirectory(prefix="lms-day-") as folder:
        env = {
            "LMS_DATA_DIR": folder,
            "LMS_DEMO": "1",
            "DATABASE_URL": engines.postgresql_url(),
        }
        app = assemble(from_env(env))
        with app.app_context():
            migrate.upgrade()
            before = sizes()
            beats = Path(folder) / "beats"
            count = study(
                HandClock(), BeatFiles(beats), app.extensions["lms.ports"][Sealer]
            )
            with db.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                connection.execute(text("VACUUM"))
            grown = {name: size - before[name] for name, size in sizes().items()}
            good = tell(count, grown, packed(beats))
            db.session.remove()
            db.engine.dispose()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
