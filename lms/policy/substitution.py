"""What work outside the classroom is worth (充抵学时)."""

from collections.abc import Iterable, Mapping
from datetime import date

from lms.policy.facts import Activity, Substitution, SubstitutionStatus
from lms.policy.model import RuleSet, Specialty

_FLAT = {
    Activity.EXAM_OUTLINE: 2000,
    Activity.QUESTION_SETTING: 2000,
    Activity.TEXTBOOK: 2000,
}
_PAPER = 1000
_MONOGRAPH = 2000
_MONOGRAPH_CHARACTERS = 50_000
_MONOGRAPH_AUTHORS = (1, 2)


def worth(work: Substitution) -> int:
    """Tell what one piece of work stands for, once it is approved.

    A paper counts for its first author; a monograph of more than 50,000 characters for
    the first two.

    Units: hundredths of a 学时.
    Source: 建市〔2010〕192号 第二十条.
    """
    if work.activity is Activity.TEACHING:
        return work.credit
    if work.activity is Activity.PAPER:
        return _PAPER if work.author_rank == 1 else 0
    if work.activity is Activity.MONOGRAPH:
        long_enough = work.characters > _MONOGRAPH_CHARACTERS
        return (
            _MONOGRAPH if long_enough and work.author_rank in _MONOGRAPH_AUTHORS else 0
        )
    return _FLAT[work.activity]


def pool(
    rules: RuleSet, works: Iterable[Substitution], since: date, until: date
) -> int:
    """Add up what is approved and falls in a window, up to the cap.

    Units: hundredths of a 学时.
    Source: 建市〔2010〕192号 第二十条.
    """
    if not rules.substitution_allowed:
        return 0
    approved = sum(
        worth(work)
        for work in works
        if work.status is SubstitutionStatus.APPROVED
        and since <= work.occurred_on <= until
    )
    return min(approved, rules.substitution_cap)


def counted(rules: RuleSet, claimed: Mapping[Specialty, int]) -> dict[Specialty, int]:
    """Say how much of what was granted in one period counts, up to the cap.

    What stands first in `claimed` counts first.

    Units: hundredths of a 学时.
    Source: 建市〔2010〕192号 第二十条.
    """
    left = rules.substitution_cap if rules.substitution_allowed else 0
    kept = {}
    for specialty, credit in claimed.items():
        kept[specialty] = min(left, credit)
        left -= kept[specialty]
    return kept
