"""`python -m tests.bench.law`: what the law costs, once and for a province's night.

The persons are made up: one to three specialties, a lesson's credit at a time, some
work in place of study. Reading them from a database is not measured here.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from random import Random

from lms.policy.assessment import assess
from lms.policy.facts import (
    Activity,
    AssessmentRequest,
    Commitments,
    SpecialtyFacts,
    StudyCredit,
    Substitution,
    SubstitutionStatus,
)
from lms.policy.model import Application, Province, Specialty, Track

PERSONS = 100_000
TONIGHT = date(2026, 11, 21)
GOAL_ONE, GOAL_NIGHT = 100e-6, 60.0


def person(dice: Random) -> AssessmentRequest:
    """Make up one registered person who would renew tonight."""
    ends = TONIGHT + timedelta(days=dice.randrange(-30, 1095))
    begins = ends - timedelta(days=1095)
    codes = dice.sample(list(Specialty), dice.choice((1, 1, 1, 2, 3)))
    learned = tuple(
        StudyCredit(
            dice.choice(codes),
            dice.choice(list(Track)),
            200,
            begins + timedelta(days=dice.randrange(1095)),
        )
        for _ in range(dice.randrange(30, 70) * len(codes))
    )
    work = Substitution(
        Activity.TEXTBOOK, begins + timedelta(days=9), SubstitutionStatus.APPROVED
    )
    return AssessmentRequest(
        province=dice.choice(list(Province)),
        application=Application.RENEWAL,
        applied_on=TONIGHT,
        born_on=date(dice.randrange(1960, 2002), 3, 1),
        specialties=tuple(
            SpecialtyFacts(code, place == 0, None, begins, ends)
            for place, code in enumerate(codes)
        ),
        credits=learned,
        substitutions=(work,) * dice.randrange(3),
        commitments=Commitments(person=True, employer=True),
    )


def night(persons: int = PERSONS) -> tuple[float, int]:
    """Judge so many persons one after the other; give the seconds and how many may."""
    dice, spent, may = Random(20261121), 0.0, 0
    for _ in range(persons // 1000):
        some = [person(dice) for _ in range(1000)]
        since = time.process_time()
        may += sum(assess(each).eligible for each in some)
        spent += time.process_time() - since
    return spent, may


def main() -> int:
    """Print the figures; fail above the goals."""
    spent, may = night()
    one = spent / PERSONS
    print(f"one evaluation      {one * 1e6:7.1f} µs   (goal {GOAL_ONE * 1e6:.0f})")
    print(f"{PERSONS} persons      {spent:7.1f} s    (goal {GOAL_NIGHT:.0f})")
    print(f"may renew tonight   {may:7d}")
    return int(one > GOAL_ONE or spent > GOAL_NIGHT)


if __name__ == "__main__":
    sys.exit(main())
