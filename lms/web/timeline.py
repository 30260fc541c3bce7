"""Dates on a line drawn to scale: places in per cent, so that every screen fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from lms.policy.facts import AssessmentRequest, SpecialtyFacts
from lms.policy.model import Application, RuleSet
from lms.policy.validity import last_birthday
from lms.policy.verdict import Assessment

_MARGIN = 0.05
_CROWDED = 7.0
_LEVELS = 4
_TOP, _STEP, _BELOW = 12, 23, 36
_LOUD = ("applied", "closes")


class Point(NamedTuple):
    """A date worth a mark, and what it is called (a code; the template has words)."""

    day: date
    code: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One date on the line. Units: `x` in per cent, `y` in pixels."""

    number: int
    day: date
    codes: tuple[str, ...]
    x: str
    y: int

    @property
    def tone(self) -> str:
        """Give the code that colours the mark."""
        return next((code for code in _LOUD if code in self.codes), "plain")


@dataclass(frozen=True, slots=True)
class Band:
    """A span of days under the line. Units: per cent."""

    code: str
    since: date
    until: date
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Year:
    """The first of January of a year. Units: per cent."""

    year: int
    x: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of dates to draw. Units: `axis` and `height` in pixels."""

    marks: tuple[Mark, ...]
    bands: tuple[Band, ...]
    years: tuple[Year, ...]
    axis: int

    @property
    def height(self) -> int:
        """Give the height of the drawing."""
        return self.axis + _BELOW


def line_of(rules: RuleSet, request: AssessmentRequest, found: Assessment) -> Line:
    """Draw the dates that decided an assessment."""
    points = sorted(set(_points(rules, request, found)))
    first, last = points[0].day, points[-1].day
    margin = timedelta(days=max(20, round((last - first).days * _MARGIN)))
    scale = _Scale(first - margin, last + margin)
    marks, axis = _marks(points, scale)
    return Line(
        marks=marks,
        axis=axis,
        bands=tuple(_bands(request, found, scale)),
        years=tuple(
            Year(year, scale.place(date(year, 1, 1)))
            for year in range(scale.first.year + 1, scale.last.year + 1)
        ),
    )


class _Scale(NamedTuple):
    first: date
    last: date

    def at(self, day: date) -> float:
        return 100 * (day - self.first).days / (self.last - self.first).days

    def place(self, day: date) -> str:
        return f"{self.at(day):.2f}%"


def _points(
    rules: RuleSet, request: AssessmentRequest, found: Assessment
) -> list[Point]:
    points = [Point(request.applied_on, "applied")]
    if request.granted_on:
        points.append(Point(request.granted_on, "granted"))
    if found.window is not None:
        points.append(Point(found.window.closes_on, "closes"))
        points.append(Point(found.window.ends_on, "ends"))
        if found.window.opens_on:
            points.append(Point(found.window.opens_on, "opens"))
    points += _of_specialty(request, request.main_first[0])
    points += [
        Point(day, name)
        for finding in (*found.reasons, *found.warnings)
        for name, day in finding.days.items()
        if name in {"until", "free_until"}
    ]
    points += [Point(each.valid_until, "new_end") for each in found.validity or ()]
    birthday = last_birthday(rules, request.born_on)
    if birthday <= max(each.day for each in points) + timedelta(days=366):
        points.append(Point(birthday, "birthday"))
    return points


def _of_specialty(request: AssessmentRequest, main: SpecialtyFacts) -> list[Point]:
    dated = request.application in {
        Application.RENEWAL,
        Application.CHANGE,
        Application.LOST_REISSUE,
    }
    points = []
    if dated and main.valid_from:
        points.append(Point(main.valid_from, "begins"))
    if dated and main.valid_until and request.application is not Application.RENEWAL:
        points.append(Point(main.valid_until, "ends"))
    if main.qualified_on and not dated:
        points.append(Point(main.qualified_on, "qualified"))
    if request.deregistered_on and request.application is Application.RE_REGISTRATION:
        points.append(Point(request.deregistered_on, "left"))
    return points


def _marks(points: Sequence[Point], scale: _Scale) -> tuple[tuple[Mark, ...], int]:
    """Put numbered marks on the line, one for each day; crowded ones stand higher."""
    days: dict[date, list[str]] = {}
    for point in points:
        days.setdefault(point.day, []).append(point.code)
    last_at = [-100.0] * _LEVELS
    placed = []
    for day in days:
        at = scale.at(day)
        free = (level for level in range(_LEVELS) if at - last_at[level] >= _CROWDED)
        level = next(free, last_at.index(min(last_at)))
        last_at[level] = at
        placed.append(level)
    axis = _TOP + (max(placed) + 1) * _STEP
    marks = tuple(
        Mark(number, day, tuple(codes), scale.place(day), axis - (level + 1) * _STEP)
        for number, ((day, codes), level) in enumerate(
            zip(days.items(), placed, strict=True), start=1
        )
    )
    return marks, axis


def _bands(request: AssessmentRequest, found: Assessment, scale: _Scale) -> list[Band]:
    spans = []
    main = request.main_first[0]
    if found.window is not None and main.valid_from:
        spans.append(("period", main.valid_from, found.window.ends_on))
        opens = found.window.opens_on or main.valid_from
        spans.append(("window", opens, found.window.closes_on))
    spans += [
        ("renewed", each.valid_from, each.valid_until) for each in found.validity or ()
    ][:1]
    return [
        Band(
            code,
            since,
            until,
            scale.place(max(since, scale.first)),
            f"{scale.at(until) - scale.at(max(since, scale.first)):.2f}%",
        )
        for code, since, until in spans
        if until > since
    ]
