"""Read the State Council's yearly notice, and lay notices over the calendar shipped."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from lms.policy.workdays import Calendar

MOST_CHARACTERS = 20_000

_ONE_DAY = timedelta(days=1)
_LONGEST_HOLIDAY = 31
_SATURDAY = 5
_DECEMBER = 12
_FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
"""Statutory days that a whole notice names. Source: 全国年节及纪念日放假办法 第二条."""

_BRACKET = re.compile(r"[（(]([^（()）]*)[)）]")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_TITLE = re.compile(r"关于(\d{4})年部分节假日安排")
_DAY = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日"
    r"(?:<(?P<weekday>[一二三四五六日天])>)?"
)
_LINE = re.compile(
    r"\s*(\d{4}-\d\d-\d\d)(?:\s*(?:\.\.|至|~)\s*(\d{4}-\d\d-\d\d))?"
    r"[\s,，]+(休|班|rest|work)\s*"
)
_COUNT = re.compile(r"共(\d{1,2})天")
_TO = re.compile(r"\s*[至到~－—–-]+\s*")
_SIGNED = re.compile(r"\s*\d{4}年\d{1,2}月\d{1,2}日\s*")


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's days off and days worked, as the notice names them.

    Days of the December before may be among them.
    """

    year: int
    rest: frozenset[date]
    work: frozenset[date]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the text that does not fit. `words` are the text's own."""

    code: str
    words: str = ""


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    year: int
    rest: set[date] = field(default_factory=set)
    work: set[date] = field(default_factory=set)
    flaws: list[Flaw] = field(default_factory=list)


def read_notice(text: str, year: int) -> Notice | tuple[Flaw, ...]:
    """Read a notice, or say everything in it that does not fit.

    Understood are the State Council's sentences, and lines such as `2027-01-01 休`,
    `2027-02-05..2027-02-11 休`, `2027-02-14 班`. Weekdays and counts that the text
    gives are held against the dates, so that a slip of the pen is found.
    """
    found = _Reading(year)
    if len(text) > MOST_CHARACTERS:
        return (Flaw("calendar.too_long"),)
    for titled in _TITLE.finditer(text):
        if int(titled[1]) != year:
            found.flaws.append(Flaw("calendar.other_year", titled[0]))
    for line in text.splitlines():
        plain = _LINE.fullmatch(line)
        if plain:
            _take_line(found, plain)
        else:
            _take_sentences(found, line)
    _check(found)
    if found.flaws:
        return tuple(dict.fromkeys(found.flaws))
    return Notice(year, frozenset(found.rest), frozenset(found.work))


def _take_line(found: _Reading, plain: re.Match[str]) -> None:
    try:
        first = date.fromisoformat(plain[1])
        last = date.fromisoformat(plain[2] or plain[1])
    except ValueError:
        found.flaws.append(Flaw("calendar.bad_date", plain[0].strip()))
        return
    days = _span(found, first, last, plain[0].strip())
    (found.rest if plain[3] in {"休", "rest"} else found.work).update(days)


def _take_sentences(found: _Reading, line: str) -> None:
    marked = _BRACKET.sub(_weekday_mark, line)
    for sentence in re.split(r"[。；;]", marked):
        last: set[date] = set()
        for clause in re.split(r"[，,：:]", sentence):
            counted = _COUNT.search(clause)
            if counted and last and len(last) != int(counted[1]):
                found.flaws.append(Flaw("calendar.count", _unmarked(sentence)))
            if _DAY.search(clause):
                last = _take_clause(found, clause)


def _take_clause(found: _Reading, clause: str) -> set[date]:
    """Read one clause with days in it, and give the days off that it names."""
    rests, works = "放假" in clause or "休" in clause, "上班" in clause
    if rests == works:
        # The day on which the notice was signed stands alone, and is no holiday.
        if rests or not _SIGNED.fullmatch(clause):
            found.flaws.append(Flaw("calendar.unread", _unmarked(clause)))
        return set()
    days = set(_days(found, clause))
    (found.rest if rests else found.work).update(days)
    return days if rests else set()


