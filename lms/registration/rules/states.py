"""Where an application may go from where it stands: a table, and its reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms.policy.flow import Case, Flow, Party, Path, Step, StepName


class Status(StrEnum):
    """Whether an application is under way, waits for its applicant, or how it ended."""

    OPEN = "open"
    SUPPLEMENT = "supplement"
    NOT_ACCEPTED = "not_accepted"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Act(StrEnum):
    """What somebody does to an application."""

    OPEN = "open"
    PASS = "pass"  # noqa: S105 - a step is passed
    RETURN = "return"
    SUPPLEMENT = "supplement"
    ANSWER = "answer"
    DECLINE = "decline"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    PROVE = "prove"
    EXTEND = "extend"
    RESUME = "resume"
    FLAG = "flag"
    SETTLE = "settle"


class FlagKind(StrEnum):
    """What the law or the clock says of an application, for a person to settle."""

    OVERDUE = "overdue"
    DEEMED_ACCEPTANCE = "deemed_acceptance"
    DEEMED_GRANT = "deemed_grant"
    CERTIFICATE_REVOKED = "certificate_revoked"
    UNANSWERED = "unanswered"
    HOURS_WITHDRAWN = "hours_withdrawn"


class To(StrEnum):
    """Where an act leads."""

    NEXT = "next"
    START = "start"
    STAY = "stay"
    END = "end"


@dataclass(frozen=True, slots=True)
class Move:
    """What an act does: where it leads, and the status then."""

    to: To
    status: Status = Status.OPEN


_NEXT = Move(To.NEXT)
_START = Move(To.START)
_WITHDRAWN = Move(To.END, Status.WITHDRAWN)
_DECLINED = Move(To.END, Status.NOT_ACCEPTED)
_LAPSED = Move(To.END, Status.LAPSED)
_WAIT = Move(To.STAY, Status.SUPPLEMENT)
_REFUSED = Move(To.END, Status.REFUSED)

_APPLICANT: Mapping[Act, Move] = {
    Act.PASS: _NEXT,
    Act.RETURN: _START,
    Act.WITHDRAW: _WITHDRAWN,
    Act.LAPSE: _LAPSED,
}
_DESK: Mapping[Act, Move] = {
    Act.PASS: _NEXT,
    Act.SUPPLEMENT: _WAIT,
    Act.DECLINE: _DECLINED,
    Act.WITHDRAW: _WITHDRAWN,
    Act.LAPSE: _LAPSED,
}

TABLE: Mapping[StepName, Mapping[Act, Move]] = {
    StepName.FILL: {a: m for a, m in _APPLICANT.items() if a is not Act.RETURN},
    StepName.EMPLOYER: _APPLICANT,
    StepName.CONFIRM: _APPLICANT,
    StepName.ON_SITE: {
        Act.PASS: _NEXT,
        Act.DECLINE: _DECLINED,
        Act.WITHDRAW: _WITHDRAWN,
        Act.LAPSE: _LAPSED,
    },
    StepName.COMPARE: {Act.PASS: _NEXT, Act.RETURN: _START, Act.WITHDRAW: _WITHDRAWN},
    StepName.ACCEPT: _DESK,
    StepName.PRELIMINARY: _DESK,
    StepName.IN_PERSON: _DESK,
    StepName.REVIEW: {
        Act.PASS: _NEXT,
        Act.SUPPLEMENT: _WAIT,
        Act.WITHDRAW: _WITHDRAWN,
    },
    StepName.NOTICE: {
        Act.PASS: _NEXT,
        Act.REFUSE: _REFUSED,
        Act.WITHDRAW: _WITHDRAWN,
    },
    StepName.DECIDE: {
        Act.GRANT: _NEXT,
        Act.REFUSE: _REFUSED,
        Act.EXTEND: Move(To.STAY),
        Act.WITHDRAW: _WITHDRAWN,
    },
    StepName.ANNOUNCE: {Act.PASS: _NEXT},
    StepName.CERTIFICATE: {Act.PASS: _NEXT},
}
"""Every act that is allowed at a step, and where it leads."""

WAITING: Mapping[Act, Move] = {
    Act.ANSWER: Move(To.STAY),
    Act.RESUME: Move(To.STAY),
    Act.WITHDRAW: _WITHDRAWN,
    Act.DECLINE: _DECLINED,
    Act.LAPSE: _LAPSED,
}
"""What may be done while the desk waits for the applicant's supplement."""

_APPLICANTS = frozenset({Party.PERSON, Party.EMPLOYER})

ONE_SIDED = frozenset({Path.WRITTEN, Path.FORCED, Path.ABNORMAL})
"""Ways in which one side applies against the other: the other has no part in it."""

_UNFILED = frozenset(
    {StepName.FILL, StepName.EMPLOYER, StepName.CONFIRM, StepName.ON_SITE}
)

ENDED = frozenset(Status) - {Status.OPEN, Status.SUPPLEMENT}


def move(step: Step, status: Status, act: Act, by: Party, starter: Party) -> Move | str:
    """Say where an act leads, or the code of why it may not be done."""
    if status in ENDED:
        return "application.ended"
    allowed = WAITING if status is Status.SUPPLEMENT else TABLE[step.name]
    found = allowed.get(act)
    if found is None:
        return "application.not_now"
    if not _may(step, act, by, starter):
        return "application.not_yours"
    return found


def _may(step: Step, act: Act, by: Party, starter: Party) -> bool:
    if act is Act.WITHDRAW:
        return by is starter or (by is Party.PERSON and _frees(step, starter))
    if act is Act.ANSWER:
        return by in _APPLICANTS
    if act is Act.LAPSE:
        return by is Party.HOUSE
    if step.name is StepName.FILL:
        return _fills(step, by, starter)
    return step.may_be_done_by(by) or (act is Act.DECLINE and by is Party.TELLER)


def answers(flow: Flow, by: Party, starter: Party) -> bool:
    """Tell whether a party answers what the desk asks to be put right.

    Whoever began it does, or whose the first step is; where one side applies against
    the other, only the one who began it. What a teller began, the applicant answers.
    """
    if by is starter:
        return True
    against = flow.path in ONE_SIDED and starter is not Party.TELLER
    return by is flow.steps[0].by and not against


def _frees(step: Step, starter: Party) -> bool:
    """Let a person take back what others began on them, while it is not filed.

    What a teller began for them is the person's own, at any step.
    """
    return starter is Party.TELLER or step.name in _UNFILED


def _fills(step: Step, by: Party, starter: Party) -> bool:
    """Let whoever began it write it; what a teller began, the applicant may finish."""
    if by is starter and step.may_be_done_by(by):
        return True
    return by is step.by and starter is Party.TELLER


def following(flow: Flow, cases: frozenset[Case], name: StepName) -> Step | None:
    """Give the step after another in these circumstances; None after the last."""
    steps = flow.steps_for(cases)
    places = [place for place, step in enumerate(steps) if step.name is name]
    after = places[-1] + 1
    return steps[after] if after < len(steps) else None


def first(flow: Flow, cases: frozenset[Case]) -> Step:
    """Give the step at which an application begins, and to which it is sent back."""
    return flow.steps_for(cases)[0]


def met_at(step: Step, met: frozenset[str]) -> tuple[str, ...]:
    """List the needs of a step that are not met yet."""
    return tuple(sorted(need for need in step.needs if need not in met))
