"""How long each kind of record is kept: dated data, above the floor of the law.

What must prove something for ever (digests, lines, hours, certificates) has no rule
here: it is never removed. What a rule names goes when its last day is over, unless a
legal hold spares it.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Record(StrEnum):
    """Kinds of record with an end."""

    EVIDENCE_BODY = "evidence_body"
    PRESENCE_PICTURE = "presence_picture"
    BEAT = "beat"
    MESSAGE = "message"
    ORDER = "order"
    INVOICE = "invoice"
    LOG = "log"
    APPLICATION_PAPER = "application_paper"
    APPLICATION_DRAFT = "application_draft"
    NOTICE = "notice"
    CLASS_TRACE = "class_trace"
    THREAD = "thread"
    TEACHER = "teacher"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time by the calendar."""

    years: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """Give the day that lies so far after another."""
        year = day.year + self.years
        # The 29th of February ends on the 1st of March where there is none.
        if (day.month, day.day) == (2, 29) and not isleap(year):
            return date(year, 3, 1) + timedelta(days=self.days)
        return day.replace(year=year) + timedelta(days=self.days)

    def before(self, day: date) -> date:
        """Give the first day that does not lie so far before another."""
        year = day.year - self.years
        if (day.month, day.day) == (2, 29) and not isleap(year):
            return date(year, 3, 1) - timedelta(days=self.days)
        return day.replace(year=year) - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long a kind of record made from `since` on is kept.

    `floor` is the least that the law allows; `clause` says where it stands, or that
    the house decided.

    Raises: ValueError for a rule below its floor.
    """

    record: Record
    since: date
    kept: Span
    floor: Span
    clause: str

    def __post_init__(self) -> None:
        if self.kept.after(self.since) < self.floor.after(self.since):
            raise ValueError(f"{self.record}: below what the law allows")

    def last_day(self, made_on: date) -> date:
        """Give the last day on which a record is still there."""
        return self.kept.after(made_on)

    def made_before(self, today: date) -> date:
        """Give the day: what was made before it goes today."""
        return self.kept.before(today)


_FIRST = date(2026, 1, 1)
_HALF_YEAR = Span(days=184)
_NONE = Span()

RULES: tuple[RetentionRule, ...] = (
    RetentionRule(
        Record.EVIDENCE_BODY, _FIRST, Span(years=6), Span(years=3),
        "Two registration periods, so that a renewal can still be looked into",
    ),
    RetentionRule(
        Record.PRESENCE_PICTURE, _FIRST, _HALF_YEAR, _NONE,
        "个人信息保护法 art. 19: the shortest time that the purpose needs",
    ),
    RetentionRule(
        Record.BEAT, _FIRST, _HALF_YEAR, _NONE,
        "The sealed segment stays; the raw beats serve the looking into it",
    ),
    RetentionRule(
        Record.MESSAGE, _FIRST, _HALF_YEAR, _HALF_YEAR, "网络安全法 art. 21 (3)",
    ),
    RetentionRule(
        Record.ORDER, _FIRST, Span(years=3), Span(years=3), "电子商务法 art. 31",
    ),
    RetentionRule(
        Record.INVOICE, _FIRST, Span(years=5), Span(years=5), "发票管理办法 art. 28",
    ),
    RetentionRule(
        Record.LOG, _FIRST, _HALF_YEAR, _HALF_YEAR, "网络安全法 art. 21 (3)",
    ),
    RetentionRule(
        Record.APPLICATION_PAPER, _FIRST, Span(years=6), Span(years=3),
        "Two registration periods from the end of the application: as long as what was "
        "granted can be checked and revoked (内建行函〔2022〕508号 一(二))",
    ),
    RetentionRule(
        Record.APPLICATION_DRAFT, _FIRST, Span(days=30), _NONE,
        "个人信息保护法 art. 19: nobody was ever given what was not filed",
    ),
    RetentionRule(
        Record.NOTICE, _FIRST, Span(years=1), _NONE,
        "个人信息保护法 art. 19: who was told what serves a year's questions",
    ),
    RetentionRule(
        Record.CLASS_TRACE, _FIRST, _HALF_YEAR, _NONE,
        "个人信息保护法 art. 19: which telephone, and who waited or wished, serve the "
        "class alone; who was there is in the book",
    ),
    RetentionRule(
        Record.THREAD, _FIRST, Span(years=3), _NONE,
        "民法典 art. 188: from its end, as long as somebody can go to court over it",
    ),
    RetentionRule(
        Record.TEACHER, _FIRST, Span(years=6), _NONE,
        "As long as the hours that they taught can be looked into, from their leaving",
    ),
)  # fmt: skip
"""A later rule is added with its date; one that held is never edited."""


def going(record: Record, today: date) -> tuple[tuple[date, date], ...]:
    """Give the days whose records go today, each first day and the day after the last.

    What was made under an earlier rule is kept as that rule says.

    >>> going(Record.APPLICATION_DRAFT, date(2026, 11, 21))
    ((datetime.date(1, 1, 1), datetime.date(2026, 10, 22)),)
    """
    held = sorted((r for r in RULES if r.record is record), key=lambda r: r.since)
    begins = [date.min, *(rule.since for rule in held[1:]), date.max]
    spans = [
        (begins[n], min(begins[n + 1], rule.made_before(today)))
        for n, rule in enumerate(held)
    ]
    return tuple((since, until) for since, until in spans if since < until)


def rule_for(record: Record, made_on: date) -> RetentionRule:
    """Find the rule under which a record made on a day is kept.

    Raises: LookupError before the first rule of its kind.
    """
    held = [r for r in RULES if r.record is record and r.since <= max(made_on, _FIRST)]
    if not held:
        raise LookupError(record)
    return max(held, key=lambda rule: rule.since)
