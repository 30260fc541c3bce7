"""Within how many working days a question or complaint is answered. Pure, dated.

No law names a number of days for questions to an association, so these are the house's
own; an association may promise less or more with a rule of its own, up to `most`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Matter(StrEnum):
    """What somebody writes about.

    `PASSED_ON` is no topic: it is the limit of a matter that goes to a second person.
    """

    STUDY = "study"
    EXAM = "exam"
    ORDER = "order"
    CERTIFICATE = "certificate"
    REGISTRATION = "registration"
    TECHNICAL = "technical"
    PRIVACY = "privacy"
    COMPLAINT = "complaint"
    OTHER = "other"
    PASSED_ON = "passed_on"


TOPICS = tuple(one for one in Matter if one is not Matter.PASSED_ON)
"""What one may write about."""


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """What holds from a legal day on.

    Units: `workdays` and `most` in working days; `pass_on_days` (so long after the last
    word a refusal may be passed on) and `silent_days` (after so many without a word an
    answered matter is closed) in days.
    """

    since: date
    workdays: Mapping[Matter, int]
    most: int
    pass_on_days: int
    silent_days: int
    source: str


RULES = (
    AnswerRule(
        date(2026, 1, 1),
        MappingProxyType(
            {
                Matter.STUDY: 3,
                Matter.EXAM: 3,
                Matter.ORDER: 3,
                Matter.CERTIFICATE: 5,
                Matter.REGISTRATION: 5,
                Matter.TECHNICAL: 3,
                Matter.PRIVACY: 10,
                Matter.COMPLAINT: 7,
                Matter.OTHER: 5,
                Matter.PASSED_ON: 7,
            }
        ),
        most=15,
        pass_on_days=60,
        silent_days=15,
        source="国信办秘字〔2019〕191号 六: 承诺处理时限不得超过 15 个工作日",
    ),
)
"""A later rule is added with its day; one that held is never edited."""


def answer_rule(day: date) -> AnswerRule:
    """Give the rule of a legal day.

    Raises: LookupError before the first.
    """
    held = [rule for rule in RULES if rule.since <= day]
    if not held:
        raise LookupError(day)
    return max(held, key=lambda rule: rule.since)
