"""A person's study as a film strip: days, sittings, leases, stretches. Never writes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion, Lesson
from lms.exams.models import Attempt
from lms.inspections.rules import film as rules
from lms.inspections.rules.film import Beat, Stretch
from lms.kernel.clock import legal_day, start_of
from lms.kernel.ids import AssociationId, PersonId
from lms.learning.models import Enrolment, Lease, PresenceCheck, PresencePicture, Study
from lms.learning.rules.presence import CheckKind, Missed, Outcome
from lms.policy.model import Specialty
from lms.reports import acts
from lms.reports.acts import Act
from lms.reports.ports import BeatReader

DAYS = 10
AT_MOST = 32 * 1024 * 1024
AT_MOST_A_DAY = 1024 * 1024 * 1024
_SITTING = timedelta(minutes=30)


class Kept(StrEnum):
    """Whether a lease's beats are here, and are those that were sealed."""

    WHOLE = "whole"
    PART = "part"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Asked:
    """A presence check on the strip."""

    at: datetime
    ended_at: datetime | None
    kind: CheckKind
    outcome: Outcome | None
    why: Missed | None
    excused: bool
    picture: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """One lease. Units: seconds."""

    id: UUID
    since: datetime
    until: datetime
    course: str
    lesson: str
    credited: int
    beats: int
    device: tuple[str, str]
    why: str | None
    clock_steps: int
    kept: Kept
    stretches: tuple[Stretch, ...]
    checks: tuple[Asked, ...]

    def seconds(self, shown: rules.Shown) -> int:
        """Sum the stretches of one kind; of what was credited, the credit itself."""
        if shown is rules.Shown.CREDITED:
            return sum(one.earned for one in self.stretches if one.shown is shown)
        parts = (one.lasted for one in self.stretches if one.shown is shown)
        return round(sum(parts, timedelta()).total_seconds())


@dataclass(frozen=True, slots=True)
class Reel:
    """Leases without a long gap between them. `gap` is the one before it."""

    scenes: tuple[Scene, ...]
    gap: timedelta | None

    @property
    def since(self) -> datetime:
        """Give its beginning."""
        return self.scenes[0].since

    @property
    def until(self) -> datetime:
        """Give its end."""
        return max(one.until for one in self.scenes)


@dataclass(frozen=True, slots=True)
class Paper:
    """A sitting of the test."""

    at: datetime
    until: datetime | None
    specialty: Specialty
    n: int
    score: int | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Day:
    """One legal day of a person. Units: `credited` in seconds."""

    day: date
    reels: tuple[Reel, ...]
    papers: tuple[Paper, ...]
    acts: tuple[Act, ...]

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """Give all leases of the day."""
        return tuple(scene for reel in self.reels for scene in reel.scenes)

    @property
    def credited(self) -> int:
        """Sum what was credited."""
        return sum(scene.credited for scene in self.scenes)


