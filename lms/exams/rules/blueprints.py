"""What a paper is made of, and whether a plan for papers is sound."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from lms.exams.rules.kinds import Difficulty, QuestionKind

FULL_SCORE = 100
FULL_POINTS = 10_000
"""A whole paper. Units: hundredths of a point."""

MOST_ROWS = 12
MOST_QUESTIONS = 200
MINUTES = (10, 300)
MOST_RETAKES = 9
LEAST_POINTS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a plan: so many questions of a kind, chapter and difficulty.

    An empty chapter and no difficulty take any. `common_percent` is the share that
    should come from 公共题; None leaves it to chance.

    Units: `points` for each question (of a case: for all of it), hundredths.
    """

    kind: QuestionKind
    count: int
    points: int
    chapter: str = ""
    difficulty: Difficulty | None = None
    common_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How a paper is put together. Units: minutes; points of 100."""

    rows: tuple[Row, ...]
    minutes: int = 60
    pass_mark: int = 60
    retakes: int = 2

    @property
    def questions(self) -> int:
        """Count the questions; a case counts as one."""
        return sum(row.count for row in self.rows)

    @property
    def points(self) -> int:
        """Add up the points. Units: hundredths."""
        return sum(row.count * row.points for row in self.rows)

    def counts(self) -> dict[QuestionKind, int]:
        """Count the questions of each kind that there are."""
        return {
            kind: wanted
            for kind in QuestionKind
            if (wanted := sum(row.count for row in self.rows if row.kind is kind))
        }


def usual(numbers: Mapping[str, int]) -> Blueprint:
    """Give the plan of an association that has put none in force.

    单选, 多选 and 判断 stand 4:4:2, a fifth is common, every question counts the same.
    `numbers` may say otherwise.
    """
    questions = numbers.get("questions", 50)
    shares = {
        QuestionKind.SINGLE: numbers.get("single", 4),
        QuestionKind.MULTIPLE: numbers.get("multiple", 4),
        QuestionKind.TRUE_FALSE: numbers.get("true_false", 2),
    }
    whole = sum(shares.values())
    counts = {kind: questions * share // whole for kind, share in shares.items()}
    counts[QuestionKind.SINGLE] += questions - sum(counts.values())
    common = numbers.get("common_percent", 20)
    return Blueprint(
        rows=tuple(
            Row(kind, count, FULL_POINTS // questions, common_percent=common)
            for kind, count in counts.items()
            if count
        ),
        minutes=numbers.get("minutes", 60),
        pass_mark=numbers.get("pass_mark", 60),
        retakes=numbers.get("retakes", 2),
    )


def kept(blueprint: Blueprint) -> dict[str, Any]:
    """Write a plan down as a table keeps it."""
    return asdict(blueprint)


def read(content: Mapping[str, Any]) -> Blueprint:
    """Read a plan as a table kept it."""
    rows = tuple(
        Row(
            QuestionKind(row["kind"]),
            row["count"],
            row["points"],
            row["chapter"],
            Difficulty(row["difficulty"]) if row["difficulty"] else None,
            row["common_percent"],
        )
        for row in content["rows"]
    )
    return Blueprint(rows, content["minutes"], content["pass_mark"], content["retakes"])


def faults(blueprint: Blueprint, since: date, today: date) -> tuple[str, ...]:
    """List the codes of everything that is wrong with a plan."""
    return tuple(_faults(blueprint, since, today))


def _faults(blueprint: Blueprint, since: date, today: date) -> Iterator[str]:
    yield from _row_faults(blueprint.rows)
    if blueprint.rows and blueprint.points != FULL_POINTS:
        yield "blueprint.points"
    if not MINUTES[0] <= blueprint.minutes <= MINUTES[1]:
        yield "blueprint.minutes"
    if not 1 <= blueprint.pass_mark <= FULL_SCORE:
        yield "blueprint.pass_mark"
    if not 0 <= blueprint.retakes <= MOST_RETAKES:
        yield "blueprint.retakes"
    if since < today:
        yield "blueprint.past"


def _row_faults(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        yield "blueprint.empty"
    if len(rows) > MOST_ROWS:
        yield "blueprint.many_rows"
    counts = [row.count for row in rows]
    if any(count < 1 for count in counts) or sum(counts) > MOST_QUESTIONS:
        yield "blueprint.count"
    if any(not LEAST_POINTS <= row.points <= FULL_POINTS for row in rows):
        yield "blueprint.row_points"
    if any(not 0 <= (row.common_percent or 0) <= FULL_SCORE for row in rows):
        yield "blueprint.common"
    named = [(row.kind, row.chapter, row.difficulty) for row in rows]
    if len(set(named)) < len(named):
        yield "blueprint.twice"
