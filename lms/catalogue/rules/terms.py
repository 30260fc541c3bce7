"""What an association may decide about itself, and which decision holds when. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

TOP_RATES = (100, 125, 150, 200)
"""How fast a film may run, in hundredths. Beyond twice nobody understands a word."""

MOST_HOURS = 24
MEAN_MINUTES = (5, 60)
ANSWER_SECONDS = (30, 300)
_HOUR = 3600
_ACCOUNT = ("name", "bank", "account")
_SELLER = ("uscc", "address", "phone")
_LONGEST = {
    "name": 80, "bank": 80, "account": 40, "uscc": 18, "address": 120, "phone": 40,
}  # fmt: skip


class TermsKind(StrEnum):
    """What is decided."""

    STUDY = "study"
    ACCOUNT = "account"
    TEACHERS = "teachers"


@dataclass(frozen=True, slots=True)
class StudyTerms:
    """How films are studied; `presence` as the learning room reads it.

    Units: seconds a legal day; hundredths.
    """

    daily_cap_seconds: int | None
    top_rate: int
    presence: Mapping[str, int] = field(default_factory=dict)

    def told(self) -> dict[str, object]:
        """Give the decision as it is kept."""
        return {
            "daily_cap_seconds": self.daily_cap_seconds,
            "top_rate": self.top_rate,
            "presence": dict(self.presence),
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What was agreed, when, and from which legal day on it holds."""

    kind: TermsKind
    from_on: date
    terms: Mapping[str, object]
    agreed_at: datetime


def in_force(
    book: Iterable[Decision], kind: TermsKind, at: datetime, on: date
) -> Decision | None:
    """Find the decision that holds at an instant, on its legal day.

    Only what was agreed by then counts: what is decided later never reaches back.
    """
    held = [
        one
        for one in book
        if one.kind is kind and one.from_on <= on and one.agreed_at <= at
    ]
    return max(held, key=lambda one: (one.from_on, one.agreed_at), default=None)


def study_problem(terms: StudyTerms) -> str:
    """Name what is wrong with a decision about study, or nothing."""
    cap = terms.daily_cap_seconds
    if cap is not None and not _HOUR <= cap <= MOST_HOURS * _HOUR:
        return "terms.cap"
    if terms.top_rate not in TOP_RATES:
        return "terms.rate"
    mean = terms.presence.get("mean_seconds", MEAN_MINUTES[0] * 60)
    answer = terms.presence.get("answer_seconds", ANSWER_SECONDS[0])
    if not MEAN_MINUTES[0] * 60 <= mean <= MEAN_MINUTES[1] * 60:
        return "terms.mean"
    if not ANSWER_SECONDS[0] <= answer <= ANSWER_SECONDS[1]:
        return "terms.answer"
    return ""


def account_problem(told: Mapping[str, str]) -> str:
    """Name what is wrong with an account and its seller, or nothing."""
    if any(not told.get(name) for name in _ACCOUNT):
        return "terms.account"
    number = told["account"].replace(" ", "").replace("-", "")
    # A figure of another script looks like ours, and no bank knows it.
    if not (number.isascii() and number.isalnum()):
        return "terms.account_number"
    known = all(len(value) <= _LONGEST.get(name, 0) for name, value in told.items())
    return "" if known else "terms.account_long"


def account_of(told: Mapping[str, object]) -> dict[str, str]:
    """Give what orders print."""
    return {name: str(told[name]) for name in _ACCOUNT if told.get(name)}


def seller_of(told: Mapping[str, object]) -> dict[str, str]:
    """Give what quotes and invoices say of the seller."""
    return {name: str(told[name]) for name in _SELLER if told.get(name)}