@dataclass(frozen=True, slots=True)
class Film:
    """A page of days, the newest first; as `parts/ui.html: pager` wants it."""

    days: tuple[Day, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Lens:
    """Through what one looks: which associations, and the book of beats."""

    scope: Collection[AssociationId]
    names: Collection[str]
    beats: BeatReader


def film(
    session: Session,
    lens: Lens,
    person_id: PersonId,
    *,
    page: int = 1,
    only: date | None = None,
) -> Film:
    """Draw a person's study with some associations; `only` one day reads more beats."""
    done = [
        act
        for act in acts.of_person(session, person_id)
        if act.association in lens.names or not act.association
    ]
    papers = _papers(session, lens.scope, person_id)
    days = _days(session, lens.scope, person_id)
    days |= {legal_day(one.at) for one in done} | {legal_day(one.at) for one in papers}
    ordered = sorted(days if only is None else days & {only}, reverse=True)
    pages = max(1, -(-len(ordered) // DAYS))
    number = min(max(1, page), pages)
    shown = ordered[(number - 1) * DAYS :][:DAYS]
    at_most = AT_MOST if only is None else AT_MOST_A_DAY
    scenes = _scenes(session, lens, person_id, shown, at_most)
    return Film(
        tuple(
            Day(
                day,
                _reels(scenes.get(day, ())),
                tuple(one for one in papers if legal_day(one.at) == day),
                tuple(one for one in done[::-1] if legal_day(one.at) == day),
            )
            for day in shown
        ),
        number,
        pages,
        len(ordered),
    )


def _mine(
    scope: Collection[AssociationId], person_id: PersonId
) -> tuple[ColumnElement[bool], ...]:
    # By the enrolments, which have an index for it; leases have one by study alone.
    return (Enrolment.person_id == person_id, Enrolment.association_id.in_(scope))


def _days(
    session: Session, scope: Collection[AssociationId], person_id: PersonId
) -> set[date]:
    rows = session.scalars(
        select(Lease.started_at)
        .join(Study, Study.id == Lease.study_id)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .where(*_mine(scope, person_id))
    )
    return {legal_day(row) for row in rows}


def _scenes(
    session: Session,
    lens: Lens,
    person_id: PersonId,
    days: Sequence[date],
    at_most: int,
) -> dict[date, list[Scene]]:
    if not days:
        return {}
    rows = [
        row
        for row in session.execute(
            select(Lease, Lesson.title, CourseVersion.title.label("course"))
            .join(Study, Study.id == Lease.study_id)
            .join(Enrolment, Enrolment.id == Study.enrolment_id)
            .join(Lesson, Lesson.id == Study.lesson_id)
            .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
            .where(
                *_mine(lens.scope, person_id),
                Lease.started_at >= start_of(min(days)),
                Lease.started_at < start_of(max(days) + timedelta(days=1)),
            )
            .order_by(Lease.started_at)
        )
        if legal_day(row.Lease.started_at) in days
    ]
    checks = _checks(session, [row.Lease.id for row in rows])
    beats = _beats(lens.beats, [row.Lease for row in rows], at_most)
    scenes: dict[date, list[Scene]] = defaultdict(list)
    for row in rows:
        lease = row.Lease
        scene = _scene(row, checks.get(lease.id, ()), beats.get(str(lease.id), ()))
        scenes[legal_day(lease.started_at)].append(scene)
    return scenes


def _scene(row: Any, checks: Sequence[Asked], beats: Sequence[Beat]) -> Scene:  # noqa: ANN401 - a Row
    lease: Lease = row.Lease
    until = max(lease.last_beat_at, lease.ended_at or lease.last_beat_at)
    # A lease that is under way has beats that nothing has sealed yet.
    kept = Kept.WHOLE if rules.whole(beats, lease.beats_hash) else Kept.PART
    if not beats and lease.seq:
        kept = Kept.GONE
    waits = [(one.at, one.ended_at or until) for one in checks]
    parts = (
        rules.stretches(lease.started_at, beats, waits)
        if kept is Kept.WHOLE
        else rules.summed(lease.started_at, lease.last_beat_at, lease.credited_seconds)
    )
    return Scene(
        id=lease.id,
        since=lease.started_at,
        until=until,
        course=row.course,
        lesson=row.title,
        credited=lease.credited_seconds,
        beats=lease.seq,
        device=(lease.browser, lease.network),
        why=lease.ended_why,
        clock_steps=lease.clock_steps,
        kept=kept,
        stretches=parts,
        checks=tuple(checks),
    )


def _beats(
    book: BeatReader, leases: Sequence[Lease], at_most: int
) -> dict[str, list[Beat]]:
    """Read the beats day by day, so that no idle week between is searched."""
    found: dict[str, list[Beat]] = {}
    for some in _sittings(leases):
        left = book.read(
            [one.id for one in some],
            some[0].started_at,
            max(one.last_beat_at for one in some),
            at_most,
        )
        if left is None:
            break
        found |= rules.read_beats(left)
    return found


def _sittings(leases: Sequence[Lease]) -> Iterable[list[Lease]]:
    sitting: list[Lease] = []
    for one in leases:
        if sitting and one.started_at - sitting[-1].last_beat_at > _SITTING:
            yield sitting
            sitting = []
        sitting.append(one)
    if sitting:
        yield sitting


def _reels(scenes: Sequence[Scene]) -> tuple[Reel, ...]:
    reels: list[Reel] = []
    for scene in scenes:
        gap = scene.since - reels[-1].until if reels else None
        if gap is None or gap > _SITTING:
            reels.append(Reel((scene,), gap))
        else:
            last = reels.pop()
            reels.append(Reel((*last.scenes, scene), last.gap))
    return tuple(reels)


def _checks(session: Session, leases: Sequence[UUID]) -> dict[UUID, list[Asked]]:
    found: dict[UUID, list[Asked]] = defaultdict(list)
    for row in session.execute(
        select(
            PresenceCheck.lease_id,
            PresenceCheck.asked_at,
            PresenceCheck.ended_at,
            PresenceCheck.kind,
            PresenceCheck.outcome,
            PresenceCheck.why,
            PresenceCheck.excused,
            PresencePicture.check_id.is_not(None).label("picture"),
        )
        .outerjoin(PresencePicture, PresencePicture.check_id == PresenceCheck.id)
        .where(
            PresenceCheck.lease_id.in_(leases),
            # Checks are found by whose they are: there is no index by lease.
            PresenceCheck.person_id.in_(
                select(Lease.person_id).where(Lease.id.in_(leases))
            ),
        )
        .order_by(PresenceCheck.asked_at, PresenceCheck.after_misses)
    ):
        found[row.lease_id].append(Asked(*row[1:]))
    return found


def _papers(
    session: Session, scope: Collection[AssociationId], person_id: PersonId
) -> tuple[Paper, ...]:
    rows = session.execute(
        select(
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.specialty,
            Attempt.n,
            Attempt.score,
            Attempt.passed,
        )
        .where(Attempt.person_id == person_id, Attempt.association_id.in_(scope))
        .order_by(Attempt.started_at)
    )
    return tuple(Paper(*row) for row in rows)


def pictures(
    session: Session,
    scope: Collection[AssociationId],
    person_id: PersonId,
    *,
    most: int = 12,
) -> tuple[tuple[UUID, datetime], ...]:
    """List the newest checks that were answered by a picture which is kept still."""
    rows = session.execute(
        select(PresencePicture.check_id, PresencePicture.taken_at)
        .join(PresenceCheck, PresenceCheck.id == PresencePicture.check_id)
        .join(Study, Study.id == PresenceCheck.study_id)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .where(*_mine(scope, person_id))
        .order_by(PresencePicture.taken_at.desc())
        .limit(most)
    )
    return tuple((row.check_id, row.taken_at) for row in rows)
