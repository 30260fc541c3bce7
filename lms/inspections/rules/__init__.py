"""How much is drawn, what may be said of it, and what is a sign worth a look."""

from lms.inspections.rules.draws import (
    LONGEST_COMMENT,
    SHORTEST_COMMENT,
    Candidate,
    Verdict,
    Why,
    how_many,
)
from lms.inspections.rules.signs import (
    FEWEST_ANSWERS,
    FEWEST_BEATS,
    LONG_DAY_SECONDS,
    MANY_PERSONS,
    Beats,
    Pair,
    alike,
    answers_too_steady,
    beats_too_steady,
    long_days,
    seconds_by_day,
    shared,
    spread,
    spread_of_beats,
)

__all__ = [
    "FEWEST_ANSWERS",
    "FEWEST_BEATS",
    "LONGEST_COMMENT",
    "LONG_DAY_SECONDS",
    "MANY_PERSONS",
    "SHORTEST_COMMENT",
    "Beats",
    "Candidate",
    "Pair",
    "Verdict",
    "Why",
    "alike",
    "answers_too_steady",
    "beats_too_steady",
    "how_many",
    "long_days",
    "seconds_by_day",
    "shared",
    "spread",
    "spread_of_beats",
]