def _days(found: _Reading, clause: str) -> Iterator[date]:
    before: date | None = None
    ended = 0
    year, month = found.year, 0
    for match in _DAY.finditer(clause):
        month = int(match["month"] or month)
        if match["year"]:
            year = int(match["year"])
        try:
            day = date(year, month, int(match["day"]))
        except ValueError:
            found.flaws.append(Flaw("calendar.bad_date", _unmarked(match[0])))
            before = None
            continue
        if match["weekday"] and day.weekday() != _weekday(match["weekday"]):
            found.flaws.append(Flaw("calendar.weekday", _unmarked(match[0])))
        reaches = before and _TO.fullmatch(clause[ended : match.start()])
        first = before if before and reaches else day
        yield from _span(found, first, day, _unmarked(clause))
        before, ended = day, match.end()


def _span(found: _Reading, first: date, last: date, words: str) -> list[date]:
    length = (last - first).days + 1
    if not 0 < length <= _LONGEST_HOLIDAY:
        found.flaws.append(Flaw("calendar.bad_span", words))
        return []
    return [first + n * _ONE_DAY for n in range(length)]


def _check(found: _Reading) -> None:
    """Hold the whole against what every notice fulfils."""
    year = found.year
    if not (found.rest or found.work):
        found.flaws.append(Flaw("calendar.no_dates"))
        return
    for day in sorted(found.rest | found.work):
        found.flaws.extend(Flaw(code, day.isoformat()) for code in _odd(found, day))
    for month, number in _FIXED:
        if date(year, month, number) not in found.rest:
            words = f"{month}月{number}日"
            found.flaws.append(Flaw("calendar.holiday_missing", words))


def _odd(found: _Reading, day: date) -> Iterator[str]:
    year = found.year
    if day.year != year and (day.year, day.month) != (year - 1, _DECEMBER):
        yield "calendar.far_day"
    if day in found.rest and day in found.work:
        yield "calendar.both"
    if day in found.work and day.weekday() < _SATURDAY:
        yield "calendar.work_on_weekday"


def _weekday(character: str) -> int:
    return "一二三四五六日天".index(character) if character != "天" else 6


def _weekday_mark(bracket: re.Match[str]) -> str:
    found = _WEEKDAY.search(bracket[1])
    return f"<{found[1]}>" if found else ""


def _unmarked(words: str) -> str:
    return re.sub(r"<(.)>", r"（周\1）", words).strip()[:80]


def overlay(base: Calendar, notices: Iterable[Notice]) -> Calendar:
    """Lay notices over a calendar: each rules its own year, and what it names before.

    The end of what is covered moves year by year; a notice beyond a gap waits.
    """
    rest, work, last = set(base.rest), set(base.work), base.last
    for notice in sorted(notices, key=lambda each: each.year):
        if notice.year > last.year + 1:
            break
        last = max(last, date(notice.year, 12, 31))
        rest = {day for day in rest if day.year != notice.year}
        work = {day for day in work if day.year != notice.year}
        rest = (rest | _weekdays(notice.rest)) - notice.work
        work = (work | notice.work) - notice.rest
    return Calendar(base.first, last, frozenset(rest), frozenset(work))


def _weekdays(days: Iterable[date]) -> set[date]:
    return {day for day in days if day.weekday() < _SATURDAY}


@dataclass(frozen=True, slots=True)
class Changes:
    """What a notice would change, day by day."""

    rests: tuple[date, ...]
    works: tuple[date, ...]

    def __bool__(self) -> bool:
        return bool(self.rests or self.works)


def changes(before: Calendar, after: Calendar, year: int) -> Changes:
    """Name the days that would newly rest or newly be worked, December before too."""
    day, until = date(year - 1, 12, 1), date(year, 12, 31)
    rests, works = [], []
    while day <= until:
        old, new = before.works(day), after.works(day)
        if old and not new:
            rests.append(day)
        if new and not old:
            works.append(day)
        day += _ONE_DAY
    return Changes(tuple(rests), tuple(works))


def owed_year(calendar: Calendar, today: date) -> int | None:
    """Name the year whose notice is out by now but not loaded.

    The State Council announces the next year by the end of October or in November.
    """
    if calendar.last < today:
        return calendar.last.year + 1
    if today >= date(today.year, 11, 1) and calendar.last.year == today.year:
        return today.year + 1
    return None
