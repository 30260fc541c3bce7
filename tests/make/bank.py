"""Questions, plans and papers for tests of the bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lms.exams import services
from lms.exams.queries import Sitting
from lms.exams.rules import (
    Blueprint,
    Difficulty,
    NewQuestion,
    Part,
    QuestionKind,
    Row,
)
from lms.exams.rules.questions import TRUE_FALSE
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.policy.model import Quota, Specialty

SINGLE, MULTIPLE, JUDGE, CASE = QuestionKind
EASY, HARD = Difficulty.EASY, Difficulty.HARD
PERIOD = (date(2024, 3, 1), date(2027, 2, 28))


def question(owner: AssociationId | None, n: object, **change: Any) -> NewQuestion:
    """A sound question of single choice, unlike any other but by its number."""
    usual = NewQuestion(
        association_id=owner,
        specialty=Specialty.BUILDING,
        kind=SINGLE,
        chapter="一",
        stem=f"第{n}题问的是什么",
        options=("甲", "乙", "丙", "丁"),
        key=(0,),
        explanation="见规范",
        basis="GB 1",
    )
    return replace(usual, **change)


def case(owner: AssociationId | None, n: object, parts: int = 3) -> NewQuestion:
    asked = [
        Part(SINGLE, f"案例{n}的一问", ("甲", "乙", "丙"), (1,)),
        Part(MULTIPLE, f"案例{n}的二问", ("甲", "乙", "丙"), (0, 2)),
        Part(JUDGE, f"案例{n}的三问", TRUE_FALSE, (1,)),
    ]
    return question(
        owner,
        n,
        kind=CASE,
        stem=f"案例{n}：某工程如何如何。",
        options=(),
        key=(),
        parts=tuple(asked[:parts]),
    )


def as_staff(work: Work, *roles: str, place: AssociationId | None = None) -> Work:
    """The same work in the hands of somebody new."""
    actor = Actor(
        AccountId(new_id()),
        PersonId(new_id()),
        roles=frozenset(roles),
        association_id=place,
    )
    return replace(work, actor=actor)


def plan(*rows: Row, **change: Any) -> Blueprint:
    return Blueprint(rows, **change)


def in_force(
    work: Work, here: AssociationId, wanted: Blueprint, since: date, **more: Any
) -> None:
    """Put a plan and say yes to it, by two persons."""
    asked = services.propose_plan(
        as_staff(work, "author"),
        here,
        more.get("specialty"),
        wanted,
        since=since,
        reason="新学年的方案",
    )
    services.decide_plan(as_staff(work, "manager"), here, asked, True, "同意")


def sitting(here: AssociationId, specialty: Specialty = Specialty.BUILDING) -> Sitting:
    """A test that asks no study before it."""
    return Sitting(here, specialty, *PERIOD, Quota(0, 0))


def fill(work: Work, questions: Sequence[NewQuestion]) -> None:
    assert services.add_questions(work, questions) == len(questions)
