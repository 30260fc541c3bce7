"""Draw a paper from the bank as it stands, by a seed that the evidence keeps."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from lms.exams import queries
from lms.exams.models import Question
from lms.exams.rules import (
    Blueprint,
    Drawn,
    PaperItem,
    QuestionKind,
    Shape,
    draw,
    lay_out,
)
from lms.exams.rules.blueprints import kept
from lms.kernel.errors import Refused
from lms.kernel.work import Work

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Made:
    """A paper, and all that is needed to draw it again: seed, plan, the bank's name."""

    paper: tuple[PaperItem, ...]
    told: dict[str, Any]


def drawn(work: Work, sitting: queries.Sitting, plan: queries.InForce) -> Made:
    """Draw a paper.

    Raises: Refused when the bank cannot fill it.
    """
    seed = secrets.token_bytes(SEED_BYTES)
    bank = queries.bank_of(work.session, sitting.association_id, sitting.specialty)
    chosen = draw(bank, plan.blueprint, seed)
    if len(chosen) < plan.blueprint.questions:
        raise Refused("exam.bank_short", reasons=("exam.bank_short",))
    told = {
        "seed": seed.hex(),
        "bank": queries.bank_digest(bank),
        "blueprint": kept(plan.blueprint),
    }
    return Made(lay_out(chosen, shapes(work, chosen), seed), told)


def shapes(work: Work, chosen: Sequence[Drawn]) -> Mapping[UUID, list[Shape]]:
    """Say what stands on paper for each question; for a case, its parts in order."""
    ids = [one.id for one in chosen]
    rows = work.session.execute(
        select(
            Question.id,
            Question.case_id,
            Question.kind,
            func.json_array_length(Question.options).label("options"),
        )
        .where(Question.id.in_(ids) | Question.case_id.in_(ids))
        .order_by(Question.place)
    )
    found: dict[UUID, list[Shape]] = {}
    for row in rows:
        if row.kind is not QuestionKind.CASE:
            shape = Shape(row.id, row.kind, row.options)
            found.setdefault(row.case_id or row.id, []).append(shape)
    return found


def redrawn(
    work: Work, sitting: queries.Sitting, blueprint: Blueprint, seed: bytes
) -> tuple[PaperItem, ...]:
    """Draw a paper once more from the bank as it stands, by a seed of the evidence."""
    bank = queries.bank_of(work.session, sitting.association_id, sitting.specialty)
    chosen = draw(bank, blueprint, seed)
    return lay_out(chosen, shapes(work, chosen), seed)


def written(paper: Sequence[PaperItem]) -> list[list[Any]]:
    """Write a paper as the attempt keeps it."""
    return [
        [
            str(item.question_id),
            item.kind.value,
            list(item.order),
            item.worth,
            str(item.case_id) if item.case_id else None,
        ]
        for item in paper
    ]
