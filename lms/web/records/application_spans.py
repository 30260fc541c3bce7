"""The dates of each registered specialty, drawn on one line to scale."""

from dataclasses import dataclass
from datetime import date

from lms.people.queries import RegisteredSpecialty, RegistrationCard
from lms.policy.dates import days_left

_WIDE = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """One specialty's validity. Units: `x` and `width` in thousandths of the line."""

    held: RegisteredSpecialty
    x: int
    width: int
    left: int

    @property
    def tone(self) -> str:
        """Give the code that colours it."""
        soon = 180
        return "bad" if self.left < 0 else "warn" if self.left <= soon else "ok"


@dataclass(frozen=True, slots=True)
class Spans:
    """All specialties on one line. Units: `today` in thousandths of the line."""

    rows: tuple[Span, ...]
    since: date
    until: date
    today: int


def spans_of(held: RegistrationCard | None, today: date) -> Spans | None:
    """Draw what is registered; None where nothing is."""
    if held is None:
        return None
    since = min(each.valid_from for each in held.specialties)
    until = max(each.valid_until for each in held.specialties)
    whole = max(1, (until - since).days)

    def at(day: date) -> int:
        return max(0, min(_WIDE, _WIDE * (day - since).days // whole))

    rows = tuple(
        Span(
            each,
            at(each.valid_from),
            max(4, at(each.valid_until) - at(each.valid_from)),
            days_left(each.valid_until, today),
        )
        for each in held.specialties
    )
    return Spans(rows, since, until, at(today))
