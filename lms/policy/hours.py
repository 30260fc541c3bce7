"""How much study a registration asks for, and how much of it is done."""

from collections.abc import Mapping, Sequence

from lms.policy.model import HoursVerdict, RuleSet, Shortfall, Specialty, Track

Tally = Mapping[tuple[Specialty, Track], int]
"""Credit for each specialty and track; an absent pair is zero.

Units: hundredths of a 学时.
"""


def assess_hours(
    rules: RuleSet, specialties: Sequence[Specialty], tally: Tally
) -> HoursVerdict:
    """Compare the study done in one registration period with the quota.

    The main specialty stands first and owes the full quota; each further one owes its
    own smaller quota. Surplus in one place never pays for another.

    Source: 建市〔2010〕192号 第十九条; 黔建建通〔2023〕55号 五(二).
    """
    owed = [
        Shortfall(specialty, track, needed - counted, needed, counted)
        for place, specialty in enumerate(specialties)
        for track in Track
        if (needed := rules.quota(place == 0).asked(track))
        > (counted := tally.get((specialty, track), 0))
    ]
    return HoursVerdict(
        rule_set=rules.key, clause=rules.clause("hours.short"), shortfalls=tuple(owed)
    )
