"""What is left of a registration when an end is over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from lms.policy.facts import SpecialtyFacts
from lms.policy.model import Specialty


@dataclass(frozen=True, slots=True)
class Lapse:
    """What has lapsed and what stays. `main` leads what stays."""

    gone: tuple[SpecialtyFacts, ...]
    stays: tuple[SpecialtyFacts, ...]
    main: Specialty | None

    @property
    def whole(self) -> bool:
        """Tell whether nothing is left: the way back is re-registration."""
        return bool(self.gone) and not self.stays


def lapse_of(
    specialties: Collection[SpecialtyFacts],
    on: date,
    waiting: Collection[Specialty] = (),
) -> Lapse:
    """Find what of a registration is over on a day; its last day is still good.

    A specialty that `waiting` names was applied for in time and is not decided yet: it
    does not lapse by silence. Where the main specialty goes, the one registered
    earliest leads.

    Source: 建设部令第153号 第十六条; 行政许可法 第五十条.
    """
    gone = tuple(
        each
        for each in specialties
        if each.valid_until is not None
        and each.valid_until < on
        and each.code not in waiting
    )
    stays = tuple(each for each in specialties if each not in gone)
    return Lapse(gone, stays, _main(stays))


def _main(stays: tuple[SpecialtyFacts, ...]) -> Specialty | None:
    if not stays:
        return None
    order = list(Specialty)
    first = min(
        stays,
        key=lambda each: (
            not each.main,
            each.valid_from or date.max,
            order.index(each.code),
        ),
    )
    return first.code
