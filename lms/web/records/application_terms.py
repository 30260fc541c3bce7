"""What a renewal would bring if it were granted today: the old end, and the new."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from lms.policy.dates import days_left
from lms.policy.model import Application, Specialty
from lms.policy.validity import new_validity
from lms.web.judgement import Judgement


@dataclass(frozen=True, slots=True)
class NewTerm:
    """One specialty before and after. Units: `lost` days of the old term, not added.

    `cut` tells that it ends with the age that the law sets.
    """

    specialty: Specialty
    ends_on: date
    since: date
    until: date
    lost: int
    cut: bool

    @property
    def gained(self) -> int:
        """Count the days by which the end moves."""
        return (self.until - self.ends_on).days


def new_terms(judged: Judgement | None, today: date) -> tuple[NewTerm, ...]:
    """Compare each specialty's end with the one that a grant today would give."""
    if judged is None or judged.request.application is not Application.RENEWAL:
        return ()
    return tuple(_terms(judged, today))


def _terms(judged: Judgement, today: date) -> Iterator[NewTerm]:
    asked = replace(judged.request, granted_on=today, applied_on=today)
    ends = {each.code: each.valid_until for each in asked.specialties}
    for each in new_validity(judged.rules, asked) or ():
        old = ends[each.specialty]
        if old is not None:
            yield NewTerm(
                each.specialty,
                old,
                each.valid_from,
                each.valid_until,
                max(0, days_left(old, each.valid_from)),
                each.clamped,
            )
