"""In which registration period a day's study counts: in exactly one, or in none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """One registration period of a specialty; both days are inside."""

    begins_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.begins_on <= day <= self.ends_on


def counting_periods(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Cut overlapping periods so that no day counts twice.

    A renewal granted before the old end begins a new period on the day of the grant;
    from that day on study counts for the new one only.

    Source: 内建行函〔2022〕508号 一(三); 建市〔2010〕192号 第十九条.
    """
    ordered = sorted(periods, key=lambda each: (each.begins_on, each.ends_on))
    cut = []
    for place, period in enumerate(ordered):
        ends_on = period.ends_on
        if place + 1 < len(ordered):
            eve = ordered[place + 1].begins_on - timedelta(days=1)
            ends_on = min(ends_on, eve)
        if ends_on >= period.begins_on:
            cut.append(Period(period.begins_on, ends_on))
    return tuple(cut)


def period_of(periods: Sequence[Period], day: date) -> Period | None:
    """Find the one period in which a day's study counts."""
    for period in counting_periods(periods):
        if period.holds(day):
            return period
    return None
